package import FieldpostCore

/// Reports, and the changes that are made to them at this node.
package protocol ReportStore: Sendable {
    /// Stores a change made at this node, and returns when it is durable. Throws `.keyReused`, `.pruned`,
    /// `.reportExists`, `.unknownReport`, `.reportFull`, `.entryTooLarge`, `.noRoom`, `.full`, `.failed`.
    func append(_ draft: Draft) async throws(JournalError) -> Committed

    /// The same for a caller on an event loop: returns at once, and calls `then` once, when the change is durable or
    /// was refused. `then` may be called on any thread, also before this returns. It must not block.
    func append(_ draft: Draft, then: @escaping @Sendable (Result<Committed, JournalError>) -> Void)

    /// One report with its siblings and its history; nil when this node holds no entry of it.
    func report(_ id: ReportID) async throws(JournalError) -> Report?

    /// One page of reports, newest arrival first.
    func reports(_ query: ReportQuery) async throws(JournalError) -> ReportPage

    /// The grid that a report shows, also when its bodies are pruned. Nil if it shows none, or is not held here.
    func grid(of id: ReportID) async throws(JournalError) -> String?

    /// Whether this node held a report and keeps its bodies no longer, because central holds them.
    func isPruned(_ id: ReportID) async throws(JournalError) -> Bool

    /// At a gateway: whether a report was held here and has left this gateway's scope.
    func isWithdrawn(_ id: ReportID) async throws(JournalError) -> Bool

    /// At central: the unconfirmed entries of a report, or of all where it is nil, in the order in which they came; at
    /// most `limit`.
    func hearsay(of report: ReportID?, limit: Int) async throws(JournalError) -> [Hearsay]

    /// One digest over all reports held here, or over those in the scope of a gateway. Two nodes compare it.
    func digest(scope gateway: NodeID?) async throws(JournalError) -> ReportsDigest
}

extension ReportStore {
    /// As many unconfirmed entries as fit on one page.
    package func hearsay(of report: ReportID? = nil) async throws(JournalError) -> [Hearsay] {
        try await hearsay(of: report, limit: Limits.pageReports)
    }
}
