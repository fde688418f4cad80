/// One immutable change in a journal, kept and relayed byte for byte (`SealedEntry` holds those bytes).
package struct Entry: Hashable, Sendable {
    package var id: EntryID
    package var dot: Dot
    package var kind: Kind
    package var report: ReportID
    /// The seq of this origin's entry before this one for the same report; 0 when this is its first.
    package var previousSeq: UInt64
    /// What the author had seen of the report when writing: the causal context.
    package var clock: VersionVector
    /// One more than the depth of the deepest entry the author had seen of the report; 1 for the first.
    package var depth: UInt64
    /// Who made the change, as the terminal or console names its user. For display.
    package var author: String
    package var stamp: Stamp
    package var change: Change

    package init(
        id: EntryID, dot: Dot, kind: Kind = .change, report: ReportID, previousSeq: UInt64, clock: VersionVector,
        depth: UInt64, author: String, stamp: Stamp, change: Change
    ) {
        self.id = id
        self.dot = dot
        self.kind = kind
        self.report = report
        self.previousSeq = previousSeq
        self.clock = clock
        self.depth = depth
        self.author = author
        self.stamp = stamp
        self.change = change
    }

    /// What an entry is about. A number this program does not know is kept and relayed, and changes no field.
    package enum Kind: Hashable, Sendable {
        case change
        case unknown(UInt32)
    }

    /// Why the parts of an entry cannot belong together, or nil. Such an entry is quarantined, not merged.
    package var defect: String? {
        if dot.seq == 0 { return "seq is 0" }
        if dot.seq > Limits.seq { return "seq \(dot.seq) is out of range" }
        if previousSeq >= dot.seq { return "previous seq \(previousSeq) is not before seq \(dot.seq)" }
        if clock.covers(dot) { return "the clock covers the entry's own dot" }
        if clock.count > Limits.clockOrigins { return "the clock names \(clock.count) origins" }
        if depth == 0 || depth > Limits.depth { return "depth \(depth) is out of range" }
        return nil
    }
}

/// When a change was made, by the clocks of the node that took it in. For display and later correction;
/// never for order.
package struct Stamp: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z by the wall clock, which may be wrong by years.
    package var wallMilliseconds: Int64
    package var boot: BootID
    /// Milliseconds since that boot.
    package var monotonicMilliseconds: UInt64

    package init(wallMilliseconds: Int64, boot: BootID, monotonicMilliseconds: UInt64) {
        self.wallMilliseconds = wallMilliseconds
        self.boot = boot
        self.monotonicMilliseconds = monotonicMilliseconds
    }
}
