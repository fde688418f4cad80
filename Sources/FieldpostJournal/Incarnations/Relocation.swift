import FieldpostCore
import Foundation
import GRDB

/// Entries that are written again under this node's present origin, with the same ids, because another entry has their
/// dot.
extension WriteContext {
    /// Moves this node's entries of an earlier incarnation after a seq to the present one. Central also tells the
    /// gateways that it sent them to that their old dots are empty.
    mutating func moveOwn(of origin: Origin, after agreed: UInt64) throws {
        let agreed = try lastProvenSeq(origin, upTo: agreed)
        let readers = try memory.role == .central ? readers(of: origin, after: agreed) : []
        let taken = try takeOwn(of: origin, after: agreed)
        try rewrite(taken, after: agreed)
        // Behind the moved entries: a gateway that removes one of its own then finds that it holds it elsewhere.
        try tell(readers)
    }

    /// The last seq up to `seq` whose chain value is known. The origin can continue after it.
    func lastProvenSeq(_ origin: Origin, upTo seq: UInt64) throws -> UInt64 {
        guard let row = memory.origins[origin] else { return seq }
        var seq = min(seq, row.head)
        while seq > 0, try db.chain(of: row, at: seq) == nil { seq -= 1 }
        return seq
    }

    /// Stores entries whose dots hold other entries. Skips an entry that the journal already holds under its id with
    /// the same content. Keeps an entry as an orphan if it would lose something by being written again.
    mutating func adopt(_ entries: [SealedEntry]) throws {
        let byOrigin = Dictionary(grouping: entries) { $0.dot.origin }
        for (_, group) in byOrigin.sorted(by: { $0.key < $1.key }) {
            let ordered = group.sorted { $0.dot.seq < $1.dot.seq }
            var lacking: [Entry] = []
            var cuts = ReportCuts()
            for sealed in ordered {
                guard let entry = sealed.entry, entry.kind.concernsReport,
                    memory.codec.encode(entry) == sealed.bytes
                else {
                    try orphan(sealed)
                    continue
                }
                if try copy(of: entry) == nil { lacking.append(try withConfirmedClaims(entry, &cuts)) }
            }
            try rewrite(lacking, after: (ordered.first?.dot.seq ?? 1) - 1)
        }
    }

    /// Removes this node's entries of an origin after a seq from their places, and returns them. Keeps unreadable ones
    /// as orphans.
    mutating func takeOwn(of origin: Origin, after agreed: UInt64) throws -> [Entry] {
        guard var row = memory.origins[origin], origin.node == memory.own.node,
            let chain = try db.chain(of: row, at: agreed)
        else { return [] }
        let places = [Place(origin: row.number, seq: agreed).rowID, Place(origin: row.number, seq: Limits.seq).rowID]
        let select = "SELECT place, hash, bytes FROM entries WHERE place > ? AND place <= ? ORDER BY place"
        var taken: [Entry] = []
        for found in try Row.fetchAll(db, sql: select, arguments: StatementArguments(places)) {
            let sealed = try open(found)
            if let entry = sealed.entry { taken.append(entry) } else { try orphan(sealed) }
        }
        memory.hot.forgetAll()
        let created = """
            UPDATE reports SET created = NULL WHERE created > ?1 AND created <= ?2
                AND number IN (SELECT report FROM entries WHERE place > ?1 AND place <= ?2)
            """
        try db.execute(sql: created, arguments: StatementArguments(places))
        for table in ["keys", "unread", "resolved", "urgent", "attachments", "settings", "entries"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE place > ? AND place <= ?", arguments: StatementArguments(places))
        }
        if !taken.isEmpty { try noteGone(first: places[0] + 1, last: places[1]) }
        row.head = agreed
        row.chain = chain
        row.receipt = min(row.receipt, agreed)
        row.forked = min(row.forked ?? agreed, agreed)
        row.isSparse = false
        setOrigin(row)
        return taken
    }

    /// Writes entries of one origin again under the present one, with the same ids, changes, stamps and depths.
    ///
    /// Beyond `agreed`, the causal contexts of these entries may name other entries of the old origin, so the contexts
    /// are cut there. If a context named an entry that is written again, it gets that entry's new dot. But a dot also
    /// claims all entries before it. If the author had not seen an earlier entry of the report under the present
    /// origin, the context does not get the new dot, and both values are shown.
    mutating func rewrite(_ entries: [Entry], after agreed: UInt64) throws {
        guard let old = entries.first?.dot.origin else { return }
        var moves: [ReportID: [(old: UInt64, previous: UInt64, new: UInt64)]] = [:]
        var arrivals: [Arrival] = []
        for entry in entries {
            let seq = try origin(memory.own).head + 1
            let earlier = moves[entry.report] ?? []
            var moved = entry
            moved.dot = Dot(memory.own, seq)
            moved.context.cap(old, at: agreed)
            for move in earlier.prefix(while: { $0.old <= entry.context[old] }) {
                guard moved.context[memory.own] >= move.previous else { break }
                moved.context.include(Dot(memory.own, move.new))
            }
            if entry.kind.concernsReport {
                moved.previousSeq = try earlier.last?.new ?? number(of: entry.report).map(lastOwnSeq) ?? 0
            }
            guard memory.codec.open(memory.codec.encode(moved), at: moved.dot).entry == moved else {
                try orphan(
                    SealedEntry(dot: entry.dot, bytes: memory.codec.encode(entry), content: .entry(entry)))
                continue
            }
            if entry.kind.concernsReport {
                moves[entry.report, default: []].append((entry.dot.seq, moved.previousSeq, seq))
            }
            arrivals.append(try link(moved))
        }
        try store(arrivals)
    }

    /// Keeps bytes that have no place, unless they are kept already.
    mutating func orphan(_ entry: SealedEntry, reason: String = "another entry is held at its place") throws {
        guard !entry.isWithheld else { return }
        let reason = entry.quarantineReason ?? reason
        let arguments: StatementArguments = [
            try origin(entry.dot.origin).number, Int64(entry.dot.seq), Data(entry.bytes),
        ]
        let isKept = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM orphans WHERE origin = ? AND seq = ? AND bytes = ?)",
            arguments: arguments)
        guard isKept != true else { return }
        try db.execute(
            sql: "INSERT INTO orphans (origin, seq, bytes, reason) VALUES (?, ?, ?, ?)",
            arguments: arguments + [reason])
    }
}
