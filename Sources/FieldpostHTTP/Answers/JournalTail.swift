import FieldpostCore
import FieldpostStore
import Hummingbird
import NIOCore

/// The newest changes of a journal that fit some conditions, in order of arrival.
struct JournalTail {
    private var query = ChangeQuery()
    private var limit = 20
    /// The first digits of the NodeID of the author's node.
    private var node: String?
    /// Milliseconds since 1970, by the corrected clock where it is known.
    private var since: Int64?

    /// Positions that the first step back goes over, and at most how many one does.
    private static let firstStep: Int64 = 256
    private static let lastStep: Int64 = 16_384

    init() { query.includesNode = true }

    /// Throws `.badQuery`, which names every invalid parameter.
    init(_ request: Request) throws(Problem) {
        self.init()
        var tail = self
        try QueryParameters(request).read { name, value in tail.set(name, value) }
        self = tail
    }

    /// Sets one parameter, or returns what is wrong with it.
    private mutating func set(_ name: String, _ value: String) -> String? {
        switch name {
        case "limit": return QueryParameters.read(limit: value, upTo: Limits.pageChanges, into: &limit)
        case "node":
            let digits = value.lowercased()
            guard !digits.isEmpty, digits.utf8.allSatisfy("0123456789abcdef".utf8.contains) else {
                return "must be the first digits of a NodeID"
            }
            node = digits
            return nil
        case "since":
            guard let time = Timestamp.milliseconds(value) else {
                return "must be a time, such as 2026-11-30T08:00:00+08:00"
            }
            since = time
            return nil
        case "kind", "report", "grid": return ChangeRequest.set(name, value, &query)
        default: return "is not a parameter of this path"
        }
    }

    /// One line a change, as `GET /v1/changes` writes them, and a last one with the cursor after them. Its `more` says
    /// that the search stopped early, because it took too long.
    func answer(_ journal: any Store) async throws -> Response {
        let incarnation = journal.origin.incarnation
        let end = journal.changesEnd
        let (found, isComplete) = try await newest(before: end, in: journal)
        var body: [UInt8] = []
        for (change, clocks) in found {
            let line = ChangeLine(.change(change, clocks), ChangeCursor(incarnation, change.position + 1))
            body += try JSONWriter.write(line) + [UInt8(ascii: "\n")]
        }
        let last = ChangeLine(.cursor(isEnd: isComplete), ChangeCursor(incarnation, end))
        body += try JSONWriter.write(last) + [UInt8(ascii: "\n")]
        return Response(
            status: .ok, headers: [.contentType: ReportStream.mediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// Goes back in steps that grow, and reads each forwards.
    private func newest(
        before end: Int64, in journal: any Store
    ) async throws -> (found: [(RecordedChange, ClockCorrections)], isComplete: Bool) {
        let deadline = ContinuousClock.now + .milliseconds(Limits.journalTailMilliseconds)
        var (low, step) = (end, Self.firstStep)
        var found: [(RecordedChange, ClockCorrections)] = []
        while low > 1, found.count < limit {
            guard ContinuousClock.now < deadline else { return (found, false) }
            let first = max(1, low - step)
            found = try await changes(first..<low, in: journal) + found
            (low, step) = (first, min(2 * step, Self.lastStep))
        }
        return (found.suffix(limit), true)
    }

    private func changes(
        _ positions: Range<Int64>, in journal: any Store
    ) async throws -> [(RecordedChange, ClockCorrections)] {
        var query = query
        query.from = positions.lowerBound
        var changes: [(RecordedChange, ClockCorrections)] = []
        while query.from < positions.upperBound {
            let page = try await journal.changes(query)
            let inside = page.changes.filter { positions.contains($0.position) }
            let stamps = inside.compactMap(\.stamp)
            let clocks = try await ClockCorrections(for: stamps, in: journal)
            changes += inside.filter { isWanted($0, clocks) }.map { ($0, clocks) }
            // Only the last ones count.
            if changes.count > 2 * limit { changes.removeFirst(changes.count - limit) }
            guard !page.isEnd else { break }
            query.from = page.next
        }
        return changes
    }

    private func isWanted(_ change: RecordedChange, _ clocks: ClockCorrections) -> Bool {
        if let node {
            switch change.content {
            case .entry(let entry): guard entry.dot.origin.node.description.hasPrefix(node) else { return false }
            case .missing(let dot): guard dot.origin.node.description.hasPrefix(node) else { return false }
            case .deadline, .event: return false
            }
        }
        guard let since else { return true }
        guard case .entry(let entry) = change.content else {
            if case .deadline(let event) = change.content { return event.raisedAt >= since }
            return false
        }
        let corrected = clocks.corrected(entry.stamp, of: entry.dot.origin.node)
        return corrected.flatMap { Timestamp.milliseconds($0.at) } ?? entry.stamp.wallMilliseconds >= since
    }
}

extension RecordedChange {
    fileprivate var stamp: (origin: Origin, stamp: Stamp)? {
        if case .entry(let entry) = content { (entry.dot.origin, entry.stamp) } else { nil }
    }
}
