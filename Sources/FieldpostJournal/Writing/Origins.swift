import FieldpostCore
import Synchronization

/// The rows of the table `origins`, as the writer knows them. Nothing here takes longer when there are more origins,
/// except `all`.
///
/// One object serves all transactions of the writer, because a copy for each of them would take as long as there are
/// origins. So each change is written into an undo log. A write that fails is undone up to the mark taken before it, a
/// transaction that fails as a whole. Only the writer uses it.
final class Origins: Sendable {
    /// A position in the undo log.
    struct Mark: Sendable {
        fileprivate let changes: Int
    }

    fileprivate struct Change {
        let number: Int64
        /// Nil if the change added the origin.
        let before: OriginRow?
        let wasMoved: Bool
        let lastNumber: Int64
    }

    fileprivate struct Contents {
        var byNumber: [Int64: OriginRow] = [:]
        var numbers: [Origin: Int64] = [:]
        var byNode: [NodeID: [Int64]] = [:]
        /// Origins whose entries after some seq were moved to a later incarnation.
        var forked: Set<Int64> = []
        /// Origins whose head changed in the running transaction.
        var moved: Set<Int64> = []
        var lastNumber: Int64 = 0
        var sumOfHeads: UInt64 = 0
        var changes: [Change] = []
    }

    private let contents: Mutex<Contents>

    /// If two rows name the same origin, the first one counts.
    init(_ rows: [OriginRow] = []) {
        var contents = Contents()
        for row in rows where contents.numbers[row.origin] == nil { contents.replace(row.number, with: row) }
        contents.lastNumber = rows.map(\.number).max() ?? 0
        self.contents = Mutex(contents)
    }

    subscript(origin: Origin) -> OriginRow? {
        contents.withLock { contents in contents.numbers[origin].flatMap { contents.byNumber[$0] } }
    }

    subscript(number: Int64) -> OriginRow? { contents.withLock { $0.byNumber[number] } }

    /// The origins of a node, in order of their numbers.
    func of(_ node: NodeID) -> [OriginRow] {
        contents.withLock { contents in
            (contents.byNode[node] ?? []).compactMap { contents.byNumber[$0] }
        }
    }

    /// The numbers of a node's origins, in ascending order.
    func numbers(of node: NodeID) -> [Int64] { contents.withLock { $0.byNode[node] ?? [] } }

    var forked: [OriginRow] {
        contents.withLock { contents in contents.forked.compactMap { contents.byNumber[$0] } }
    }

    /// The sum of all heads.
    var sumOfHeads: UInt64 { contents.withLock(\.sumOfHeads) }

    /// The number for the next new origin. It does not follow from the count: a repair may have removed rows.
    var nextNumber: Int64 { contents.withLock { $0.lastNumber + 1 } }

    /// All origins in order of their numbers. Takes longer with more origins.
    var all: [OriginRow] { contents.withLock { $0.byNumber.values.sorted { $0.number < $1.number } } }

    /// Adds or replaces an origin. `isMoved`: its row in the table must be written before the commit.
    func set(_ row: OriginRow, isMoved: Bool) {
        contents.withLock { contents in
            contents.changes.append(
                Change(
                    number: row.number, before: contents.byNumber[row.number],
                    wasMoved: contents.moved.contains(row.number), lastNumber: contents.lastNumber))
            contents.replace(row.number, with: row)
            contents.lastNumber = max(contents.lastNumber, row.number)
            if isMoved { contents.moved.insert(row.number) }
        }
    }

    /// Returns the origins whose rows in the table must be written now.
    func takeMoved() -> [OriginRow] {
        contents.withLock { contents in
            defer { contents.moved = [] }
            return contents.moved.sorted().compactMap { contents.byNumber[$0] }
        }
    }

    // MARK: Undoing

    /// A mark to which the changes that follow can be undone, within the same transaction.
    var mark: Mark { contents.withLock { Mark(changes: $0.changes.count) } }

    /// Undoes all changes since the mark. Without a mark: those of the whole transaction.
    func rollBack(to mark: Mark? = nil) {
        contents.withLock { contents in
            let kept = mark?.changes ?? 0
            for change in contents.changes[kept...].reversed() {
                contents.replace(change.number, with: change.before)
                contents.lastNumber = change.lastNumber
                if change.wasMoved {
                    contents.moved.insert(change.number)
                } else {
                    contents.moved.remove(change.number)
                }
            }
            contents.changes.removeSubrange(kept...)
        }
    }

    /// The transaction was committed.
    func settle() { contents.withLock { $0.changes.removeAll(keepingCapacity: true) } }
}

extension Origins.Contents {
    /// Puts a row in the place of the one with the same number. Nil removes it.
    fileprivate mutating func replace(_ number: Int64, with row: OriginRow?) {
        let before = byNumber[number]
        sumOfHeads = sumOfHeads &- (before?.head ?? 0) &+ (row?.head ?? 0)
        byNumber[number] = row
        if row?.forked == nil { forked.remove(number) } else { forked.insert(number) }
        guard before?.origin != row?.origin else { return }
        if let before {
            numbers[before.origin] = nil
            byNode[before.origin.node]?.removeAll { $0 == number }
            if byNode[before.origin.node]?.isEmpty == true { byNode[before.origin.node] = nil }
        }
        if let row {
            numbers[row.origin] = number
            byNode[row.origin.node, default: []].append(number)
            byNode[row.origin.node]?.sort()
        }
    }
}
