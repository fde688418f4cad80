package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At a gateway: compares central's heads with this journal. A head that agrees is stored as a receipt. If the disk
    /// is full, the receipts count but cannot be stored. Central repeats them in the next session.
    package func compare(
        _ heads: [Head], proofs: [Origin: HeadProof] = [:], with central: Origin
    ) async throws(JournalError) -> HeadsVerdict {
        do throws(JournalError) {
            return try await queue.write(isVital: true) { context in
                try context.compare(heads, proofs: proofs, with: central)
            }
        } catch {
            guard error == .full else { throw error }
            return try await read { db in
                var verdict = HeadsVerdict()
                try db.complete(&verdict, with: central.node)
                verdict.missing = try db.missing().ranges
                return verdict
            }
        }
    }

    /// Returns up to `Limits.locatePoints` seqs after `agreed` up to `upTo`, evenly spread. `upTo` is the last one.
    package func points(
        of origin: Origin, after agreed: UInt64, upTo: UInt64
    ) async throws(JournalError) -> [Head] {
        guard upTo > agreed else { return [] }
        let count = min(UInt64(Limits.locatePoints), upTo - agreed)
        let width = upTo - agreed
        let seqs = (1...count).map { agreed + UInt64((Double($0) / Double(count) * Double(width)).rounded()) }
        return try await read { db in
            guard let row = try db.originRow(origin) else { return [] }
            return try seqs.compactMap { seq in
                try db.chain(of: row, at: seq).map { Head(origin: origin, seq: seq, chain: $0) }
            }
        }
    }

    /// At central: finds where a gateway's points agree with this journal.
    package func locate(_ points: [Head]) async throws(JournalError) -> Located {
        try await read { db in
            guard let origin = points.first?.origin else {
                throw JournalError.violation(Violation(.malformedMessage, "the message contains no points"))
            }
            var located = Located(origin: origin, agreed: 0, differing: 0)
            guard let row = try db.originRow(origin) else { return located }
            for point in points {
                guard let chain = try db.chain(of: row, at: point.seq) else { continue }
                if chain == point.chain {
                    located.agreed = max(located.agreed, point.seq)
                } else if located.differing == 0 || point.seq < located.differing {
                    located.differing = point.seq
                }
            }
            return located
        }
    }
}

extension WriteContext {
    fileprivate mutating func compare(
        _ heads: [Head], proofs: [Origin: HeadProof], with central: Origin
    ) throws -> HeadsVerdict {
        var verdict = HeadsVerdict()
        let own = heads.filter { $0.origin.node == memory.own.node }
        guard own.count == heads.count else {
            throw violation(.wrongRole, "central sent heads of another node")
        }
        memory.retention.confirmed = RetentionMemory.Confirmation(central: central)
        let isCurrentHeld = own.contains { $0.origin == memory.own && $0.seq > 0 }
        for head in own where head.seq > 0 {
            if memory.origins[head.origin] == nil, head.origin != memory.own, isCurrentHeld {
                verdict.hasLaterIncarnation = true
            }
            var row = try origin(head.origin)
            if head.seq <= row.head, try db.chain(of: row, at: head.seq) == head.chain {
                memory.retention.confirmed?.heads[head.origin] = head.seq
                try keep(proofs[head.origin], of: head)
                try raiseReceipt(of: &row, to: head.seq)
                continue
            }
            // If central was restored from a copy, it may now hold other entries than those for which it gave receipts.
            verdict.divergences.append(
                Divergence(
                    origin: head.origin, agreed: head.seq > row.receipt ? min(row.receipt, row.head) : 0,
                    differing: head.seq <= row.head ? head.seq : 0, held: row.head, peer: head.seq))
        }
        try db.complete(&verdict, with: central.node)
        verdict.missing = try missing(at: central.node)
        return verdict
    }
}

