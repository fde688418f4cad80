package import FieldpostCore

/// Where the entries of one report are, and what waits ahead of them.
package protocol WhereaboutStore: Sendable {
    /// The ids of reports here that lie in a range, in order, at most `limit`.
    func reports(in range: ClosedRange<ReportID>, limit: Int) async throws(JournalError) -> [ReportID]

    /// Where a report is. Nil if this node holds no entry of it. Reads at most `Limits.soughtRows` rows of what waits.
    func whereabouts(of report: ReportID) async throws(JournalError) -> ReportWhereabouts?
}

/// Where one report is, without anything that it says.
package struct ReportWhereabouts: Hashable, Sendable {
    /// Entries of it that are here, and how many of them this node wrote.
    package var entries = 0
    package var written = 0
    /// Of the entries here, those that are kept but not merged.
    package var quarantined: [QuarantinedEntry] = []
    /// At a gateway: the bodies are gone, because central holds them.
    package var isPruned = false
    /// At a gateway: it left this gateway's scope.
    package var isWithdrawn = false
    /// At a gateway: what of it central has not confirmed. Nil if central has confirmed all, and at central.
    package var waiting: Waiting?
    /// At central: gateways that may see it, by name; at most `Limits.soughtGateways`.
    package var readers: [Reader] = []

    package init() {}

    package struct Waiting: Hashable, Sendable {
        package var entries = 0
        package var bytes: UInt64 = 0
        /// It goes ahead of the entries of ordinary reports.
        package var isUrgent = false
        /// What goes before the first of them. The bytes are exact up to `Limits.soughtRows` entries, and beyond that
        /// by their mean.
        package var entriesAhead: UInt64 = 0
        package var bytesAhead: UInt64 = 0

        package init() {}
    }

    package struct Reader: Hashable, Sendable {
        package let node: NodeID
        package let name: String
        /// It wrote to the report. Its own entries are not in its feed.
        package let isAuthor: Bool
        /// Entries of the report that are in its feed and that it has not confirmed. Nil if there is so much in its
        /// feed that this was not looked for to the end.
        package let waiting: Int?

        package init(node: NodeID, name: String, isAuthor: Bool, waiting: Int?) {
            self.node = node
            self.name = name
            self.isAuthor = isAuthor
            self.waiting = waiting
        }
    }
}
