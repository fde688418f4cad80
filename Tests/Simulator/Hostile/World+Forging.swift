import FieldpostCore
import FieldpostWire

/// The entries that liars write.
extension World {
    /// Adds entries to the liar's present incarnation.
    func forge(_ lie: Lie, by liar: Liar) async {
        guard let report = oracle.reports.randomElement(using: &random) else { return }
        let heard = liar.heard.values.filter { $0.report == report }.sorted { $0.dot < $1.dot }
        let victim = heard.filter { $0.dot.origin.node != liar.node.id }.randomElement(using: &random)
        var forged = Forged(
            id: identifier(), report: report, change: drawChange(seeing: nil),
            depth: (heard.map(\.depth).max() ?? 0) + 1)
        for entry in heard { forged.context.include(entry.dot) }
        forged.context.cap(liar.incarnations[liar.incarnations.count - 1].origin, at: 0)
        switch lie {
        case .futureClaims:
            forged.depth += draw(0...5)
            for _ in 0...draw(0...3) {
                guard let dot = await dotOfVictim() else { continue }
                let seq = chance(percent: 40) ? Limits.seq : dot.seq + draw(1...4)
                forged.context.include(Dot(dot.origin, min(seq, Limits.seq)))
            }
        case .junkContexts:
            while forged.context.count < Limits.contextOrigins - 1 {
                let stranger = Origin(node: NodeID(publicKey: [UInt8(draw(0...255)), 11]), incarnation: identifier())
                forged.context.include(Dot(stranger, draw(1...Limits.seq)))
            }
        case .greatestDepth: forged.depth = Limits.depth - draw(0...1)
        case .mutualClaims:
            // The first of two consecutive entries claims the second one, through another liar, or through another
            // incarnation that nobody has asked for yet.
            for other in liars where other !== liar {
                let history = other.incarnations[other.incarnations.count - 1]
                forged.context.include(Dot(history.origin, history.next + draw(0...2)))
            }
            forged.context.include(
                Dot(Origin(node: liar.node.id, incarnation: liar.incarnations[0].origin.incarnation &+ 1), 1))
        case .stolenIDs:
            if let victim {
                forged.id = victim.id
            } else if let write = oracle.book.writes.randomElement(using: &random) {
                (forged.id, forged.report) = (write.key.id, write.report)
            }
        case .blindRemovals:
            let targets = oracle.book.writes.filter { $0.report == report && $0.isHonest }
            forged.context = VersionVector()
            forged.change.removals = Set(
                targets.prefix(8).flatMap { write in (0..<2).map { ElementID(entry: write.key.id, index: $0) } })
        default: break
        }
        add(forged, lie, to: liar)
    }

