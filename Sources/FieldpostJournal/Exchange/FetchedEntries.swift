package import FieldpostCore
import Foundation
import GRDB

/// Answers a peer's fetch. See `Fetched`.
package struct FetchedRun: Sendable {
    /// The range was gone through up to here; nil when there was nothing in it.
    package let upTo: Dot?
    package let isLast: Bool
    /// At a gateway: central's proof of each of the entries, `.absent` where it has none.
    package var proofs: [Proof] = []
    /// Of one origin: without a gap from the first seq asked for, those that became corrupt by their hash alone.
    /// Otherwise those that are whole.
    package let entries: [PackedEntry]
}

extension Journal {
    /// What is held of a range, as far as the limit goes. `gateway`: for whom, at central; what is not for that one
    /// counts as not held.
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

    /// Takes in entries that a peer gave back. What central gave back of a gateway's own, central holds: as good as a
    /// receipt. Throws `.violation(badBatch)` for one that was not asked for, and `.noRoom` as `ingest`.
    package func restore(
        _ entries: [SealedEntry], proofs: [Dot: Proof] = [:], asked range: Fetch.Range, from peer: NodeID,
        stamp: Stamp = .unknown
    ) async throws(JournalError) -> Restored {
        for entry in entries where !range.holds(entry.dot) {
            throw .violation(Violation(.badBatch, "\(entry.dot) was not asked for"))
        }
        if !entries.isEmpty { try makeSureOfRoomForPeers() }
        // Central's audit events never leave it: what a gateway gives as one is its own work. A gateway's come up with
        // its other entries, and back from central, which it trusts.
        let given = role == .gateway ? entries : entries.filter { $0.entry?.kind != .auditEvent }
        return try await queue.write { context in
            context.moment = stamp
            let entries =
                context.memory.role == .gateway
                ? given : try context.vouched(given, proofs: proofs, asked: range, from: peer)
            let hasBegun = try context.begin(contradictedBy: entries, from: peer, stamp: stamp)
            let added = try context.gather(entries, from: peer)
            if context.memory.role == .central { try context.withdraw(reportsOf: entries, from: peer) }
            if context.memory.role == .gateway, case .run(let origin, _, let last) = range {
                context.receive(origin, upTo: last)
            }
            return Restored(added: added, hasBegun: hasBegun)
        }
    }

    /// At central: everything that a gateway keeps of others was taken back.
    package func finishFetch(of gateway: NodeID) async throws(JournalError) {
        try await queue.write { context in
            try context.db.execute(
                sql: "UPDATE gateways SET fetched = \(FetchState.done) WHERE node = ?", arguments: [gateway.column])
        }
    }
}

/// What became of entries that a peer gave back.
package struct Restored: Hashable, Sendable {
    /// New, or whole again.
    package let added: Int
    /// They showed that this node was put back from a copy: a new incarnation began.
    package let hasBegun: Bool
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
    /// The entries that follow a seq without a gap. Before a gap that stands first it ends as well, so that what comes
    /// after it is asked for by itself: entries without a gap need no dot of their own to be placed.
    fileprivate func fetch(_ span: Span, for scope: GatewayScope?, limit: RunLimit) throws -> FetchedRun {
        let cursor = try entries(of: span)
        var scope = scope
        var entries: [PackedEntry] = []
        var (seq, bytes, passed) = (span.after, 0, 0)
        while let next = try cursor.next() {
            let entry = EntryRow(next)
            guard try scope?.includes(entry.place, report: next["report"], self) != false else {
                passed += 1
                // One answer looks at no more than that.
                guard entries.isEmpty, passed >= Self.passedEntries, entry.place.seq < span.last else { continue }
                return FetchedRun(upTo: Dot(span.row.origin, entry.place.seq), isLast: false, entries: [])
            }
            let isNext = entry.place.seq == seq + 1
            guard isNext, let packed = try packed(entry, chain: next, of: span.row) else {
                // Passes over what is not held, or cannot be proved.
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

    /// An entry whose bytes its hash or the chain proves, or where the chain proves it the hash of a corrupt one; nil
    /// where nothing is proved.
    private func packed(_ entry: EntryRow, chain row: Row, of origin: OriginRow) throws -> PackedEntry? {
        guard !entry.isSound else { return .bytes(entry.bytes) }
        guard let before = try self.chain(of: origin, at: entry.place.seq - 1) else { return nil }
        let stored = row.blob("chain").flatMap { Hash256(bytes: $0) }
        return try packed(entry, of: origin, after: before, stored: stored)?.entry
    }

    /// Central's proof of each entry: empty where none has one.
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

    /// The entries of many origins that are whole, or can be proved to be.
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
