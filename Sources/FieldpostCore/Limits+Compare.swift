/// Limits of comparisons (PROTOCOL.md, 8.30).
extension Limits {
    /// Ranges of one question.
    package static let compareRanges = 256
    /// Digests of one answer: 32 KiB.
    package static let compareParts: UInt64 = 4096
    /// Seqs of which one question wants all bytes read again.
    package static let deepSeqs: UInt64 = 32_768
    /// Reports that one answer names.
    package static let comparedReports = 4096
    /// Slots of which one question wants the reports by name.
    package static let namedSlots = 64
    /// Reports that are folded again for one answer.
    package static let comparedRows = 2000
    /// Questions for rows in one comparison: enough for 200 million reports.
    package static let rowQuestions = 100_000
    /// Comparisons and repairs that wait in one session.
    package static let waitingUpkeep = 8
    /// Repaired reports that one answer names.
    package static let repairedReports = 100
    /// Differences that one comparison names.
    package static let namedDifferences = 10_000
}
