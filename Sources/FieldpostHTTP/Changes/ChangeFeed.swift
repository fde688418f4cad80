import FieldpostCore
import FieldpostNode
import FieldpostStore

/// One reader's way through the changes.
///
/// A cursor counts only in the incarnation of the node that gave it: after a restore from a copy, the node may have
/// told this reader of changes that it no longer has, and their positions are given again. Then the reader is told so,
/// and goes on from the present end.
struct ChangeFeed {
    private let node: any NodeService
    private var query: ChangeQuery
    private var incarnation: Incarnation
    /// Before anything else, the reader learns that its cursor counts no longer.
    private var mustReset = false

    init(_ request: ChangeRequest, for caller: Caller, at node: any NodeService) {
        self.node = node
        query = request.query
        query.grids = caller.grids
        query.includesNode = caller.mayReadNode
        incarnation = node.journal.origin.incarnation
        let end = node.journal.changesEnd
        switch request.start {
        case .first: break
        case .now: query.from = end
        case .after(let cursor):
            query.from = cursor.position
            mustReset = cursor.incarnation != incarnation || cursor.position > end
        }
    }

    var cursor: ChangeCursor { ChangeCursor(incarnation, query.from) }

    /// Whether a look is worth while.
    var hasMore: Bool {
        mustReset || node.journal.changesEnd > query.from || node.journal.origin.incarnation != incarnation
    }

    /// The lines of the next changes, each with the cursor after it. `isEnd`: there are no more at present.
    mutating func next() async throws -> (lines: [ChangeLine], isEnd: Bool) {
        if mustReset || node.journal.origin.incarnation != incarnation {
            mustReset = false
            incarnation = node.journal.origin.incarnation
            query.from = node.journal.changesEnd
            return ([ChangeLine(.reset, cursor)], true)
        }
        let end = ContinuousClock.now + .milliseconds(Limits.changesMilliseconds)
        while true {
            let page = try await node.journal.changes(query)
            // What was read may be of a new incarnation: then none of it is told.
            guard node.journal.origin.incarnation == incarnation else { return try await next() }
            query.from = page.next
            guard page.changes.isEmpty, !page.isEnd, ContinuousClock.now < end else {
                return (try await lines(page.changes), page.isEnd)
            }
        }
    }

    private func lines(_ changes: [RecordedChange]) async throws -> [ChangeLine] {
        let stamps = changes.compactMap { change -> (origin: Origin, stamp: Stamp)? in
            if case .entry(let entry) = change.content { (entry.dot.origin, entry.stamp) } else { nil }
        }
        let clocks = try await ClockCorrections(for: stamps, at: node)
        return changes.map { ChangeLine(.change($0, clocks), ChangeCursor(incarnation, $0.position + 1)) }
    }
}

extension Caller {
    /// Whether this caller may read what concerns no report: settings, incidents and audit events.
    fileprivate var mayReadNode: Bool {
        switch self {
        case .trusted: true
        case .account(let account): account.role == .admin && grids == nil
        default: false
        }
    }
}
