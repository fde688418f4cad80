import FieldpostCore
import Foundation
import GRDB

extension WriteContext {
    /// Makes a draft into this node's next entry. A version that no node can have handed out counts as seen ahead.
    /// To a report that was pruned it is added all the same; without a version it then claims to have seen nothing.
    /// Throws `.keyReused`, `.pruned`, `.reportExists`, `.unknownReport`, `.seenAhead`, `.entryTooLarge`, `.noRoom`.
    mutating func append(_ draft: Draft, at stage: DiskStage = .ample) throws -> Committed {
        var draft = draft
        if PlantedFault.isPlanted(.forgetKeys) { draft.id = .random() }
        let held = try reportEntries(draft.report)
        if let earlier = try held?.entries.first(where: { $0.id == draft.id }) ?? written(draft) {
            guard earlier.report == draft.report, earlier.change == draft.change, earlier.author == draft.author else {
                throw JournalError.keyReused(draft.id)
            }
            return Committed(entry: earlier, isRepeat: true)
        }
        if stage >= (draft.isUrgent ? .urgentRefused : .ordinaryRefused) {
            guard PlantedFault.isPlanted(.dropOldestWhenFull) else { throw JournalError.noRoom(stage) }
            try db.execute(sql: "DELETE FROM entries WHERE place IN (SELECT place FROM entries ORDER BY place LIMIT 4)")
        }
        switch (draft.intent, held) {
        case (.create, .some): throw JournalError.reportExists(draft.report)
        case (.edit, nil): throw JournalError.unknownReport(draft.report)
        default: break
        }

        let head = try origin(memory.own).head
        let entry = try entry(from: draft, held: held, head: head)
        if PlantedFault.isPlanted(.acknowledgeAndForget), draft.id.value % 4 == 0 {
            return Committed(entry: entry, isRepeat: false)
        }
        try store([try link(entry)])
        return Committed(entry: entry, isRepeat: false)
    }

    /// Puts an entry at the end of this node's present origin; the caller stores it. Throws `.entryTooLarge`.
    mutating func link(_ entry: Entry) throws -> Arrival {
        var row = try origin(memory.own)
        precondition(entry.dot == Dot(memory.own, row.head + 1), "\(entry.dot) does not follow \(row.head)")
        let sealed = SealedEntry(dot: entry.dot, bytes: memory.codec.encode(entry), content: .entry(entry))
        guard sealed.bytes.count <= Limits.entryBytes else {
            throw JournalError.entryTooLarge(bytes: sealed.bytes.count)
        }
        row.head = entry.dot.seq
        row.chain = Chain.link(row.chain, sealed.hash)
        setOrigin(row)
        return Arrival(entry: sealed, place: Place(origin: row.number, seq: entry.dot.seq), chain: row.chain)
    }

    private func entry(from draft: Draft, held: HeldReport?, head: UInt64) throws -> Entry {
        let claimed = PlantedFault.isPlanted(.ignoreClock) ? nil : draft.seen
        var seen = claimed ?? Report(id: draft.report, folding: held?.entries ?? []).version
        for row in memory.origins.values {
            // Beyond a fork, whose entry the terminal saw under that number cannot be told: it claims none of them.
            if let forked = row.forked { seen.clock.cap(row.origin, at: forked) }
        }
        guard seen.clock[memory.own] <= head, seen.clock.count <= Limits.clockOrigins, seen.depth < Limits.depth else {
            throw JournalError.seenAhead(claimed: seen.clock[memory.own], head: head)
        }
        return Entry(
            id: draft.id, dot: Dot(memory.own, head + 1), report: draft.report,
            previousSeq: held?.last(of: memory.own) ?? 0,
            clock: seen.clock,
            depth: seen.depth + 1, author: draft.author, stamp: draft.stamp, change: draft.change)
    }

    /// The entry of this node with a draft's id. Throws `.pruned` when its body is not kept any more, `.keyReused` when
    /// that was of another report.
    private func written(_ draft: Draft) throws -> Entry? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entries.place, hash, bytes, quarantine, report FROM keys
                JOIN entries ON entries.place = keys.place WHERE keys.id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [draft.id.column]) else { return nil }
        if let entry = try open(row).entry { return entry }
        guard try isPruned(row) || row.text("quarantine") == Quarantine.calledBack else { return nil }
        let report = try Data.fetchOne(
            db, sql: "SELECT id FROM reports WHERE number = ?", arguments: [row.integer("report")])
        throw report == draft.report.column ? JournalError.pruned(draft.report) : .keyReused(draft.id)
    }
}