    private func add(_ forged: Forged, _ lie: Lie, to liar: Liar) {
        let index = liar.incarnations.count - 1
        let history = liar.incarnations[index]
        guard !forged.context.covers(Dot(history.origin, history.next)) else { return }
        var entry = Entry(
            id: forged.id, dot: Dot(history.origin, history.next), report: forged.report,
            previousSeq: history.previous(of: forged.report), context: forged.context,
            depth: min(forged.depth, Limits.depth),
            author: Liar.author, stamp: .unknown, change: forged.change)
        if lie == .events {
            entry.kind = chance(percent: 50) ? .auditEvent : .incident
            entry.report = .none
            (entry.previousSeq, entry.context, entry.depth) = (0, VersionVector(), 1)
            entry.change = Change(notes: [Note(text: "closed by central")])
            if entry.kind == .auditEvent {
                let enrollment = Enrollment(gateway: nodes[1].id, state: .revoked, name: "x", grids: [])
                (entry.change.fields, entry.depth) = (enrollment.fields, Limits.depth)
            } else if chance(percent: 50), let setting = CentralSetting(name: "calendar", text: "forged") {
                (entry.kind, entry.change, entry.depth) = (.setting, setting.change, Limits.depth)
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
        liar.incarnations[index].append(bytes, report: entry.report)
        note("\(liar.node.name) forges \(entry.dot) of report \(entry.report.short): \(lie.rawValue)")
    }

    /// An entry ahead of the liar's chain, which never comes to it.
    func forgeEarly(by liar: Liar) async -> EarlyEntry? {
        guard let report = oracle.reports.randomElement(using: &random) else { return nil }
        let history = liar.incarnations[liar.incarnations.count - 1]
        var context = VersionVector()
        let heard = liar.heard.keys.filter { liar.heard[$0]?.report == report }.sorted()
        for dot in heard { context.include(dot) }
        if chance(percent: 50), let dot = await dotOfVictim() {
            context.include(Dot(dot.origin, dot.seq + draw(1...4)))
        }
        context.cap(history.origin, at: 0)
        let entry = Entry(
            id: identifier(), dot: Dot(history.origin, history.next + draw(0...40)), report: report, previousSeq: 0,
            context: context, depth: draw(1...9), author: Liar.author, stamp: .unknown,
            change: drawChange(seeing: nil))
        let number = oracle.book.add(
            entry.id, report: report, author: entry.author, change: entry.change, isHonest: false)
        oracle.book.taken(number, seen: oracle.book.numbers(of: liar.heard.values))
        oracle.scopes.wrote(liar.node.id, to: report)
        liar.waiting.insert(number)
        note("\(liar.node.name) forges \(entry.dot) ahead of its chain")
        return EarlyEntry(dot: entry.dot, bytes: EntryCodec().encode(entry))
    }

    /// Answers a fetch from central with lies.
    func answerLying(_ session: LiarSession, _ fetch: Fetch) async {
        let liar = session.liar
        var entries: [Entry] = []
        switch fetch.range {
        case .foreign(nil):
            if liar.tells(.foreignEntries) {
                for _ in 0...draw(0...3) {
                    guard let dot = await dotOfVictim() else { continue }
                    entries += (1...draw(1...3)).map {
                        inAnothersName(Dot(dot.origin, min(dot.seq + $0, Limits.seq)), by: liar)
                    }
                }
            }
            if liar.tells(.inventedIncarnations), let dot = await dotOfVictim() {
                entries += (0...draw(0...30)).map { _ in
                    inAnothersName(
                        Dot(Origin(node: dot.origin.node, incarnation: identifier()), draw(1...3)), by: liar)
                }
            }
        case .run(let origin, let first, let last):
            if liar.tells(.falseFetched), last - first < 16 {
                entries = (first...last).map { inAnothersName(Dot(origin, $0), by: liar) }
            }
        default: break
        }
        var seen: Set<Dot> = []
        entries = entries.filter { seen.insert($0.dot).inserted }.sorted { $0.dot < $1.dot }
        if !entries.isEmpty { count("lies: in answers") }
        let body = entries.isEmpty ? nil : BatchCodec.compress(entries.map { EntryCodec().encode($0) })
        session.send(.fetched(Fetched(upTo: entries.last?.dot, isLast: true, body: body)))
    }

    /// It may write anything in its own origins.
    private func inAnothersName(_ dot: Dot, by liar: Liar) -> Entry {
        let author = dot.origin.node == liar.node.id ? Liar.author : "值班员"
        let report = oracle.reports.randomElement(using: &random) ?? identifier()
        let change = Change(fields: [.stage: .text("closed"), .text: .text("forged \(draw(0...999))")])
        let id: EntryID = identifier()
        _ = oracle.book.add(id, report: report, author: author, change: change, isHonest: false)
        note("an entry is forged at \(dot)")
        return Entry(
            id: id, dot: dot, report: report, previousSeq: 0, context: VersionVector(), depth: draw(1...9),
            author: author, stamp: .unknown, change: change)
    }
}

/// The parts of a liar's entry.
private struct Forged {
    var id: EntryID
    var report: ReportID
    var change: Change
    var context = VersionVector()
    var depth: UInt64
}

extension Incarnation {
    fileprivate static func &+ (left: Incarnation, right: UInt128) -> Incarnation { Incarnation(left.value &+ right) }
}
