import FieldpostCore
import FieldpostStore
import Hummingbird

/// The query of `GET /v1/tasks`.
enum TaskListQuery {
    /// Throws `.badQuery`, which names every invalid parameter.
    static func read(_ request: Request, catalogue: Catalogue) throws(Problem) -> TaskQuery {
        var query = TaskQuery()
        try QueryParameters(request).read { name, value in
            guard name == "text" else { return set(name, value, &query) }
            query.text = SearchQuestion(value, catalogue: catalogue)
            return query.text == nil ? ListingQuery.defectOfText : nil
        }
        return query
    }

    /// Sets one parameter, or returns what is wrong with it.
    private static func set(_ name: String, _ value: String, _ query: inout TaskQuery) -> String? {
        switch name {
        case "limit": return QueryParameters.read(limit: value, into: &query.limit)
        case "cursor":
            guard let place = TaskPosition(cursor: value) else { return "must be `next` of the previous page" }
            query.after = place
        case "overdue", "conflict", "untouched":
            guard value == "true" else { return "must be true, or left out" }
            switch name {
            case "overdue": query.isOverdue = true
            case "conflict": query.isDisputed = true
            default: query.isUntouched = true
            }
        case "group":
            guard let group = Workflow.Actor(rawValue: value) else {
                return "must be one of collector, handler, leader, dispatcher, reporter"
            }
            query.group = group
        case "person", "department", "grid", "stage":
            guard (1...Limits.shortTextBytes).contains(value.utf8.count) else {
                return "must have 1 to \(Limits.shortTextBytes) bytes (UTF-8)"
            }
            switch name {
            case "person": query.person = value
            case "department": query.department = value
            case "grid": query.grid = value
            default: query.stage = value
            }
        default: return "is not a parameter of this list"
        }
        return nil
    }
}

extension TaskPosition {
    /// An opaque text for clients: a byte that says which kind it is, and its numbers.
    var cursor: String {
        switch self {
        case .handled(let order, let report): Base64URL.encode([2] + Self.bytes(order) + Self.bytes(report))
        case .untouched(let before): Base64URL.encode([3] + Self.bytes(before))
        }
    }

    /// Returns nil if this node did not make the text.
    fileprivate init?(cursor: String) {
        guard cursor.utf8.count <= 32, let bytes = Base64URL.decode(cursor) else { return nil }
        switch (bytes.first, bytes.count) {
        case (2, 17): self = .handled(overdueFrom: Self.number(bytes[1..<9]), report: Self.number(bytes[9..<17]))
        case (3, 9):
            let before = Self.number(bytes[1..<9])
            guard before > 0 else { return nil }
            self = .untouched(before: before)
        default: return nil
        }
    }

    private static func bytes(_ number: Int64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}
