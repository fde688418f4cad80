import FieldpostCore
import FieldpostWire

/// What liars write.
extension World {
    /// Adds entries to the liar's present life.
    func forge(_ lie: Lie, by liar: Liar) async {
        guard let report = oracle.reports.randomElement(using: &random) else { return }
        let heard = liar.heard.values.filter { $0.report == report }.sorted { $0.dot < $1.dot }
        let victim = heard.filter { $0.dot.origin.node != liar.node.id }.randomElement(using: &random)
        var forged = Forged(
            id: identifier(), report: report, change: drawChange(seeing: nil),
            depth: (heard.map(\.depth).max() ?? 0) + 1)
        for entry in heard { forged.clock.include(entry.dot) }
        forged.clock.cap(liar.lives[liar.lives.count - 1].origin, at: 0)
        switch lie {
        case .futureClaims:
            forged.depth += draw(0...5)
            for _ in 0...draw(0...3) {
                guard let dot = await dotOfVictim() else { continue }
                let seq = chance(percent: 40) ? Limits.seq : dot.seq + draw(1...4)
                forged.clock.include(Dot(dot.origin, min(seq, Limits.seq)))
            }
        case .junkClocks:
            while forged.clock.count < Limits.clockOrigins - 1 {
                let stranger = Origin(node: NodeID(publicKey: [UInt8(draw(0...255)), 11]), incarnation: identifier())
                forged.clock.include(Dot(stranger, draw(1...Limits.seq)))
            }
        case .greatestDepth: forged.depth = Limits.depth - draw(0...1)
        case .mutualClaims:
            // Of two entries that follow each other the first claims the second, through another liar's or a life of
            // its own that nobody asked for yet.
            for other in liars where other !== liar {
                let life = other.lives[other.lives.count - 1]
                forged.clock.include(Dot(life.origin, life.next + draw(0...2)))
            }
            forged.clock.include(
                Dot(Origin(node: liar.node.id, incarnation: liar.lives[0].origin.incarnation &+ 1), 1))
        case .stolenIDs:
            if let victim {
                forged.id = victim.id
            } else if let write = oracle.book.writes.randomElement(using: &random) {
                (forged.id, forged.report) = (write.key.id, write.report)
            }
        case .blindRemovals:
            let targets = oracle.book.writes.filter { $0.report == report && $0.isHonest }
            forged.clock = VersionVector()
            forged.change.removals = Set(
                targets.prefix(8).flatMap { write in (0..<2).map { ElementID(entry: write.key.id, index: $0) } })
        default: break
        }
        add(forged, lie, to: liar)
    }

    private func add(_ forged: Forged, _ lie: Lie, to liar: Liar) {
        let index = liar.lives.count - 1
        let life = liar.lives[index]
        guard !forged.clock.covers(Dot(life.origin, life.next)) else { return }
        var entry = Entry(
            id: forged.id, dot: Dot(life.origin, life.next), report: forged.report,
            previousSeq: life.previous(of: forged.report), clock: forged.clock, depth: min(forged.depth, Limits.depth),
            author: Liar.author, stamp: .unknown, change: forged.change)
        if lie == .acts {
            entry.kind = chance(percent: 50) ? .act : .incident
            entry.report = .none
            (entry.previousSeq, entry.clock, entry.depth) = (0, VersionVector(), 1)
            entry.change = Change(notes: [Note(text: "closed by central")])
            if entry.kind == .act {
                let enrolment = Enrolment(gateway: nodes[1].id, state: .revoked, name: "x", grids: [])
                (entry.change.fields, entry.depth) = (enrolment.fields, Limits.depth)
            }
        } else {
            let number = oracle.book.add(
                entry.id, report: entry.report, author: entry.author, change: entry.change, isHonest: false)
            oracle.book.taken(number, seen: oracle.book.numbers(of: liar.heard.values))
            oracle.scopes.wrote(liar.node.id, to: entry.report)
            liar.waiting.insert(number)
        }
        var bytes = EntryCodec().encode(entry)
        if lie == .unreadable { bytes = bytes.dropLast(2) + [0xFF] }
        liar.lives[index].append(bytes, report: entry.report)
        note("\(liar.node.name) forges \(entry.dot) of report \(entry.report.short): \(lie.rawValue)")
    }

    /// Answers a recall of central's.
    func answerLying(_ session: LiarSession, _ recall: Recall) async {
        let liar = session.liar
        var entries: [Entry] = []
        switch recall.range {
        case .foreign(nil):
            if liar.tells(.foreignEntries) {
                for _ in 0...draw(0...3) {
                    guard let dot = await dotOfVictim() else { continue }
                    entries += (1...draw(1...3)).map {
                        inAnothersName(Dot(dot.origin, min(dot.seq + $0, Limits.seq)), by: liar)
                    }
                }
            }
            if liar.tells(.inventedLives), let dot = await dotOfVictim() {
                entries += (0...draw(0...30)).map { _ in
                    inAnothersName(
                        Dot(Origin(node: dot.origin.node, incarnation: identifier()), draw(1...3)), by: liar)
                }
            }
        case .run(let origin, let first, let last):
            if liar.tells(.falseRecalled), last - first < 16 {
                entries = (first...last).map { inAnothersName(Dot(origin, $0), by: liar) }
            }
        default: break
        }
        var seen: Set<Dot> = []
        entries = entries.filter { seen.insert($0.dot).inserted }.sorted { $0.dot < $1.dot }
        if !entries.isEmpty { count("lies: in answers") }
        let body = entries.isEmpty ? nil : BatchCodec.compress(entries.map { EntryCodec().encode($0) })
        session.send(.recalled(Recalled(upTo: entries.last?.dot, isLast: true, body: body)))
    }

    /// Of its own origins it may say what it likes.
    private func inAnothersName(_ dot: Dot, by liar: Liar) -> Entry {
        let author = dot.origin.node == liar.node.id ? Liar.author : "值班员"
        let report = oracle.reports.randomElement(using: &random) ?? identifier()
        let change = Change(fields: [.stage: .text("closed"), .text: .text("forged \(draw(0...999))")])
        let id: EntryID = identifier()
        _ = oracle.book.add(id, report: report, author: author, change: change, isHonest: false)
        note("an entry is forged at \(dot)")
        return Entry(
            id: id, dot: dot, report: report, previousSeq: 0, clock: VersionVector(), depth: draw(1...9),
            author: author, stamp: .unknown, change: change)
    }
}

/// What an entry of a liar shall say.
private struct Forged {
    var id: EntryID
    var report: ReportID
    var change: Change
    var clock = VersionVector()
    var depth: UInt64
}

extension Incarnation {
    fileprivate static func &+ (left: Incarnation, right: UInt128) -> Incarnation { Incarnation(left.value &+ right) }
}
