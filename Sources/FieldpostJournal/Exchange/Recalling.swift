package import FieldpostCore
import Foundation
import GRDB

/// Answers a peer's recall: entries that are whole, as bytes. See `Recalled`.
package struct RecalledRun: Sendable {
    /// The range was gone through up to here; nil when there was nothing in it.
    package let upTo: Dot?
    package let isLast: Bool
    package let entries: [[UInt8]]
}

extension Journal {
    /// What is held whole of a range, as far as the limit goes.
    package func recall(
        _ range: Recall.Range, limit: RunLimit = RunLimit()
    ) async throws(JournalError) -> RecalledRun {
        let own = origin.node
        return try await read { db in
            switch range {
            case .run(let origin, let first, let last):
                let spans = try db.originRow(origin).map { [Span(row: $0, after: first - 1, last: last)] } ?? []
                return try db.recall(spans, limit: limit)
            case .foreign(let dot):
                let rows = try db.originRows().filter { $0.origin.node != own }.sorted { $0.origin < $1.origin }
                let spans = rows.compactMap { row -> Span? in
                    guard let dot, row.origin <= dot.origin else { return Span(row: row, after: 0, last: Limits.seq) }
                    return row.origin == dot.origin ? Span(row: row, after: dot.seq, last: Limits.seq) : nil
                }
                return try db.recall(spans, limit: limit)
            }
        }
    }

    /// Takes in entries that a peer gave back. Throws `.violation(badBatch)` for one that was not asked for.
    /// `isCentral`: the peer is, so that what it gave back of this node's own it holds: as good as a receipt.
    package func restore(
        _ entries: [SealedEntry], asked range: Recall.Range, isCentral: Bool = false
    ) async throws(JournalError) -> Int {
        for entry in entries where !range.holds(entry.dot) {
            throw .violation(Violation(.badBatch, "\(entry.dot) was not asked for"))
        }
        return try await queue.write { context in
            let wanted = entries.filter { $0.dot.origin != context.memory.own || $0.dot.seq <= context.ownHead }
            let added = try context.gather(wanted)
            if isCentral, case .run(let origin, _, let last) = range { context.receive(origin, upTo: last) }
            return added
        }
    }

    /// At central: everything that a gateway keeps of others was taken back.
    package func finishRecall(of gateway: NodeID) async throws(JournalError) {
        try await queue.write { context in
            try context.db.execute(
                sql: "UPDATE gateways SET recalled = \(RecallState.done) WHERE node = ?", arguments: [gateway.column])
        }
    }
}

extension Recall.Range {
    fileprivate func holds(_ dot: Dot) -> Bool {
        switch self {
        case .run(let origin, let first, let last): dot.origin == origin && (first...last).contains(dot.seq)
        case .foreign(let after): after.map { dot > $0 } ?? true
        }
    }
}

extension WriteContext {
    fileprivate var ownHead: UInt64 { memory.origins[memory.own]?.head ?? 0 }

    /// Central holds an origin of this node as far as it gave it back without a gap.
    fileprivate mutating func receive(_ origin: Origin, upTo last: UInt64) {
        guard origin.node == memory.own.node, origin != memory.own, var row = memory.origins[origin] else { return }
        row.receipt = max(row.receipt, min(row.head, last))
        setOrigin(row)
    }
}

/// A part of one origin's entries.
private struct Span {
    let row: OriginRow
    let after: UInt64
    let last: UInt64
}

extension Database {
    fileprivate func recall(_ spans: [Span], limit: RunLimit) throws -> RecalledRun {
        var entries: [[UInt8]] = []
        var bytes = 0
        var upTo: Dot?
        for span in spans {
            let statement = try cachedStatement(
                sql: "SELECT place, hash, bytes FROM entries WHERE place > ? AND place <= ? ORDER BY place")
            let cursor = try Row.fetchCursor(
                statement,
                arguments: [
                    Place(origin: span.row.number, seq: span.after).rowID,
                    Place(origin: span.row.number, seq: span.last).rowID,
                ])
            while let next = try cursor.next() {
                let entry = EntryRow(next)
                if !entries.isEmpty, entries.count == limit.entries || bytes + entry.bytes.count > limit.bytes {
                    return RecalledRun(upTo: upTo, isLast: false, entries: entries)
                }
                upTo = Dot(span.row.origin, entry.place.seq)
                guard entry.isSound else { continue }
                entries.append(entry.bytes)
                bytes += entry.bytes.count
            }
        }
        return RecalledRun(upTo: upTo, isLast: true, entries: entries)
    }
}
