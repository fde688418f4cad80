/// One write of a field that no other write has replaced.
package struct FieldWrite: Hashable, Sendable {
    package let entry: EntryID
    package let depth: UInt64
    package let value: FieldValue
    package let author: String
    package let origin: Origin
    package let stamp: Stamp
    /// Another write with this entry id has different content.
    package private(set) var isIDReused: Bool
    /// The dots of the write's copies.
    let dots: [Dot]

    var markedAsReused: FieldWrite {
        var write = self
        write.isIDReused = true
        return write
    }

    /// The order in which writes are shown: greatest depth, then greatest entry id. When one id is used twice, the
    /// hashes of the values decide. Stages have a precedence, which decides before all of this.
    static func isShownBefore(_ left: FieldWrite, _ right: FieldWrite, isStage: Bool) -> Bool {
        if isStage {
            let ranks = (Workflow.standard.precedence(of: left.value), Workflow.standard.precedence(of: right.value))
            if ranks.0 != ranks.1 { return ranks.0 > ranks.1 }
        }
        if (left.depth, left.entry) != (right.depth, right.entry) {
            return (left.depth, left.entry) > (right.depth, right.entry)
        }
        return left.value.canonicalHash < right.value.canonicalHash
    }
}

/// One value of a field, and all standing writes that set it, in display order.
package struct Sibling: Hashable, Sendable {
    package let value: FieldValue
    /// Never empty. There are several when people set the same value concurrently.
    package let writes: [FieldWrite]

    package var entry: EntryID { writes[0].entry }
    package var depth: UInt64 { writes[0].depth }
    package var author: String { writes[0].author }
    package var origin: Origin { writes[0].origin }
    package var stamp: Stamp { writes[0].stamp }
    package var isIDReused: Bool { writes.contains(where: \.isIDReused) }
}

/// One field of a report: a multi-value register over dots (dotted version vectors: Preguiça et al., 2010).
///
/// A write replaces the values whose dots its context covers, and stands beside the others. So a value stands exactly
/// when no other write of this field covers it. That depends only on the set of writes, not on their order. Writes that
/// cover each other, directly or in a circle, cannot all be true. They stand side by side until a write from outside
/// the circle covers one of them. So a field that was ever written always shows a value.
package struct Register: Hashable, Sendable {
    /// The values that stand, in display order: every node shows the same one first. Never empty; no value twice.
    package let siblings: [Sibling]
    /// Some of the standing writes cover each other.
    let hasCircle: Bool
    /// The values are stages of a case, of which the precedence decides what is shown.
    private let isStage: Bool

    package var winner: Sibling { siblings[0] }
    /// Equal values side by side are not a conflict.
    package var isConflict: Bool { siblings.count > 1 }

    /// A register with one write.
    init(only write: FieldWrite, of field: FieldName) {
        siblings = [Sibling(value: write.value, writes: [write])]
        hasCircle = false
        isStage = field == .stage
    }

    /// Nil when there is no write.
    init?(of field: FieldName, in writes: [MergeItem]) {
        let (items, hasCircle) = Standing.of(writes)
        self.init(
            standing: items.compactMap { $0.write(of: field) }, hasCircle: hasCircle, isStage: field == .stage)
    }

    /// Nil when there is no write.
    private init?(standing writes: [FieldWrite], hasCircle: Bool, isStage: Bool) {
        guard !writes.isEmpty else { return nil }
        var order: [FieldValue] = []
        var byValue: [FieldValue: [FieldWrite]] = [:]
        for write in writes.sorted(by: { FieldWrite.isShownBefore($0, $1, isStage: isStage) }) {
            if byValue[write.value] == nil { order.append(write.value) }
            byValue[write.value, default: []].append(write)
        }
        siblings = order.map { Sibling(value: $0, writes: byValue[$0] ?? []) }
        self.hasCircle = hasCircle
        self.isStage = isStage
    }

    /// Adds one more write, which no held write covers.
    func adding(_ write: FieldWrite, seeing context: VersionVector) -> Register {
        let kept = siblings.flatMap(\.writes).filter { !$0.dots.contains(where: context.covers) }
        return Register(standing: kept + [write], hasCircle: false, isStage: isStage) ?? self
    }

    /// Marks the writes with one id as reused.
    func marking(_ id: EntryID) -> Register {
        let writes = siblings.flatMap(\.writes)
        guard writes.contains(where: { $0.entry == id && !$0.isIDReused }) else { return self }
        return Register(
            standing: writes.map { $0.entry == id ? $0.markedAsReused : $0 }, hasCircle: hasCircle, isStage: isStage)
            ?? self
    }
}
