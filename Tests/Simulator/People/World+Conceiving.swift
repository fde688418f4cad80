import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The next change that a person makes.
extension World {
    func conceive(by terminal: Terminal) async -> Terminal.Operation? {
        if terminal.home != 0, chance(percent: plan.people.roaming) {
            terminal.home = Int.random(in: 1...plan.gateways, using: &random)
            count("roamed")
        }
        let isPoisoned = oracle.poisonNext.remove(terminal.home) != nil
        if !isPoisoned, chance(percent: plan.people.duplicates), let operation = duplicate(by: terminal) {
            return operation
        }
        if !isPoisoned, oracle.reports.isEmpty || chance(percent: terminal.home == 0 ? 15 : 50) {
            return create(by: terminal)
        }
        return await edit(by: terminal, isPoisoned: isPoisoned)
    }

    private func create(by terminal: Terminal) -> Terminal.Operation {
        var change = drawChange(seeing: nil)
        if chance(percent: 90) { change.fields[.grid] = drawGrid() }
        let report: ReportID = identifier()
        oracle.reports.append(report)
        let draft = Draft(
            id: identifier(), report: report, intent: .create, author: terminal.name, stamp: .unknown, change: change)
        return operation(draft, at: terminal.home)
    }

    private func edit(by terminal: Terminal, isPoisoned: Bool) async -> Terminal.Operation? {
        guard let report = oracle.reports.randomElement(using: &random) else { return nil }
        if !chance(percent: plan.stale) { await read(report, by: terminal, at: terminal.home) }
        let known = chance(percent: 20) ? nil : terminal.known[report]
        var change = drawChange(seeing: known)
        if chance(percent: plan.people.regrids) { change.fields[.grid] = drawGrid() }
        var author = terminal.name
        if isPoisoned {
            author = chance(percent: 50) ? SimulatedCodec.poisoned : SimulatedCodec.poisonedWithoutDot
            oracle.hasPoison = true
        }
        var draft = Draft(
            id: identifier(), report: report, intent: .edit, seen: known?.version, author: author, stamp: .unknown,
            change: change)
        var operation = operation(draft, at: terminal.home, seen: known?.writes ?? [])
        guard plan.rules.contains(.versionsAreCut), chance(percent: plan.people.forged) else { return operation }
        count("forged versions")
        draft.seen = await forgedVersion(over: known?.version ?? ReportVersion())
        operation.draft = draft
        operation.claimsAll = true
        return operation
    }

    /// An id that was used before, with the same or other content.
    private func duplicate(by terminal: Terminal) -> Terminal.Operation? {
        let honest = oracle.book.writes.indices.filter { oracle.book[$0].isHonest && !oracle.book[$0].isPoisoned }
        guard let number = honest.randomElement(using: &random) else { return nil }
        let earlier = oracle.book[number]
        var draft = Draft(
            id: earlier.key.id, report: earlier.report, intent: .edit, author: earlier.author, stamp: .unknown,
            change: earlier.change)
        let kind = plan.rules.contains(.contentsOfOneID) ? draw(0...4) : 0
        switch kind {
        case 0: break  // a retry elsewhere
        case 1: draft.change = earlier.change.decomposed  // the same to the eye
        case 2: draft.change = drawChange(seeing: nil)
        case 3: draft.report = oracle.reports.randomElement(using: &random) ?? earlier.report
        default:
            draft.intent = .create
            draft.author = terminal.name
            draft.change = drawChange(seeing: nil)
        }
        count("ids used twice")
        return operation(draft, at: terminal.home)
    }

    private func operation(_ draft: Draft, at node: Int, seen: Set<Int> = []) -> Terminal.Operation {
        let number = oracle.book.add(draft.id, report: draft.report, author: draft.author, change: draft.change)
        return Terminal.Operation(
            draft: draft, write: number, node: node, seen: seen,
            claimsAll: draft.seen == nil && draft.intent == .edit)
    }

    /// A version that names what nobody has written yet, as far as a version can.
    private func forgedVersion(over version: ReportVersion) async -> ReportVersion {
        var version = version
        for node in nodes where node.original == nil && chance(percent: 60) {
            guard let journal = node.journal, let head = try? await journal.head() else { continue }
            let beyond = chance(percent: 50) ? Limits.seq : min(head.seq + draw(1...4), Limits.seq)
            version.context.include(Dot(head.origin, beyond))
        }
        if chance(percent: 30) {
            for _ in 0...draw(0...300) {
                let stranger = Origin(node: NodeID(publicKey: [UInt8(draw(0...255)), 9]), incarnation: identifier())
                version.context.include(Dot(stranger, draw(1...Limits.seq)))
            }
        }
        if chance(percent: 40) { version.depth = Limits.depth - draw(0...2) }
        return version
    }

    private func read(_ id: ReportID, by terminal: Terminal, at node: Int) async {
        guard let report = try? await nodes[node].journal?.report(id) else { return }
        terminal.known[id] = Terminal.Known(
            version: report.version, writes: oracle.book.numbers(of: report.history),
            elements: report.notes.map(\.id) + report.traces.map(\.id) + report.attachments.map(\.id))
    }
}

extension Change {
    /// The same text in other bytes, if one of its characters has two encodings.
    fileprivate var decomposed: Change {
        var other = self
        for (name, value) in fields {
            if case .text(let text) = value { other.fields[name] = .text(text.decomposed) }
        }
        other.notes = notes.map { Note(text: $0.text.decomposed) }
        return other
    }
}

extension String {
    fileprivate var decomposed: String { replacing("\u{E9}", with: "e\u{301}") }
}
