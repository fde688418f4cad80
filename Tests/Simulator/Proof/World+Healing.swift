import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The end of all faults, and the expected result.
extension World {
    /// No new faults: links and nodes are up, clones are retired, and waiting changes are sent again.
    func heal() async {
        isHealing = true
        healedAt = now
        note("HEALING")
        for clone in nodes where clone.original != nil { retire(clone) }
        for node in nodes where !node.isRetired {
            node.disk.heal()
            node.disk.capacityBytes = .max
            node.isLinkUp = true
            node.latency = 20
            node.bandwidth = 0
            node.forgeries = 0
            if !node.isRunning { restart(node, after: draw(0...1000)) }
        }
        schedule(.judge, after: 20_000)
    }

    /// Takes a clone out of service. What only the clone had is lost.
    private func retire(_ clone: SimulatedNode) {
        note("\(clone.name) is retired")
        cut(clone)
        for session in clone.sessions { session.vanish() }
        clone.sessions = []
        try? clone.journal?.close()
        (clone.journal, clone.blobs) = (nil, nil)
        clone.isRetired = true
        notePhotosGone(wholePhotos(at: clone), from: clone)
        var lost = clone.disk.inspection.keys
        for other in nodes where !other.isRetired { lost.subtract(other.disk.inspection.keys) }
        oracle.gone.formUnion(lost)
    }

    /// Checks whether all nodes agree; then, whether they agree on the right state.
    func judge() async {
        await acceptClones()
        guard let reason = await disagreement() else {
            await judgeHistory()
            isDone = true
            return note("all agree after \((now - healedAt) / 1000) s")
        }
        if reason != lastReason { note("not yet: \(reason)") }
        lastReason = reason
        guard now - healedAt < Self.healingMilliseconds else { return fail(.convergence, reason) }
        schedule(.judge, after: 5000)
    }

    private func acceptClones() async {
        guard let journal = nodes[0].journal, let clones = try? await journal.statistics().clones, !clones.isEmpty
        else { return }
        for node in nodes where !node.isCentral && node.original == nil {
            guard let count = try? await journal.acceptClone(node.id), count > 0 else { continue }
            note("an operator accepts the clone of \(node.name)")
            self.count("clones accepted")
        }
    }

    /// Why the nodes do not agree yet; nil when they do.
    private func disagreement() async -> String? {
        for node in nodes where !node.isRetired && !node.isRunning { return "\(node.name) does not run" }
        for terminal in terminals where !terminal.isIdle { return "\(terminal.name) waits for an answer" }
        guard let central = nodes[0].journal else { return "central does not run" }
        for node in nodes where !node.isRetired && node.scrubbedAt <= healedAt {
            schedule(.scrub(node), after: 0)
            return "\(node.name) has not looked for corruption"
        }
        do throws(JournalError) {
            for node in nodes where !node.isRetired && !node.isCentral {
                guard let journal = node.journal else { continue }
                let own = try await journal.heads(of: node.id).filter { $0.seq > 0 }.sorted { $0.origin < $1.origin }
                let held = try await central.heads(of: node.id).filter { $0.seq > 0 }.sorted { $0.origin < $1.origin }
                if own != held, holdingsDiffer(node) { return "\(node.name) holds \(own.text), central \(held.text)" }
                if let reason = try await settingsDiffer(node, journal, central) { return reason }
                if let reason = try await peopleDiffer(node, journal, central) { return reason }
                let digest = try await journal.digest()
                let wanted = try await central.digest(scope: node.id)
                if digest == wanted {
                    guard try await slotsDiffer(journal, central, node) else { continue }
                    return "\(node.name) and central have one digest, and a comparison finds other reports"
                }
                let mayKeepMore = oracle.mayKeepMore(node.id, in: plan)
                let difference = await difference(journal, central, inScopeOf: mayKeepMore ? node : nil)
                if difference == nil, mayKeepMore { continue }
                if mayBeUnheard(node), lacksNothing(node) { continue }
                return
                    "\(node.name) shows \(digest.reports) reports, central \(wanted.reports) in its scope, and their "
                    + "digests differ: \(difference ?? "but each report is the same when it is read")"
            }
        } catch {
            return "\(error)"
        }
        if let reason = corruptionThatCouldHeal() { return reason }
        return await photoUnderWay()
    }

