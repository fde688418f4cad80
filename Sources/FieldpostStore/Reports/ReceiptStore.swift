package import FieldpostCore

/// The reports behind receipts, and which reports their reporters took back.
package protocol ReceiptStore: Sendable {
    /// What is known here of the report whose receipt has this hash. Nil if no report here has it. Takes as long for an
    /// unknown hash as any other.
    func receipt(_ hash: Hash256) async throws(JournalError) -> FoundReceipt?

    /// What is kept of a pruned report with a receipt. Nil if there is none.
    func summary(of id: ReportID) async throws(JournalError) -> ReceiptSummary?

    /// Whether central holds all that this node has written of a report, durably. True at central.
    func isAtCentral(_ version: ReportVersion) async throws(JournalError) -> Bool

    /// Whether the reporter took a report back. False for an unknown one.
    func isHidden(_ id: ReportID) async throws(JournalError) -> Bool
}

/// What a node knows of the report of a receipt.
package enum FoundReceipt: Sendable {
    case report(Report)
    /// The bodies were pruned.
    case summary(ReceiptSummary)
    /// The bodies were pruned, and the time of the summary is over. Central has it.
    case gone(ReportID)
}

/// What a gateway keeps of a report with a receipt after it was pruned.
package struct ReceiptSummary: Sendable {
    package let id: ReportID
    package let report: PublicReport
    /// What a reader of the whole report had seen.
    package let version: ReportVersion
    /// The hashes of the receipts that came with the report; empty if others only follow it. Nil in a summary of an
    /// older program, of a report with one.
    package let receipts: Set<Hash256>?

    package init(id: ReportID, report: PublicReport, version: ReportVersion, receipts: Set<Hash256>?) {
        self.id = id
        self.report = report
        self.version = version
        self.receipts = receipts
    }
}
