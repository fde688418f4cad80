import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostSync

/// Processes that start, stop and die.
extension World {
    func start(_ node: SimulatedNode) async {
        node.isStarting = false
        guard !node.isRunning, !node.isRetired else { return }
        let isBehind =
            !node.heldBefore.isEmpty && !node.heldBefore.isSubset(of: node.disk.inspection.dots(of: node.id))
        do throws(JournalError) {
            let journal = try node.open(at: now)
            guard openPhotos(of: node) else {
                try journal.close()
                return restart(node, after: draw(1000...4000))
            }
            node.journal = journal
            // Only now: a failed start reports nothing, and a newer copy may have been restored after it.
            node.owesIncident = node.owesIncident || isBehind
            node.heldBefore = []
            node.powerCutsBefore = node.disk.powerCuts
            node.origin = journal.origin
            node.backoff.reset()
            note("\(node.name) runs, as \(journal.origin.incarnation.description.prefix(8))")
            if node.isCentral { await settleAdmissions(at: node) }
            redial(node)
            schedule(.scrub(node), after: draw(5000...60_000))
            beginRetention(at: node)
            if node.isCentral { schedule(.keepFeeds(node), after: Self.feedMilliseconds) }
        } catch {
            note("\(node.name) cannot start: \(error)")
            count("refused to start")
            switch error {
            case .full, .failed: restart(node, after: draw(1000...4000))
            default: fail(.servesAgain, "\(node.name): \(error)")
            }
        }
    }

    func restart(_ node: SimulatedNode, after wait: UInt64) {
        guard !node.isStarting, !node.isRetired else { return }
        node.isStarting = true
        schedule(.start(node), after: wait)
    }

    /// The process dies, and starts again after some time. `body`: what happens to the disk.
    func die(
        _ node: SimulatedNode, _ reason: String, for wait: UInt64, tellingPeers: Bool = true, _ body: () -> Void
    ) {
        note("\(node.name) dies: \(reason)")
        cut(node, tellingPeers: tellingPeers)
        for session in node.sessions { session.vanish() }
        node.sessions = []
        node.isDialing = false
        body()
        try? node.journal?.close()
        (node.journal, node.blobs) = (nil, nil)
        restart(node, after: wait)
    }

    /// Called after every operation on a journal. A failed journal ends its process, and a new incarnation ends all
    /// sessions. Others learn of what was written.
    func worked(on node: SimulatedNode) {
        guard let journal = node.journal else { return }
        if let failure = journal.failure.map({ "\($0)" }) ?? node.blobs?.failure.map({ "\($0)" }) {
            count("stopped by a failed disk")
            let isPowerGone = node.hasLostPower
            return die(node, failure, for: draw(1000...5000), tellingPeers: !isPowerGone || chance(percent: 50)) {
                node.disk.kill()
                node.disk.heal()
            }
        }
        if journal.origin != node.origin {
            note("\(node.name) began a new incarnation, \(journal.origin.incarnation.description.prefix(8))")
            count("new incarnations")
            if plan.rules.contains(.incarnationsAreProved), !canBePutBack {
                fail(.speaksForItself, "\(node.name) begins a new incarnation, although nothing was restored")
            }
            node.origin = journal.origin
            for session in node.sessions { session.leave("this node began a new incarnation of its journal") }
        }
        if journal.rehydrations != node.rehydrations {
            node.rehydrations = journal.rehydrations
            count("entries fetched")
            schedule(.fetch(node), after: 0)
        }
        for session in node.sessions where !session.isOver && session.bell.take() {
            schedule(.grew(session), after: draw(0...3))
        }
    }

    /// Scrubs the whole journal, and asks peers for corrupt entries.
    func scrub(_ node: SimulatedNode) async {
        guard let journal = node.journal else { return }
        var cursor: ScrubCursor? = .start
        var corrupt = 0
        var repaired = 0
        do throws(JournalError) {
            while let place = cursor {
                let step = try await journal.scrub(place)
                corrupt += step.corrupt
                repaired += step.repaired
                cursor = step.next
            }
            node.scrubbedAt = now
            if corrupt > 0 {
                let missing = try await journal.missing()
                for session in node.sessions { session.fetch(missing) }
            }
        } catch {
            note("\(node.name) cannot scrub: \(error)")
            if case .damaged = error { fail(.servesAgain, "\(node.name): \(error)") }
        }
        await scrubPhotos(of: node)
        if corrupt + repaired > 0 { note("\(node.name) scrubs: \(corrupt) corrupt, \(repaired) repaired") }
        worked(on: node)
        if node.isRunning { schedule(.scrub(node), after: 60_000) }
    }

    /// This world has faults after which a node begins a new incarnation.
    private var canBePutBack: Bool {
        !plan.kinds.isDisjoint(with: [
            .databasePutBack, .cardPutBack, .cardCloned, .centralDatabasePutBack, .centralCardPutBack, .corruption,
        ])
    }
}
