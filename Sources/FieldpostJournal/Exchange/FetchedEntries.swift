import CoreMetrics
package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// Returns the entries held of a range, up to the limit. At central, `gateway` is the gateway that asks. Entries
    /// outside of its scope count as not held.
    package func fetch(
        _ range: Fetch.Range, for gateway: NodeID? = nil, limit: RunLimit = RunLimit()
    ) async throws(JournalError) -> FetchedRun {
        let own = origin.node
        return try await read { [codec] db in
            let scope = try gateway.map { try GatewayScope(db, of: $0) }
            switch range {
            case .run(let origin, let first, let last):
                guard let row = try db.originRow(origin) else {
                    return FetchedRun(upTo: nil, isLast: true, entries: [])
                }
                var run = try db.fetch(Span(row: row, after: first - 1, last: last), for: scope, limit: limit)
                if gateway == nil, origin.node != own { run.proofs = try db.proofs(of: run.entries, codec: codec) }
                return run
            case .foreign(let dot):
                let rows = try db.originRows().filter { $0.origin.node != own }.sorted { $0.origin < $1.origin }
                let spans = rows.compactMap { row -> Span? in
                    guard let dot, row.origin <= dot.origin else { return Span(row: row, after: 0, last: Limits.seq) }
                    return row.origin == dot.origin ? Span(row: row, after: dot.seq, last: Limits.seq) : nil
                }
                var run = try db.fetch(spans, for: scope, limit: limit)
                run.proofs = try db.proofs(of: run.entries, codec: codec)
                return run
            }
        }
    }

    /// Stores entries that a peer gave in answer to a fetch. If central gives a gateway's own entries, central holds
    /// them, which counts as a receipt.
    ///
    /// Throws `.violation(badBatch)` for an entry that was not asked for, and `.noRoom` like `ingest`.
    package func restore(
        _ entries: [SealedEntry], proofs: [Dot: Proof] = [:], asked range: Fetch.Range, from peer: NodeID,
        stamp: Stamp = .unknown
    ) async throws(JournalError) -> Restored {
        for entry in entries where !range.holds(entry.dot) {
            throw .violation(Violation(.badBatch, "\(entry.dot) was not asked for"))
        }
        if !entries.isEmpty { try makeSureOfRoomForPeers() }
        // Central's audit events never leave central. So if a gateway gives one, the gateway made it itself. A
        // gateway's audit events go up with its other entries, and come back from central, which the gateway trusts.
        let given = role == .gateway ? entries : entries.filter { $0.entry?.kind != .auditEvent }
        let restored = try await queue.write { context in
            context.moment = stamp
            let entries =
                context.memory.role == .gateway
                ? given : try context.vouched(given, proofs: proofs, asked: range, from: peer)
            let hasBegun = try context.begin(contradictedBy: entries, from: peer, stamp: stamp)
            let added = try context.gather(entries, from: peer)
            if context.memory.role == .central { try context.withdraw(reportsOf: entries, from: peer) }
            if context.memory.role == .gateway, case .run(let origin, _, let last) = range {
                try context.receive(origin, upTo: last)
            }
            return Restored(added: added, hasBegun: hasBegun)
        }
        metrics.received.increment(by: restored.added)
        return restored
    }

    /// At central: all entries of others that a gateway keeps have been fetched from it.
    package func finishFetch(of gateway: NodeID) async throws(JournalError) {
        try await queue.write { context in
            try context.db.execute(
                sql: "UPDATE gateways SET fetched = \(FetchState.done) WHERE node = ?", arguments: [gateway.column])
            // Withdrawals in the feed have waited for this.
            context.memory.growth.note(.feed(of: gateway))
        }
    }
}

extension Fetch.Range {
    fileprivate func holds(_ dot: Dot) -> Bool {
        switch self {
        case .run(let origin, let first, let last): dot.origin == origin && (first...last).contains(dot.seq)
        case .foreign(let after): after.map { dot > $0 } ?? true
        }
    }
}

extension WriteContext {
    /// Central gave an origin of this node back without a gap up to `last`, so central holds it that far.
    fileprivate mutating func receive(_ origin: Origin, upTo last: UInt64) throws {
        guard origin.node == memory.own.node, origin != memory.own, var row = memory.origins[origin] else { return }
        try raiseReceipt(of: &row, to: min(row.head, last))
    }
}

/// A part of one origin's entries.
private struct Span {
    let row: OriginRow
    let after: UInt64
    let last: UInt64
}

