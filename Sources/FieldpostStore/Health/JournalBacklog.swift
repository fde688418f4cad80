package import FieldpostCore

/// What a gateway's journal holds that central has not confirmed.
package struct JournalBacklog: Hashable, Sendable {
    package var entries: UInt64 = 0
    /// When the oldest of them was made. Nil if there is none, or it cannot be read.
    package var oldestEntry: Stamp?
    /// Of these, entries of urgent reports.
    package var urgent: UInt64 = 0
    package var oldestUrgent: Stamp?
    /// When the first photo was attached that central is not known to hold.
    package var oldestPhoto: Stamp?

    package init() {}
}
