/// One write as the merge sees it: all copies of an entry with the same content, at whatever dots.
///
/// A terminal that retried at two gateways, or a suffix moved to a new incarnation, leaves the same entry at several
/// dots. A context that covers one of these dots covers the write. Two entries with one id and different content are
/// two writes.
struct MergeItem {
    let id: EntryID
    /// The copy at the least dot.
    let entry: Entry
    let dots: [Dot]
    /// What the author had seen, as far as it counts: the join of the copies' contexts after all cuts.
    let context: VersionVector
    /// The depth that counts: at most one more than the number of the report's entries that the context covers.
    let depth: UInt64
    /// Another write with this id has different content.
    let isIDReused: Bool

    /// Whether what the author had seen includes `other`.
    func covers(_ other: MergeItem) -> Bool { other.dots.contains(where: context.covers) }

    func write(of field: FieldName) -> FieldWrite? { entry.change.fields[field].map(write) }

    func write(_ value: FieldValue) -> FieldWrite {
        FieldWrite(
            entry: id, depth: depth, value: value, author: entry.author, origin: entry.dot.origin, stamp: entry.stamp,
            isIDReused: isIDReused, dots: dots)
    }
}
