/// Central's question what a gateway holds of something, as digests (PROTOCOL.md, 8.30). Both sides compute the same
/// answer where they hold the same.
package struct Compare: Hashable, Sendable {
    /// What is compared.
    package enum Subject: Hashable, Sendable {
        /// Entries of an origin of the gateway. The ranges are of seqs; a part begins at a multiple of its size.
        case entries(Origin)
        /// The merged state of the gateway's reports. The ranges are of slots: see `Compare.slot`.
        case slots
        /// The reports in the slots of the ranges, one by one.
        case reports
        /// What follows from entries, report after report: the answerer folds reports again, after the number that is
        /// the start of the range, and repairs rows that differ. Numbers are the answerer's own.
        case rows
        /// The answerer lacks these entries, and fetches them from the asker. The answer comes when it has.
        case lacking(Origin)
    }

    package var subject: Subject
    /// At most `Limits.compareRanges`, ascending, none overlaps.
    package var ranges: [ClosedRange<UInt64>]
    /// How many seqs or slots each digest of the answer covers: one of `partSizes`.
    package var partSize: UInt64
    /// The answerer reads all bytes again, and does not trust what it computed before.
    package var isDeep: Bool

    package init(_ subject: Subject, _ ranges: [ClosedRange<UInt64>], partSize: UInt64 = 1, isDeep: Bool = false) {
        self.subject = subject
        self.ranges = ranges
        self.partSize = partSize
        self.isDeep = isDeep
    }

    /// Each is 32 times the one before.
    package static let partSizes: [UInt64] = [1, 32, 1024, 32_768, 1_048_576]
    /// Reports fall into slots by the last two bytes of their ids.
    package static let slots: UInt64 = 65_536

    package static func slot(of report: ReportID) -> UInt64 { UInt64(truncatingIfNeeded: report.value & 0xFFFF) }

    /// The parts of all ranges, in order. The last part of a range may be shorter.
    package var parts: [ClosedRange<UInt64>] {
        ranges.flatMap { range in
            stride(from: range.lowerBound, through: range.upperBound, by: Int(partSize)).map {
                $0...min($0 + partSize - 1, range.upperBound)
            }
        }
    }

    /// How many seqs or slots the ranges cover.
    package var size: UInt64 { ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound + 1 } }

    /// How many digests the answer has.
    package var partCount: UInt64 {
        switch subject {
        case .entries, .slots: ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) / partSize + 1 }
        case .reports, .rows, .lacking: 0
        }
    }
}

/// The answer to a `Compare`.
package struct Compared: Hashable, Sendable {
    /// A report, and the first 8 bytes of its digest.
    package struct Mark: Hashable, Sendable {
        package var report: ReportID
        package var digest: UInt64

        package init(report: ReportID, digest: UInt64) {
            self.report = report
            self.digest = digest
        }
    }

    /// For `.entries` and `.slots`: one for each part.
    package var digests: [UInt64] = []
    /// For `.reports`, by id. At most `Limits.comparedReports`; `isCut`: there are more.
    package var reports: [Mark] = []
    package var isCut = false
    /// For `.rows`: reports whose rows differed from their entries, and were repaired. At most
    /// `Limits.repairedReports` are named.
    package var repaired: [ReportID] = []
    /// For `.rows`: the number after which to go on. Nil: that was all.
    package var next: UInt64?

    package init(digests: [UInt64] = []) { self.digests = digests }

    /// Of one seq whose entry central does not hold sound, and of one that the gateway does not. They differ, so that
    /// what both lack is found too.
    package static func absent(at role: Role) -> UInt64 { role == .central ? 0 : .max }
}
