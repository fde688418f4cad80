package import FieldpostCore

/// Which reports name which photos and clips, and which of these central holds. The bytes are in a `BlobStore`.
package protocol AttachmentStore: Sendable {
    /// Which of some blobs an entry names.
    func named(_ blobs: [Hash256]) async throws(JournalError) -> Set<Hash256>

    /// The reports with an entry that names a blob, at most `limit`, in the order in which they arrived here.
    func reports(naming blob: Hash256, limit: Int) async throws(JournalError) -> [ReportID]

    /// At central: whether a report in a gateway's scope names a blob.
    func mayHave(_ blob: Hash256, gateway: NodeID) async throws(JournalError) -> Bool

    /// The blobs that entries name and that central is not known to hold, in the order in which they were first named
    /// here, after one with that number; at most `limit`.
    func lacking(after number: Int64, limit: Int) async throws(JournalError) -> [NamedBlob]

    /// Of the next `limit` blobs that central is not known to hold, those that entries of one node name; and the number
    /// after which the search goes on, nil at the end. So one step is short, however many others name.
    func lacking(
        namedBy node: NodeID, after number: Int64, limit: Int
    ) async throws(JournalError) -> (blobs: [NamedBlob], next: Int64?)

    /// The same of those that central is known to hold.
    func holding(
        namedBy node: NodeID, after number: Int64, limit: Int
    ) async throws(JournalError) -> (blobs: [NamedBlob], next: Int64?)

    /// Which of some blobs entries of one node name.
    func named(_ blobs: [Hash256], by node: NodeID) async throws(JournalError) -> Set<Hash256>

    /// Which of some blobs central is known to hold.
    func held(_ blobs: [Hash256]) async throws(JournalError) -> Set<Hash256>

    /// `held` speaks of this incarnation of central from now on. If it spoke of another one, central is not known to
    /// hold any blob: it may have been restored from a copy, and its blobs with it.
    func meet(_ central: Incarnation) async throws(JournalError)

    /// Records whether this incarnation of central holds a blob of so many bytes. Ignored if `held` speaks of another.
    /// At a gateway: call it only for what central said of a blob that it holds durably, or has lost.
    func record(
        _ blob: Hash256, bytes: UInt64, isHeld: Bool, by central: Incarnation
    ) async throws(JournalError)

    /// The same for several blobs that this incarnation holds, or does not, in one commit.
    func record(_ blobs: [NamedBlob], areHeld: Bool, by central: Incarnation) async throws(JournalError)

    /// Counts and sizes, for the status.
    func attachmentStatistics() async throws(JournalError) -> AttachmentStatistics
}

/// A blob that an entry names.
package struct NamedBlob: Hashable, Sendable {
    /// Counts up in the order in which blobs were first named here.
    package let number: Int64
    package let hash: Hash256
    /// As the first entry that named it says.
    package let bytes: UInt64

    package init(number: Int64, hash: Hash256, bytes: UInt64) {
        self.number = number
        self.hash = hash
        self.bytes = bytes
    }
}

/// Counts of the blobs that entries name.
package struct AttachmentStatistics: Hashable, Sendable {
    package var blobs = 0
    package var bytes: UInt64 = 0
    /// Of these, central is not known to hold so many.
    package var lacking = 0
    package var lackingBytes: UInt64 = 0

    package init() {}
}
