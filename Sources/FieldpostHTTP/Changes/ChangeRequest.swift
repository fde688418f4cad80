import FieldpostCore
import FieldpostStore
import HTTPTypes
import Hummingbird

/// What a reader of changes asks for.
struct ChangeRequest {
    enum Start: Hashable {
        /// From the first change that is known here.
        case first
        /// Only what comes from now on.
        case now
        case after(ChangeCursor)
    }

    var query = ChangeQuery()
    var start = Start.first
    /// As server-sent events, until the client or this node ends it.
    let isStream: Bool

    /// Throws `.badQuery`, which names every invalid parameter.
    init(_ request: Request) throws(Problem) {
        isStream = request.headers[.accept].map { $0.contains(Self.eventStream) } ?? false
        var (query, start) = (ChangeQuery(), Start.first)
        try QueryParameters(request).read { name, value in Self.set(name, value, &query, &start) }
        // A browser that connects again says so; the query still has the first cursor.
        if isStream, let last = HTTPField.Name("Last-Event-ID").flatMap({ request.headers[$0] }) {
            guard let cursor = ChangeCursor(text: last) else {
                throw Problem(.badHeader, "`Last-Event-ID` is no cursor of this feed. Nothing was changed.")
            }
            start = .after(cursor)
        }
        (self.query, self.start) = (query, start)
    }

    /// From a query alone, which says only what is chosen. Throws `.badQuery`.
    init(filter: String) throws(Problem) {
        isStream = false
        var (query, start) = (ChangeQuery(), Start.first)
        try QueryParameters(text: filter).read { name, value in
            ["since", "limit", "report"].contains(name)
                ? "is not for a filter" : Self.set(name, value, &query, &start)
        }
        self.query = query
    }

    static let eventStream = "text/event-stream"

    /// Sets one parameter, or returns what is wrong with it.
    private static func set(
        _ name: String, _ value: String, _ query: inout ChangeQuery, _ start: inout Start
    ) -> String? {
        switch name {
        case "since":
            switch value {
            case "0": start = .first
            case "now": start = .now
            default:
                guard let cursor = ChangeCursor(text: value) else { return "must be a cursor of this feed, 0 or now" }
                start = .after(cursor)
            }
        case "limit": return QueryParameters.read(limit: value, upTo: Limits.pageChanges, into: &query.limit)
        default: return set(name, value, &query)
        }
        return nil
    }

    /// The same for what says which changes are wanted.
    static func set(_ name: String, _ value: String, _ query: inout ChangeQuery) -> String? {
        switch name {
        case "kind":
            let kinds = value.split(separator: ",").map { ChangeKind(rawValue: String($0)) }
            guard !kinds.isEmpty, kinds.allSatisfy({ $0 != nil }) else {
                return "must be some of \(ChangeKind.allCases.map(\.rawValue).joined(separator: ", "))"
            }
            query.kinds = Set(kinds.compactMap(\.self))
        case "report":
            guard let id = ReportID(text: value) else { return "must be the id of a report (a UUID)" }
            query.report = id
        default:
            let field = FieldName(rawValue: name)
            guard ChangeQuery.fields.contains(field) else { return "is not a parameter of this feed" }
            guard (1...Limits.shortTextBytes).contains(value.utf8.count) else {
                return "must have 1 to \(Limits.shortTextBytes) bytes (UTF-8)"
            }
            query.matching[field] = value
        }
        return nil
    }
}
