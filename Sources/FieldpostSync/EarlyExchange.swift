import FieldpostCore

/// At a gateway: sends urgent entries ahead of their chain, a few at a time. Those that become urgent in this session
/// pass those that waited when it began: what happens now matters most, and the others still come before their chain.
///
/// It knows what central holds from the receipts of this session, and central names all of that at the start. Nothing
/// is remembered between sessions. So a central node that lost such an entry gets it again, and nothing is deleted
/// because of a receipt that came early.
struct EarlyExchange: Sendable {
    private enum Part: Sendable {
        /// What was urgent when the session began, and what became urgent since.
        case backlog, fresh
    }

    /// How far a part was read.
    private struct Progress: Sendable {
        /// The number of the last entry that was read.
        var position: UInt64 = 0
        /// There may be more than the last read found.
        var mayHaveMore: Bool
    }

    private var progress: [Part: Progress] = [
        .backlog: Progress(mayHaveMore: true), .fresh: Progress(mayHaveMore: false),
    ]
    /// The first read has told where the fresh ones begin.
    private var isSplit = false
    /// The part that is being read. The answer must come before the next read.
    private var reading: Part?
    /// Entries without a receipt, each with the hash of its bytes.
    private var sent: [Dot: Hash256] = [:]
    /// Entries that central holds, as far as its chain has not come to them.
    private var held: Set<Dot> = []
    /// Those of both that became urgent in this session.
    private var recent: Set<Dot> = []
    /// Receipts that are being compared with the journal.
    private var comparing = 0

    /// No receipt waits for a comparison that may show that this journal was restored from a copy.
    var isCompared: Bool { comparing == 0 }

    mutating func grew() { progress[.fresh]?.mayHaveMore = true }

    /// Reads more, if central has room. Call this while a pull is behind.
    mutating func advance(into effects: inout [SessionEffect]) {
        guard reading == nil else { return }
        let waiting = sent.keys.count { !recent.contains($0) }
        if isSplit, mayHaveMore(of: .fresh), sent.count < Limits.earlyWindow, held.count < Limits.earlyEntries {
            read(.fresh, room: Limits.earlyWindow - sent.count, into: &effects)
        } else if mayHaveMore(of: .backlog), waiting < Limits.earlyBacklogWindow,
            waiting + held.count - held.intersection(recent).count < Limits.earlyBacklogEntries
        {
            read(.backlog, room: Limits.earlyBacklogWindow - waiting, into: &effects)
        }
    }

    private func mayHaveMore(of part: Part) -> Bool { progress[part]?.mayHaveMore == true }

    private mutating func read(_ part: Part, room: Int, into effects: inout [SessionEffect]) {
        reading = part
        progress[part]?.mayHaveMore = false
        effects.append(.read(.urgent(after: progress[part]?.position ?? 0, room: room)))
    }

    /// Sends what was read. `newest`: the number of the last urgent entry. `reached`: how far the pull of each origin
    /// comes soon. What it brings soon is left to it. `spacing`: so many more entries count as soon for each entry that
    /// is ahead already, of which those of the backlog do not count for fresh ones. An entry alone takes several times
    /// the bytes that it takes in a batch. So a backlog in which all is urgent goes up in its order.
    mutating func read(
        _ entries: [EarlyEntry], upTo number: UInt64, newest: UInt64, isLast: Bool, reached: [Origin: UInt64],
        spacing: UInt64, into effects: inout [SessionEffect]
    ) {
        guard let part = reading else { return }
        reading = nil
        progress[part]?.position = number
        if !isLast { progress[part]?.mayHaveMore = true }
        if !isSplit {
            isSplit = true
            progress[.fresh]?.position = max(newest, number)
        }
        let isFresh = part == .fresh
        for entry in entries where !held.contains(entry.dot) && sent[entry.dot] == nil {
            let ahead = UInt64(isFresh ? recent.count : sent.count + held.count)
            guard let seq = reached[entry.dot.origin], entry.dot.seq > seq + ahead * spacing else { continue }
            sent[entry.dot] = Chain.hash(entry: entry.bytes)
            if isFresh { recent.insert(entry.dot) }
            effects.append(.send(.early(entry)))
        }
    }

    /// Takes central's receipt for one entry. If the entry was not sent in this session, the journal says whether it
    /// is held here. Throws `limitExceeded` for more receipts at once than central may hold entries.
    mutating func receive(_ known: KnownEntry, into effects: inout [SessionEffect]) throws(Violation) {
        guard sent[known.dot] != known.hash else { return keep(known.dot) }
        guard comparing < Limits.earlyEntries else {
            throw Violation(.limitExceeded, "more than \(Limits.earlyEntries) receipts for entries that were not sent")
        }
        comparing += 1
        effects.append(.read(.compareEarly(known)))
    }

    /// The journal agrees with a receipt.
    mutating func compared(_ known: KnownEntry) {
        comparing -= 1
        keep(known.dot)
    }

    private mutating func keep(_ dot: Dot) {
        sent[dot] = nil
        if held.count < Limits.earlyEntries { held.insert(dot) }
    }

    /// Central's chain of an origin has come to a head.
    mutating func covered(by head: Head) {
        let isCovered = { (dot: Dot) in dot.origin == head.origin && dot.seq <= head.seq }
        sent = sent.filter { !isCovered($0.key) }
        held = held.filter { !isCovered($0) }
        recent = recent.filter { !isCovered($0) }
    }
}
