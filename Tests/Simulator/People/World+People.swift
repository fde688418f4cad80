import FieldpostCore
import FieldpostJournal

/// What people do.
extension World {
    /// Sends what waits, or thinks of something new.
    func wake(_ terminal: Terminal) async {
        if terminal.operation == nil, terminal.operationsLeft > 0, !isHealing {
            terminal.operationsLeft -= 1
            terminal.operation = await conceive(by: terminal)
        } else if terminal.operation != nil, chance(percent: plan.straying), terminal.home != 0 {
            terminal.operation?.node = Int.random(in: 1...plan.gateways, using: &random)
        }
        if terminal.operation != nil {
            terminal.attempt += 1
            schedule(.request(terminal, attempt: terminal.attempt), after: draw(1...100))
        } else if isHealing {
            return
        }
        schedule(.terminal(terminal), after: draw(500...6000))
    }

    private func conceive(by terminal: Terminal) async -> Terminal.Operation? {
        let node = terminal.home
        let number = oracle.reports.count
        var change = Change(fields: [.text: .text("change \(draw(0...9999))")])
        if chance(percent: plan.urgent) { change.fields[.priority] = .text("urgent") }
        let isPoisoned = oracle.poisonNext.remove(node) != nil
        var draft = Draft(
            id: identifier(), report: identifier(), intent: .create, author: terminal.name, stamp: .unknown,
            change: change)
        if node != 0, !isPoisoned, number == 0 || chance(percent: 50) {
            let grid = chance(percent: 70) ? node : Int.random(in: 1...plan.gateways, using: &random)
            draft.change.fields[.grid] = .text(nodes[grid].grid)
            oracle.reports.append(draft.report)
            return Terminal.Operation(draft: draft, node: node, truth: [])
        }
        guard let report = oracle.reports.randomElement(using: &random) else { return nil }
        if isPoisoned {
            draft.author = chance(percent: 50) ? SimulatedCodec.poisoned : SimulatedCodec.poisonedWithoutDot
            oracle.poison.insert(draft.id)
        }
        draft.report = report
        draft.intent = .edit
        if !chance(percent: plan.stale) { await read(report, by: terminal, at: node) }
        let known = chance(percent: 20) ? nil : terminal.known[report]
        draft.seen = known?.version
        return Terminal.Operation(draft: draft, node: node, truth: known?.entries ?? [])
    }

    private func read(_ id: ReportID, by terminal: Terminal, at node: Int) async {
        guard let report = try? await nodes[node].journal?.report(id) else { return }
        terminal.known[id] = Terminal.Known(version: report.version, entries: Set(report.history.map(\.id)))
    }

    /// A request comes to a node.
    func serve(_ terminal: Terminal, attempt: Int) async {
        guard attempt == terminal.attempt, let operation = terminal.operation else { return }
        let copies = nodes.filter { $0.number == operation.node || $0.original == operation.node && !$0.isRetired }
        let node = copies[copies.count > 1 && chance(percent: 30) ? 1 : 0]
        guard let journal = node.journal else { return }
        var draft = operation.draft
        draft.stamp = node.stamp(at: now)
        if draft.seen == nil, draft.intent == .edit, let report = try? await journal.report(draft.report) {
            terminal.operation?.truth.formUnion(report.history.map(\.id))
        }
        let answer: Terminal.Answer?
        do throws(JournalError) {
            let committed = try await journal.append(draft)
            oracle.committed(committed, truth: terminal.operation?.truth ?? [], at: node, in: self)
            note("\(node.name) takes \(committed.entry.id.short) of \(terminal.name) as \(committed.entry.dot)")
            answer = .acknowledged(committed)
        } catch {
            note("\(node.name) refuses \(draft.id.short) of \(terminal.name): \(error)")
            answer = refusal(of: draft, error)
        }
        worked(on: node)
        guard let answer, !chance(percent: plan.lostAnswers) else { return }
        schedule(.answered(terminal, attempt: attempt, answer), after: draw(1...200))
    }

    /// Nil: the node answers with 507 or not at all, and the terminal tries again.
    private func refusal(of draft: Draft, _ error: JournalError) -> Terminal.Answer? {
        switch error {
        case .full, .noRoom: count("refused on a full disk")
        case .failed, .damaged: break
        case .pruned: return .pruned
        case .unknownReport, .reportExists: return .refused("\(error)")
        default: fail(.servesAgain, "\(draft.id.short) is refused: \(error)")
        }
        return nil
    }

    func take(_ answer: Terminal.Answer, by terminal: Terminal, attempt: Int) {
        guard attempt == terminal.attempt, let operation = terminal.operation else { return }
        switch answer {
        case .acknowledged(let committed):
            note("\(terminal.name) is told that \(committed.entry.id.short) is safe")
            oracle.acknowledge(committed.entry.id, of: committed.entry.report)
            var seen = oracle.truth[committed.entry.id] ?? []
            if committed.version.clock.covers(committed.entry.dot) { seen.insert(committed.entry.id) }
            terminal.known[committed.entry.report] = Terminal.Known(version: committed.version, entries: seen)
            terminal.operation = nil
        case .pruned:
            note("\(terminal.name) is told that \(operation.draft.id.short) was safe before")
            count("retries of what was pruned")
            oracle.takenBefore(operation.draft, truth: operation.truth)
            terminal.operation = nil
        case .readAgain:
            terminal.operation?.draft.seen = nil
        case .refused:
            terminal.operation?.refusals += 1
            guard operation.refusals >= 3 else { return }
            note("\(terminal.name) gives \(operation.draft.id.short) up")
            count("given up")
            oracle.givenUp(operation.draft, truth: operation.truth)
            terminal.operation = nil
        }
    }
}

extension Identifier128 {
    /// For traces.
    var short: String { String(description.prefix(8)) }
}
