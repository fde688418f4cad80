import FieldpostCore
import FieldpostNode
import FieldpostStore

/// One reader's way through the changes.
///
/// A cursor counts only in the incarnation of the node that gave it: after a restore from a copy, the node may have
/// told this reader of changes that it no longer has, and their positions are given again. Then the reader is told so,
/// and goes on from the present end.
struct ChangeFeed {
    private let journal: any Store
    private var query: ChangeQuery
    private var incarnation: Incarnation
    /// Before anything else, the reader learns that its cursor counts no longer.
    private var mustReset = false

    init(_ request: ChangeRequest, for caller: Caller, in journal: any Store) {
        self.init(request, grids: caller.grids, includesNode: caller.mayReadNode, in: journal)
    }

    /// `grids`, `includesNode`: see `ChangeQuery`.
    init(_ request: ChangeRequest, grids: Set<String>?, includesNode: Bool, in journal: any Store) {
        self.journal = journal
        query = request.query
        query.grids = grids
        query.includesNode = includesNode
        incarnation = journal.origin.incarnation
        let end = journal.changesEnd
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
        mustReset || journal.changesEnd > query.from || journal.origin.incarnation != incarnation
    }

    /// The lines of the next changes, each with the cursor after it. `isEnd`: there are no more at present.
    mutating func next() async throws -> (lines: [ChangeLine], isEnd: Bool) {
        if mustReset || journal.origin.incarnation != incarnation {
            mustReset = false
            incarnation = journal.origin.incarnation
            query.from = journal.changesEnd
            return ([ChangeLine(.reset, cursor)], true)
        }
        let end = ContinuousClock.now + .milliseconds(Limits.changesMilliseconds)
        while true {
            let page = try await journal.changes(query)
            // What was read may be of a new incarnation: then none of it is told.
            guard journal.origin.incarnation == incarnation else { return try await next() }
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
        let clocks = try await ClockCorrections(for: stamps, in: journal)
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
