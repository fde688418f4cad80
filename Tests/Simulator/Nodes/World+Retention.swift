import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Pruning by gateways, like `Node.retain`.
extension World {
    func beginRetention(at node: SimulatedNode) {
        guard plan.retentionMilliseconds != nil, !node.isCentral else { return }
        node.restedAt = now
        node.rehydrations = 0
        schedule(.retain(node), after: 1000)
    }

    func retain(_ node: SimulatedNode) async {
        guard let journal = node.journal, let age = plan.retentionMilliseconds, now >= node.restedAt + 1000 else {
            return
        }
        // A session may seem open for 45 s after central died or ended it. That matters with these few seconds of
        // retention, not with 14 days.
        let session = node.sessions.first {
            !$0.isOver && $0.peer?.role == .central && !$0.connection.isBroken && !$0.connection.isHalfOpen
                && $0.connection[.central]?.isOver == false
        }
        let central = session?.peer.map { Origin(node: $0.node, incarnation: $0.incarnation) }
        do throws(JournalError) {
            try await journal.rest(for: now - node.restedAt, with: central, keeping: age)
            await restPhotos(of: node, for: now - node.restedAt)
            node.restedAt = now
            if session !== node.restedWith { node.standsSince = now }
            // `Node.retain` waits for a whole interval, in which central learns whether it was restored.
            if let central, now >= node.standsSince + 8 * node.latency, session === node.restedWith {
                let step = try await journal.prune(keeping: age, with: central)
                if step.reports > 0 {
                    count("pruned")
                    noteLetGo(node)
                }
                await evictPhotos(of: node, keeping: age)
            }
        } catch {
            note("\(node.name) cannot prune: \(error)")
            // What the disk wrote before a failed sync may be durable after all.
            noteLetGo(node)
        }
        node.restedWith = session
        worked(on: node)
        if node.isRunning { schedule(.retain(node), after: 1000) }
    }

    private func noteLetGo(_ node: SimulatedNode) {
        let pruned = node.disk.inspection.entries.filter(\.value.isPruned)
        let central = nodes[0].disk.durableInspection
        let held = central.entries
        var keys: Set<WriteKey> = []
        for (dot, entry) in pruned {
            if let copy = held[dot], copy.isSound, copy.hash == entry.hash {
                if let entry = copy.entry { keys.insert(WriteKey(entry)) }
            } else if let key = oracle.key(of: entry.hash), central.keys.contains(key) {
                // Central was restored, and has since moved its entry to another dot.
                keys.insert(key)
            } else if !node.pruned.contains(dot) {
                fail(.prunedIsHeld, "\(node.name) prunes \(dot), and a power cut at central would lose it")
            }
        }
        node.pruned = Set(pruned.keys)
        note("\(node.name) has pruned \(keys.sorted())")
        node.baseline?.subtract(keys)
        oracle.letGo.formUnion(keys)
    }

    func fetch(_ node: SimulatedNode) async {
        guard let missing = try? await node.journal?.missing(), !missing.isEmpty else { return }
        for session in node.sessions { session.fetch(missing) }
    }
}
