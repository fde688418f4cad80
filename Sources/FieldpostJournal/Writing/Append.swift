import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension WriteContext {
    /// Turns a draft into this node's next entry. The draft's version counts as seen as far as this node holds it. The
    /// entry is added even if the report was pruned; without a version, it then claims to have seen nothing. Throws
    /// `.keyReused`, `.pruned`, `.reportExists`, `.unknownReport`, `.reportFull`, `.entryTooLarge`, `.noRoom`.
    ///
    /// Undoes its own changes if it throws one of these.
    mutating func append(_ draft: Draft, at stage: DiskStage = .ample) throws -> Committed {
        moment = draft.stamp
        guard draft.intent == .create, draft.seen == nil, try number(of: draft.report) == nil,
            try draft.hasIDOfReport ? keyedPlace(of: draft.id) == nil : place(of: draft.id) == nil
        else { return try undoing { context in try context.appendToHeld(draft, at: stage) } }
        return try appendFirst(draft, at: stage)
    }

    /// Appends the first entry of a new report. Everything is checked before anything is changed, so that nothing needs
    /// to be undone: a savepoint would copy each page that changes.
    private mutating func appendFirst(_ draft: Draft, at stage: DiskStage) throws -> Committed {
        try checkRoom(for: draft, at: stage)
        let made = Entry(
            id: draft.id, dot: Dot(memory.own, (memory.origins[memory.own]?.head ?? 0) + 1), report: draft.report,
            previousSeq: 0, context: VersionVector(), depth: 1, author: draft.author, stamp: draft.stamp,
            change: draft.change)
        let sealed = try seal(made)
        var usage = MergeState.Usage()
        usage.add(made, bytes: sealed.bytes.count)
        guard usage.isTaken(atCentral: memory.role == .central) else { throw JournalError.reportFull(draft.report) }
        let overview = try storeFirst(try link(sealed), made)
        return Committed(afterCommitOf: made, overview: overview, isRepeat: false)
    }

    private func checkRoom(for draft: Draft, at stage: DiskStage) throws(JournalError) {
        if stage >= (draft.isUrgent ? .urgentRefused : .ordinaryRefused) { throw .noRoom(stage) }
    }

    private mutating func appendToHeld(_ draft: Draft, at stage: DiskStage) throws -> Committed {
        let (held, state) = try takeReport(draft.report)
        let dots = state.dots(of: draft.id)
        var usage = state.usage[memory.own.node] ?? MergeState.Usage()
        if let held, held.share > 0 { usage = try wholeUsage(usage, of: held) }
        let seen = try seen(by: draft, of: state, pruned: held.flatMap { $0.isPruned ? $0.number : nil })
        let isClaimed = state.claims(Dot(memory.own, (memory.origins[memory.own]?.head ?? 0) + 1))
        keep(state)
        let earlier = try dots.compactMap { try entry(at: $0) }
        if let repeated = earlier.first(where: draft.isRepeated) { return try repeats(repeated) }
        guard earlier.isEmpty else { throw JournalError.keyReused(draft.id) }
        if let written = try written(draft) {
            guard draft.isRepeated(by: written) else { throw JournalError.keyReused(draft.id) }
            return try repeats(written)
        }
        try checkRoom(for: draft, at: stage)
        switch (draft.intent, held) {
        case (.create, .some): throw JournalError.reportExists(draft.report)
        case (.edit, nil): throw JournalError.unknownReport(draft.report)
        default: break
        }
        if isClaimed { try cutClaims(onNextOf: draft.report) }

        let made = Entry(
            id: draft.id, dot: Dot(memory.own, try origin(memory.own).head + 1), report: draft.report,
            previousSeq: try held.map { try lastOwnSeq(in: $0.number) } ?? 0, context: seen.context,
            depth: seen.depth + 1, author: draft.author, stamp: draft.stamp, change: draft.change)
        let arrival = try link(made)
        usage.add(made, bytes: arrival.entry.bytes.count)
        guard usage.isTaken(atCentral: memory.role == .central) else {
            throw JournalError.reportFull(draft.report)
        }
        try store([arrival])
        return Committed(afterCommitOf: made, overview: memory.stored, isRepeat: false)
    }

    /// What this node wrote to a report. Includes bodies that were pruned and are not here again: they count with their
    /// old size.
    private func wholeUsage(_ readable: MergeState.Usage, of report: HeldReport) throws -> MergeState.Usage {
        let own = try ownShare(in: report.number)
        guard own.bare > 0 else {
            try db.execute(sql: "UPDATE reports SET share = 0 WHERE number = ?", arguments: [report.number])
            return readable
        }
        var usage = readable
        usage.entries = own.entries - usage.cuts
        usage.bytes += report.share
        return usage
    }

    private mutating func repeats(_ entry: Entry) throws -> Committed {
        let (_, state) = try takeReport(entry.report)
        let overview = state.overview
        keep(state)
        return Committed(afterCommitOf: entry, overview: overview, isRepeat: true)
    }

    /// Appends an entry to this node's present origin. The caller stores it. Throws `.entryTooLarge`.
    mutating func link(_ entry: Entry) throws -> Arrival { try link(seal(entry)) }

    /// Throws `.entryTooLarge`.
    private func seal(_ entry: Entry) throws(JournalError) -> SealedEntry {
        let sealed = SealedEntry(dot: entry.dot, bytes: memory.codec.encode(entry), content: .entry(entry))
        guard sealed.bytes.count <= Limits.entryBytes else { throw .entryTooLarge(bytes: sealed.bytes.count) }
        return sealed
    }

    private mutating func link(_ sealed: SealedEntry) throws -> Arrival {
        var row = try origin(memory.own)
        precondition(sealed.dot == Dot(memory.own, row.head + 1), "\(sealed.dot) does not follow \(row.head)")
        row.head = sealed.dot.seq
        row.chain = Chain.link(row.chain, sealed.hash)
        setOrigin(row)
        return Arrival(entry: sealed, place: Place(origin: row.number, seq: sealed.dot.seq), chain: row.chain)
    }

    /// What the author of a draft had seen, as far as it counts here. Without a version in the draft: what is held now.
    private func seen(by draft: Draft, of state: MergeState, pruned: Int64?) throws -> ReportVersion {
        var seen =
            try draft.seen.map { claimed in
                try pruned.map { try held(of: claimed, inPruned: $0) } ?? state.held(of: claimed)
            } ?? state.version
        for row in memory.origins.forked {
            // After a fork, nobody can tell which entry the terminal saw under a seq. So the draft claims none of them.
            if let forked = row.forked { seen.context.cap(row.origin, at: forked) }
        }
        return seen
    }

    /// How much of a version counts for a report whose bodies were pruned, so that only the places of its entries are
    /// known. The depth is at most the number of entries.
    private func held(of version: ReportVersion, inPruned report: Int64) throws -> ReportVersion {
        let select = try db.cachedStatement(sql: "SELECT place FROM entries WHERE report = ?")
        let places = try Int64.fetchAll(select, arguments: [report]).map(Place.init(rowID:))
        let last = Dictionary(places.map { ($0.origin, $0.seq) }, uniquingKeysWith: max)
        var held = ReportVersion(depth: min(version.depth, UInt64(places.count)))
        version.context.forEach { origin, seq in
            guard let row = memory.origins[origin], let last = last[row.number] else { return }
            held.context.include(Dot(origin, min(seq, last)))
        }
        return held.context.isEmpty ? ReportVersion() : held
    }

    /// Returns this node's entry with a draft's id. Throws `.pruned` if its body was pruned, and `.keyReused` if it
    /// belonged to another report.
    private func written(_ draft: Draft) throws -> Entry? {
        guard let place = try place(of: draft.id) else { return nil }
        let statement = try db.cachedStatement(
            sql: "SELECT place, hash, bytes, quarantine, report FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(statement, arguments: [place.rowID]) else { return nil }
        if let entry = try open(row).entry { return entry }
        guard try isPruned(row) || row.text("quarantine") == Quarantine.rehydrating else { return nil }
        let report = try Data.fetchOne(
            db, sql: "SELECT id FROM reports WHERE number = ?", arguments: [row.integer("report")])
        throw report == draft.report.column ? JournalError.pruned(draft.report) : .keyReused(draft.id)
    }
}

extension Draft {
    /// The entry that creates a report usually has the report's id.
    fileprivate var hasIDOfReport: Bool { id.value == report.value }

    /// Whether an entry with this draft's id is the same change.
    fileprivate func isRepeated(by entry: Entry) -> Bool {
        entry.report == report && entry.change == change && entry.author.hasSameBytes(as: author)
    }
}
