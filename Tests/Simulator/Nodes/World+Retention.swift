import FieldpostCore
import FieldpostJournal

/// What gateways let go of, as `Node.retain` does.
extension World {
    func beginRetention(at node: SimulatedNode) {
        guard plan.retentionMilliseconds != nil, !node.isCentral else { return }
        node.restedAt = now
        node.callBacks = 0
        schedule(.retain(node), after: 1000)
    }

    func retain(_ node: SimulatedNode) async {
        guard let journal = node.journal, let age = plan.retentionMilliseconds, now >= node.restedAt + 1000 else {
            return
        }
        let session = node.sessions.first { !$0.isOver && $0.peer?.role == .central }
        let central = session?.peer.map { Origin(node: $0.node, incarnation: $0.incarnation) }
        do throws(JournalError) {
            try await journal.rest(for: now - node.restedAt, with: central, keeping: age)
            node.restedAt = now
            if let central, session === node.restedWith { try await prune(node, journal, keeping: age, with: central) }
        } catch {
            note("\(node.name) cannot prune: \(error)")
        }
        node.restedWith = session
        worked(on: node)
        if node.isRunning { schedule(.retain(node), after: 1000) }
    }

    private func prune(
        _ node: SimulatedNode, _ journal: Journal, keeping age: UInt64, with central: Origin
    ) async throws(JournalError) {
        // To look at a disk from outside is dear.
        let before = node.disk.inspection
        let step = try await journal.prune(keeping: age, with: central)
        guard step.reports > 0 else { return }
        let after = node.disk.inspection
        let pruned = before.ids.subtracting(after.ids)
        note("\(node.name) lets go of \(pruned.map(\.short).sorted())")
        count("pruned")
        node.baseline?.subtract(pruned)
        oracle.letGo.formUnion(pruned)
        let missing = pruned.subtracting(nodes[0].disk.durableInspection.ids)
        if let first = missing.min() {
            fail(.prunedIsHeld, "\(node.name) lets go of \(first.short), and a power cut at central would lose it")
        }
    }

    func recall(_ node: SimulatedNode) async {
        guard let missing = try? await node.journal?.missing(), !missing.isEmpty else { return }
        for session in node.sessions { session.recall(missing) }
    }
}