extension Database {
    /// Returns the entries that follow a seq without a gap. Entries without a gap do not need their dots in the answer.
    /// If the range begins with a gap, the answer ends before the next entry, and the peer asks for the rest
    /// separately.
    fileprivate func fetch(_ span: Span, for scope: GatewayScope?, limit: RunLimit) throws -> FetchedRun {
        let cursor = try entries(of: span)
        var scope = scope
        var entries: [PackedEntry] = []
        var (seq, bytes, passed) = (span.after, 0, 0)
        while let next = try cursor.next() {
            let entry = EntryRow(next)
            guard try scope?.includes(entry.place, report: next["report"], self) != false else {
                passed += 1
                // One answer examines at most this many entries.
                guard entries.isEmpty, passed >= Self.passedEntries, entry.place.seq < span.last else { continue }
                return FetchedRun(upTo: Dot(span.row.origin, entry.place.seq), isLast: false, entries: [])
            }
            let isNext = entry.place.seq == seq + 1
            guard isNext, let packed = try packed(entry, chain: next, of: span.row) else {
                // Skips entries that are not held or cannot be proved.
                let upTo = !entries.isEmpty ? seq : isNext ? entry.place.seq : entry.place.seq - 1
                guard upTo < span.last else { break }
                return FetchedRun(upTo: Dot(span.row.origin, upTo), isLast: false, entries: entries)
            }
            if !entries.isEmpty, entries.count == limit.entries || bytes + entry.bytes.count > limit.bytes {
                return FetchedRun(upTo: Dot(span.row.origin, seq), isLast: false, entries: entries)
            }
            entries.append(packed)
            seq = entry.place.seq
            bytes += entry.bytes.count
        }
        let upTo = entries.isEmpty ? nil : Dot(span.row.origin, seq)
        return FetchedRun(upTo: upTo, isLast: true, entries: entries)
    }

    /// Packs an entry as bytes if its hash or the chain proves them. Packs a corrupt entry as its hash if the chain
    /// proves that. Returns nil if nothing can be proved.
    private func packed(_ entry: EntryRow, chain row: Row, of origin: OriginRow) throws -> PackedEntry? {
        guard !entry.isSound else { return .bytes(entry.bytes) }
        guard let before = try self.chain(of: origin, at: entry.place.seq - 1) else { return nil }
        let stored = row.blob("chain").flatMap { Hash256(bytes: $0) }
        return try packed(entry, of: origin, after: before, stored: stored)?.entry
    }

    /// Central's proof of each entry. Empty if no entry has one.
    fileprivate func proofs(of entries: [PackedEntry], codec: any EntryCoding) throws -> [Proof] {
        let statement = try cachedStatement(sql: "SELECT proof FROM proofs WHERE place = ?")
        let proofs = try entries.map { entry -> Proof in
            guard case .bytes(let bytes) = entry, let dot = codec.dot(of: bytes), let row = try originRow(dot.origin),
                dot.seq <= Limits.seq
            else { return .absent }
            let place = Place(origin: row.number, seq: dot.seq)
            return try Row.fetchOne(statement, arguments: [place.rowID])?.blob("proof").flatMap { Proof(bytes: $0) }
                ?? .absent
        }
        return proofs.allSatisfy { $0 == .absent } ? [] : proofs
    }

    private static var passedEntries: Int { 16 * Limits.batchEntries }

    /// Returns those entries of many origins that are not corrupt, or that the chain proves.
    fileprivate func fetch(_ spans: [Span], for scope: GatewayScope?, limit: RunLimit) throws -> FetchedRun {
        var scope = scope
        var entries: [PackedEntry] = []
        var bytes = 0
        var upTo: Dot?
        for span in spans {
            let cursor = try self.entries(of: span)
            while let next = try cursor.next() {
                let entry = EntryRow(next)
                if !entries.isEmpty, entries.count == limit.entries || bytes + entry.bytes.count > limit.bytes {
                    return FetchedRun(upTo: upTo, isLast: false, entries: entries)
                }
                upTo = Dot(span.row.origin, entry.place.seq)
                guard try scope?.includes(entry.place, report: next["report"], self) != false else { continue }
                guard let packed = try packed(entry, chain: next, of: span.row), case .bytes = packed else { continue }
                entries.append(packed)
                bytes += entry.bytes.count
            }
        }
        return FetchedRun(upTo: upTo, isLast: true, entries: entries)
    }

    private func entries(of span: Span) throws -> RowCursor {
        let statement = try cachedStatement(
            sql: "SELECT place, report, hash, bytes, chain FROM entries WHERE place > ? AND place <= ? ORDER BY place")
        return try Row.fetchCursor(
            statement,
            arguments: [
                Place(origin: span.row.number, seq: span.after).rowID,
                Place(origin: span.row.number, seq: span.last).rowID,
            ])
    }
}
