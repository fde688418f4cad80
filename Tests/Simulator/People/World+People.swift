import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The actions of people.
extension World {
    /// Sends what waits, or makes a new change.
    func wake(_ terminal: Terminal) async {
        if let plan = plan.photos, chance(percent: plan.opened) { await openPhoto(at: nodes[terminal.home]) }
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

    /// A request arrives at a node.
    func serve(_ terminal: Terminal, attempt: Int) async {
        guard attempt == terminal.attempt, let operation = terminal.operation else { return }
        let copies = nodes.filter { $0.number == operation.node || $0.original == operation.node && !$0.isRetired }
        let node = copies[copies.count > 1 && chance(percent: 30) ? 1 : 0]
        guard let journal = node.journal, await takePhotos(of: terminal, at: node, attempt: attempt),
            node.journal === journal
        else { return }
        var draft = operation.draft
        draft.stamp = node.stamp(at: now)
        await look(for: terminal, as: draft, at: node, journal)
        let answer: Terminal.Answer?
        do throws(JournalError) {
            let committed = try await journal.append(draft)
            oracle.committed(
                committed, write: operation.write, seen: terminal.operation?.seen ?? [], at: node, in: self)
            for attachment in draft.change.attachments { checkPhoto(attachment.blob, isDurableAt: node) }
            note("\(node.name) takes \(committed.entry.id.short) of \(terminal.name) as \(committed.entry.dot)")
            answer = .acknowledged(committed)
        } catch {
            note("\(node.name) refuses \(draft.id.short) of \(terminal.name): \(error)")
            // The change may still be stored, if the disk failed at the commit.
            if case .failed = error { oracle.scopes.wrote(node.id, to: draft.report) }
            answer = refusal(of: draft, error)
        }
        worked(on: node)
        guard let answer, !chance(percent: plan.lostAnswers) else { return }
        schedule(.answered(terminal, attempt: attempt, answer), after: draw(1...200))
    }

    /// Notes what a request says to have seen by the time it reaches a node. A change that the node already holds stays
    /// as it was stored, by a commit that failed for example: to send it again says nothing of what came since.
    private func look(for terminal: Terminal, as draft: Draft, at node: SimulatedNode, _ journal: Journal) async {
        guard let operation = terminal.operation, operation.claimsAll || draft.seen == nil && draft.intent == .edit
        else { return }
        var numbers: Set<Int> = []
        if let report = try? await journal.report(draft.report) {
            numbers = oracle.book.numbers(of: report.history)
        } else if operation.claimsAll, draft.seen != nil {
            // For a pruned report, a version claims the dots that are left.
            let pruned = node.disk.inspection.entries.values.filter(\.isPruned).compactMap { oracle.key(of: $0.hash) }
            numbers = Set(pruned.filter { $0.report == draft.report }.compactMap { oracle.book.number(of: $0) })
        }
        if !numbers.contains(operation.write) { terminal.operation?.seen.formUnion(numbers) }
    }

    /// Nil when the node answers with 507 or not at all; then the terminal tries again.
    private func refusal(of draft: Draft, _ error: JournalError) -> Terminal.Answer? {
        switch error {
        case .full, .noRoom: count("refused on a full disk")
        case .failed, .damaged: break
        case .pruned: return .pruned
        case .unknownReport, .reportExists, .keyReused: return .refused("\(error)")
        default: fail(.servesAgain, "\(draft.id.short) is refused: \(error)")
        }
        return nil
    }

    func take(_ answer: Terminal.Answer, by terminal: Terminal, attempt: Int) {
        guard attempt == terminal.attempt, let operation = terminal.operation else { return }
        switch answer {
        case .acknowledged(let committed):
            note("\(terminal.name) is told that \(committed.entry.id.short) is safe")
            oracle.acknowledge(operation.write)
            var seen = oracle.book[operation.write].seen ?? []
            if committed.version.context.covers(committed.entry.dot) { seen.insert(operation.write) }
            let elements = terminal.known[committed.entry.report]?.elements ?? []
            terminal.known[committed.entry.report] = Terminal.Known(
                version: committed.version, writes: seen, elements: elements)
            terminal.operation = nil
        case .pruned:
            note("\(terminal.name) is told that \(operation.draft.id.short) was safe before")
            count("retries of what was pruned")
            oracle.takenBefore(operation.write, seen: operation.seen)
            terminal.operation = nil
        case .refused:
            terminal.operation?.refusals += 1
            guard operation.refusals >= 3 else { return }
            note("\(terminal.name) gives up \(operation.draft.id.short)")
            count("given up")
            oracle.givenUp(operation.write, seen: operation.seen)
            terminal.operation = nil
        }
    }
}

extension Identifier128 {
    /// A short form for traces.
    var short: String { String(description.prefix(8)) }
}