extension Database {
    /// Adds how far this gateway has read central's feed.
    fileprivate func complete(_ verdict: inout HeadsVerdict, with central: NodeID) throws {
        verdict.cursor = try feedCursor(of: central)
        verdict.cursorProof = try Row.fetchOne(
            self, sql: "SELECT proof FROM feed_cursors WHERE central = ?", arguments: [central.column]
        )?.blob("proof").flatMap { Proof(bytes: $0) }
        if let cursor = verdict.cursor {
            verdict.seen = try lastEntry(of: Origin(node: central, incarnation: cursor.incarnation))
        }
    }

    func feedCursor(of central: NodeID) throws -> FeedCursor? {
        try Row.fetchOne(
            self, sql: "SELECT incarnation, position FROM feed_cursors WHERE central = ?", arguments: [central.column]
        ).flatMap { row in
            row.blob("incarnation").flatMap({ Incarnation(bytes: $0) }).map {
                FeedCursor(incarnation: $0, position: UInt64(clamping: row.integer("position") ?? 0))
            }
        }
    }

    /// The last entry held of an origin that is not corrupt.
    private func lastEntry(of origin: Origin) throws -> KnownEntry? {
        guard let row = try originRow(origin) else { return nil }
        let cursor = try Row.fetchCursor(
            self,
            sql: """
                SELECT entries.place, hash, bytes, proof FROM entries LEFT JOIN proofs ON proofs.place = entries.place
                WHERE entries.place > ? AND entries.place <= ? ORDER BY entries.place DESC
                """,
            arguments: [Place(origin: row.number, seq: 0).rowID, Place(origin: row.number, seq: Limits.seq).rowID])
        while let next = try cursor.next() {
            let entry = EntryRow(next)
            guard entry.isSound, let hash = entry.hash else { continue }
            return KnownEntry(
                dot: Dot(origin, entry.place.seq), hash: hash, proof: next.blob("proof").flatMap { Proof(bytes: $0) })
        }
        return nil
    }

    /// Returns the entries that are corrupt, withheld or being rehydrated here, as at most `Limits.fetchedRanges`
    /// ranges. Starts after the place `turn`, then continues from the first place. So entries that nobody can give do
    /// not block those behind them.
    func missing(after turn: Int64 = 0) throws -> MissingRanges {
        var places = try missingPlaces(from: turn + 1, to: .max, limit: Limits.missingPlaces)
        places += try missingPlaces(from: .min, to: turn, limit: Limits.missingPlaces - places.count)
        var ranges: [(number: Int64, first: UInt64, last: UInt64)] = []
        for place in places where place.seq > 0 {
            if let last = ranges.last, last.number == place.origin, last.last + 1 == place.seq {
                ranges[ranges.count - 1].last = place.seq
            } else if ranges.count < Limits.fetchedRanges {
                ranges.append((place.origin, place.seq, place.seq))
            } else {
                break
            }
        }
        let last = ranges.last.map { Place(origin: $0.number, seq: $0.last).rowID } ?? 0
        return MissingRanges(
            ranges: try ranges.compactMap { range in
                try originRow(number: range.number).map { .run($0.origin, first: range.first, last: range.last) }
            }, turn: last)
    }

    private func missingPlaces(from first: Int64, to last: Int64, limit: Int) throws -> [Place] {
        guard limit > 0, first <= last else { return [] }
        return try Int64.fetchAll(
            self,
            sql: """
                SELECT place FROM entries WHERE quarantine IN (?, ?, ?) AND place BETWEEN ? AND ?
                ORDER BY place LIMIT ?
                """,
            arguments: [Quarantine.corrupt, Quarantine.withheld, Quarantine.rehydrating, first, last, limit]
        ).map(Place.init(rowID:))
    }
}

/// What to ask one peer for in one session.
struct MissingRanges {
    let ranges: [Fetch.Range]
    /// Where the next session with that peer continues.
    let turn: Int64
}

extension WriteContext {
    /// Returns what to ask a peer for in this session. The next session with it continues after that.
    mutating func missing(at peer: NodeID) throws -> [Fetch.Range] {
        let missing = try db.missing(after: memory.fetchTurns[peer] ?? 0)
        memory.fetchTurns[peer] = missing.turn
        return missing.ranges
    }
}
