/// One value of a field that no other write has replaced.
package struct Sibling: Hashable, Sendable {
    package let entry: EntryID
    package let depth: UInt64
    package let value: FieldValue
    package let author: String
    package let origin: Origin
    package let stamp: Stamp
}

/// One field of a report: a multi-value register over dots (dotted version vectors: Preguiça et al., 2010).
///
/// A write replaces the values whose dots its clock covers and stands beside the rest. So a value survives exactly when
/// no other write of this field covers it: a property of the set of writes, whatever their order.
package struct Register: Hashable, Sendable {
    /// The surviving values, the one every node shows first: greatest depth, then greatest entry id. Never empty.
    package let siblings: [Sibling]

    package var winner: Sibling { siblings[0] }
    package var isConflict: Bool { siblings.count > 1 }

    /// Of a single write.
    init(only sibling: Sibling) { siblings = [sibling] }

    /// The planted fault: the last by the wall clock, whatever its author had seen.
    private static func latest(of field: FieldName, in writes: [MergeItem], or siblings: [Sibling]) -> [Sibling] {
        let last = writes.compactMap { $0.sibling(of: field) }.max { left, right in
            (left.stamp.wallMilliseconds, left.entry) < (right.stamp.wallMilliseconds, right.entry)
        }
        return last.map { [$0] } ?? siblings
    }

    /// Nil when there is no write.
    init?(of field: FieldName, in writes: [MergeItem]) {
        let seen = writes.reduce(into: VersionVector()) { $0.join($1.clock) }
        let survivors = writes.filter { write in
            // A write twice taken in may cover its own other dot; then only the other writes' clocks count.
            write.dots.contains(where: write.clock.covers)
                ? !writes.contains { $0.id != write.id && write.dots.contains(where: $0.clock.covers) }
                : !write.dots.contains(where: seen.covers)
        }
        let siblings = survivors.compactMap { $0.sibling(of: field) }.sorted {
            ($0.depth, $0.entry) > ($1.depth, $1.entry)
        }
        guard !siblings.isEmpty else { return nil }
        self.siblings =
            PlantedFault.isPlanted(.orderByWallClock) ? Self.latest(of: field, in: writes, or: siblings) : siblings
    }
}

/// One entry id as the merge sees it: all copies of the entry under whatever dots.
///
/// A terminal that retried at two gateways, or a suffix moved to a new incarnation, leaves the same entry at several
/// dots. Covering any of them covers the entry.
struct MergeItem {
    let id: EntryID
    /// The copy at the least dot: it gives the content.
    let entry: Entry
    let dots: [Dot]
    let clock: VersionVector
    let depth: UInt64

    /// `copies`: one entry id, at least one copy.
    init(copies: [Entry]) {
        let ordered = copies.sorted { $0.dot < $1.dot }
        entry = ordered[0]
        id = entry.id
        dots = ordered.map(\.dot)
        clock = ordered.dropFirst().reduce(entry.clock) { $0.joined($1.clock) }
        depth = ordered.dropFirst().reduce(entry.depth) { max($0, $1.depth) }
    }

    func sibling(of field: FieldName) -> Sibling? { entry.change.fields[field].map(sibling) }

    func sibling(_ value: FieldValue) -> Sibling {
        Sibling(
            entry: id, depth: depth, value: value, author: entry.author, origin: entry.dot.origin, stamp: entry.stamp)
    }
}
