package import FieldpostCore

/// An unconfirmed entry. Central was restored from a copy, and another gateway than the author gave it this entry
/// without a proof. The entry is only shown to people until its author sends the same entry. Until then it is merged
/// into no report, counted in no head, and sent to no gateway.
package struct Hearsay: Sendable {
    package let entry: SealedEntry
    /// The gateway that gave the entry.
    package let giver: NodeID

    package init(entry: SealedEntry, giver: NodeID) {
        self.entry = entry
        self.giver = giver
    }
}