    /// Whether an operator's comparison would find that reports differ.
    private func slotsDiffer(
        _ journal: Journal, _ central: Journal, _ node: SimulatedNode
    ) async throws(JournalError) -> Bool {
        let question = Compare(.slots, [0...Compare.slots - 1], partSize: 1024)
        let own = try await journal.compared(question)
        let other = try await central.compared(question, scope: node.id)
        return own != other
    }

    /// Whether this is one of two clones with one name, and a restored central heard out only the other:
    /// RELIABILITY.md, "What is not proved yet".
    func mayBeUnheard(_ node: SimulatedNode) -> Bool {
        nodes.contains { $0.original != nil && $0.id == node.id }
            && !plan.kinds.isDisjoint(with: [.centralCardPutBack, .centralDatabasePutBack])
    }

    private func lacksNothing(_ node: SimulatedNode) -> Bool {
        let (held, central) = (node.disk.inspection, nodes[0].disk.inspection)
        return oracle.reports.allSatisfy {
            !concerns($0, node, central) || lacking(of: $0, at: held, from: central).isEmpty
        }
    }

    /// The first report that two journals fold to different states, for people; nil when there is none. For a gateway
    /// that may keep more, only reports that it serves or wrote to.
    private func difference(
        _ journal: Journal, _ central: Journal, inScopeOf node: SimulatedNode?
    ) async -> String? {
        let held = node == nil ? nil : nodes[0].disk.inspection
        for id in oracle.reports {
            if let node, let held, !concerns(id, node, held) { continue }
            guard let own = try? await journal.report(id), let other = try? await central.report(id),
                own.digest != other.digest
            else { continue }
            let (there, here) = (onlyIn(journal, central, id), onlyIn(central, journal, id))
            return "report \(id.short), \(there) there alone, \(here) here"
        }
        return nil
    }

    /// The dots of the report's entries that one journal holds and the other does not hold, or holds differently.
    private func onlyIn(_ journal: Journal, _ other: Journal, _ report: ReportID) -> [String] {
        func entries(of journal: Journal) -> [Dot: Inspection.Held] {
            let node = nodes.first { $0.journal === journal }
            return (node?.disk.inspection.entries ?? [:]).filter { $0.value.entry?.report == report }
        }
        let held = entries(of: other)
        return entries(of: journal).filter { held[$0.key]?.hash != $0.value.hash }.keys.sorted().map { "\($0)" }
    }

    /// Whether a gateway and central hold different entries of the gateway's own origins. Entries that became corrupt
    /// everywhere are held nowhere.
    private func holdingsDiffer(_ node: SimulatedNode) -> Bool {
        let (own, central) = (node.disk.inspection, nodes[0].disk.inspection)
        let dots = Set(own.entries.keys).union(central.entries.keys).filter { $0.origin.node == node.id }
        return dots.contains { dot in
            let (own, other) = (own.entries[dot], central.entries[dot])
            return own?.isPruned == true ? own?.hash != other?.hash : own?.id != other?.id
        }
    }

    /// An entry that is corrupt at one node and intact at its neighbour. What has left a gateway's scope is no longer
    /// repaired there.
    private func corruptionThatCouldHeal() -> String? {
        let central = nodes[0].disk.inspection
        for node in nodes where !node.isRetired && !node.isCentral {
            let own = node.disk.inspection
            let isNarrowed = oracle.scopes.narrowed.contains(node.id)
            for (dot, entry) in own.entries
            where !entry.isPruned && entry.isSound != central.entries[dot]?.isSound {
                guard let other = central.entries[dot], !other.isSound || !isNarrowed else { continue }
                return "\(dot) of report \(other.entry?.report.short ?? "none") is corrupt at "
                    + "\(other.isSound ? node.name : "central") alone"
            }
        }
        return nil
    }
}

extension [Head] {
    fileprivate var text: String {
        map { "\($0.origin.incarnation.short):\($0.seq):\($0.chain.hex.prefix(6))" }.joined(separator: " ")
    }
}
