/// Limits of receipts: what reporters see of their reports, and do with them.
extension Limits {
    /// Steps, notes and photos that the public view lists, of each: the last ones.
    package static let publicElements = 50
    /// How long after its end a case can be reopened by its reporter: 7 days.
    package static let reopeningMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// Bytes of the summary that a gateway keeps when it prunes a report with a receipt. Usually a few hundred.
    package static let receiptSummaryBytes = 16 * 1024
    /// How long a gateway keeps the summary of a report that nobody handled, by its running time: a year. So what
    /// strangers report and nobody ever looks at does not fill the disk.
    package static let untouchedSummaryMilliseconds: Int64 = 365 * 24 * 3_600_000
    /// Bytes of what a reporter writes with a receipt.
    package static let reporterTextBytes = 4_096
    /// Bytes of a reporter's name and phone number (UTF-8). Both are less than 256, as their lengths take a byte each.
    package static let contactNameBytes = 96
    package static let contactPhoneBytes = 32
    /// Bytes of the text of a sealing key: twice what it has.
    package static let sealingKeyBytes = 256
    /// Old sealing keys that central keeps for opening. One a week is enough for ten years.
    package static let sealingKeys = 512
    /// Wrong receipts from one address: at once, and per minute after that.
    package static let wrongReceipts = 10
    package static let wrongReceiptsPerMinute = 6
    /// Reports that have one receipt and are looked at: the one that came first counts.
    package static let reportsOfReceipt = 4
}
