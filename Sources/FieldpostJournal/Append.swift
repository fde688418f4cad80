import FieldpostCore
import Foundation
import GRDB

extension WriteContext {
    /// Makes a draft into this node's next entry. A version that no node can have handed out counts as seen ahead.
    /// Throws `.keyReused`, `.reportExists`, `.unknownReport`, `.seenAhead`, `.entryTooLarge`.
    mutating func append(_ draft: Draft) throws -> Committed {
        let held = try reportEntries(draft.report)
        if let earlier = try held?.entries.first(where: { $0.id == draft.id }) ?? written(draft.id) {
            guard earlier.report == draft.report, earlier.change == draft.change, earlier.author == draft.author else {
                throw JournalError.keyReused(draft.id)
            }
            return Committed(entry: earlier, isRepeat: true)
        }
        switch (draft.intent, held) {
        case (.create, .some): throw JournalError.reportExists(draft.report)
        case (.edit, nil): throw JournalError.unknownReport(draft.report)
        default: break
        }

        var row = try origin(memory.own)
        let entry = try entry(from: draft, held: held?.entries ?? [], head: row.head)
        let sealed = SealedEntry(dot: entry.dot, bytes: memory.codec.encode(entry), content: .entry(entry))
        guard sealed.bytes.count <= Limits.entryBytes else {
            throw JournalError.entryTooLarge(bytes: sealed.bytes.count)
        }
        row.head = entry.dot.seq
        row.chain = Chain.link(row.chain, sealed.hash)
        setOrigin(row)
        let place = Place(origin: row.number, seq: entry.dot.seq)
        try store([Arrival(entry: sealed, place: place, chain: row.chain)])
        return Committed(entry: entry, isRepeat: false)
    }

    private func entry(from draft: Draft, held: [Entry], head: UInt64) throws -> Entry {
        let seen = draft.seen ?? Report(id: draft.report, folding: held).version
        guard seen.clock[memory.own] <= head, seen.clock.count <= Limits.clockOrigins, seen.depth < Limits.depth else {
            throw JournalError.seenAhead(claimed: seen.clock[memory.own], head: head)
        }
        let previous = held.filter { $0.dot.origin == memory.own }.map(\.dot.seq).max() ?? 0
        return Entry(
            id: draft.id, dot: Dot(memory.own, head + 1), report: draft.report, previousSeq: previous,
            clock: seen.clock,
            depth: seen.depth + 1, author: draft.author, stamp: draft.stamp, change: draft.change)
    }

    /// The entry of this node with that id.
    private func written(_ id: EntryID) throws -> Entry? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entries.place, hash, bytes FROM keys JOIN entries ON entries.place = keys.place WHERE keys.id = ?
                """)
        return try Row.fetchOne(statement, arguments: [id.column]).flatMap { try open($0).entry }
    }
}
