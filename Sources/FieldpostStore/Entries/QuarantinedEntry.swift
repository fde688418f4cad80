package import FieldpostCore

/// An entry that is kept but not merged.
package struct QuarantinedEntry: Hashable, Sendable {
    package let dot: Dot
    package let reason: String
    package let byteCount: Int

    package init(dot: Dot, reason: String, byteCount: Int) {
        self.dot = dot
        self.reason = reason
        self.byteCount = byteCount
    }
}

/// What is kept of a quarantined entry.
package struct QuarantinedBytes: Hashable, Sendable {
    package let entry: QuarantinedEntry
    package let cause: QuarantineCause
    /// The hash that its chain covers. Nil if the row is corrupt.
    package let hash: Hash256?
    /// Its first bytes, at most `Limits.shownQuarantineBytes`.
    package let start: [UInt8]

    package init(entry: QuarantinedEntry, cause: QuarantineCause, hash: Hash256?, start: [UInt8]) {
        (self.entry, self.cause, self.hash, self.start) = (entry, cause, hash, start)
    }
}

/// What kind of reason keeps an entry in quarantine.
package enum QuarantineCause: String, Hashable, Sendable {
    /// This version cannot read it. A later one may.
    case unreadable
    /// The bytes here are not those that were written, or never came. A peer may have them.
    case corrupt, withheld
    /// Its author wrote more to its report than one node may. It is never merged.
    case beyondShare = "beyond-share"

    /// Whether reading it again can change anything.
    package var isReplayed: Bool { self == .unreadable }
}

/// What came of reading quarantined entries again.
package struct QuarantineReplay: Hashable, Sendable {
    package var merged = 0
    /// Reason → how many stay for it.
    package var kept: [String: Int] = [:]

    package init() {}
}
