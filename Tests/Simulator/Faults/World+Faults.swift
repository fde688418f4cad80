import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The faults.
extension World {
    func strike(_ fault: PlannedFault) async {
        let node = nodes[fault.node]
        if fault.isCopying {
            node.copies[fault.copiedAt] = node.disk.snapshot(node.disk.allCardNames)
            node.rosterCopies[fault.copiedAt] = node.roster
            return note("the disk of \(node.name) is copied")
        }
        note("\(fault.kind.rawValue) at \(node.name)")
        count(fault.kind.rawValue)
        switch fault.kind {
        case .linkCut, .centralAbsent, .linkHalfOpen, .linkSlow: strikeNetwork(fault.kind, node)
        case .kill: die(node, "killed", for: draw(500...8000)) { node.disk.kill() }
        case .powerCut:
            die(node, "the power went", for: draw(2000...10_000), tellingPeers: chance(percent: 50)) {
                node.disk.cutPower()
            }
        case .deathInCall, .ioError, .failedSync, .diskFull: strikeDisk(fault.kind, node)
        case .corruption: corruption(node)
        case .poison: oracle.poisonNext.insert(node.number)
        case .databasePutBack, .centralDatabasePutBack: putBack(node, fault.copiedAt, only: FaultDisk.databaseNames)
        case .cardPutBack, .centralCardPutBack:
            let copied = node.copies[fault.copiedAt].map { Set($0.files.keys) } ?? []
            putBack(node, fault.copiedAt, only: node.disk.allCardNames.union(copied))
        case .cardCloned: clone(node)
        case .clockJump:
            node.clockError =
                [-1_700_000_000_000, -315_000_000_000, 315_000_000_000, 0, 3_600_000].randomElement(
                    using: &random) ?? 0
        case .resync:
            for session in node.sessions {
                session.resync()
                session.compare(isDeep: chance(percent: 50))
            }
        case .forgedReceipt: node.forgeries = 1
        }
    }

    private func strikeNetwork(_ kind: FaultKind, _ node: SimulatedNode) {
        switch kind {
        case .linkHalfOpen: return cut(node, tellingPeers: false)
        case .linkSlow:
            node.latency = draw(200...5000)
            node.bandwidth = draw(500...8000)
        case .linkCut:
            node.isLinkUp = false
            cut(node)
        default:
            die(node, "switched off", for: draw(20_000...60_000)) { node.disk.kill() }
        }
        schedule(.end(of: kind, node), after: draw(2000...40_000))
    }

    private func strikeDisk(_ kind: FaultKind, _ node: SimulatedNode) {
        let call = Int.random(in: 1...60, using: &random)
        switch kind {
        case .deathInCall:
            node.disk.fail([.write, .sync], atCall: call, with: chance(percent: 50) ? .kill : .powerCut)
        case .ioError: node.disk.fail([.write], atCall: call)
        case .failedSync: node.disk.fail([.sync], atCall: 1 + call / 4)
        default:
            node.disk.capacityBytes = node.disk.usedBytes + Int(draw(0...300_000))
            schedule(.end(of: kind, node), after: draw(5000...40_000))
        }
    }

    func end(_ kind: FaultKind, at node: SimulatedNode) {
        note("the end of \(kind.rawValue) at \(node.name)")
        switch kind {
        case .linkCut: node.isLinkUp = true
        case .linkSlow:
            node.latency = plan.latencyMilliseconds
            node.bandwidth = 0
        case .diskFull: node.disk.capacityBytes = .max
        default: break
        }
    }

    // MARK: Copies

    /// Restores the disk, or only the database on it, to an earlier state.
    private func putBack(_ node: SimulatedNode, _ moment: UInt64, only names: Set<String>) {
        guard let copy = node.copies[moment] else { return }
        // After a power cut the lease may be behind. Then an older database cannot be told from an older card.
        let hasLease = !names.contains("journal.lease") && !node.hasLostPower
        if !hasLease { oracle.cardsPutBack.insert(node.id) }
        die(node, "restored to \(moment / 1000) s", for: draw(1000...10_000)) {
            // Restoring a database takes longer than the kernel needs to write the lease beside it to the medium.
            node.disk.place(node.disk.bytes(of: "journal.lease"), as: "journal.lease")
            let held = node.disk.inspection
            let before = held.dots(of: node.id)
            destroy(at: node) { node.disk.restore(copy, only: names) }
            oracle.putBack(node.id, held: held)
            if names.contains("journal.lease") { node.roster = node.rosterCopies[moment] ?? [] }
            // A newer lease must reveal the older database: the lease covers everything that any peer heard of.
            guard hasLease else { return }
            node.heldBefore.formUnion(before.filter { $0.origin == node.origin && oracle.hasLeft($0) })
        }
    }

    /// Physically changes a node's disk, and records which entries had their only copy there.
    func destroy(at node: SimulatedNode, _ body: () -> Void) {
        let before = node.disk.inspection
        let photos = wholePhotos(at: node)
        body()
        notePhotosGone(photos.subtracting(wholePhotos(at: node)), from: node)
        let after = node.disk.inspection
        var lost = before.keys.subtracting(after.keys)
        for other in nodes where other !== node && !other.isRetired && !lost.isEmpty {
            lost.subtract(other.disk.inspection.keys)
        }
        // A copy of central that is younger than the retention time contains everything that gateways have pruned.
        if node.isCentral { lost.subtract(oracle.letGo) }
        oracle.gone.formUnion(lost)
        node.baseline = nil
        if !lost.isEmpty { note("\(lost.count) entries are physically destroyed: \(lost.sorted())") }
    }

    /// Starts a node from a copy of a gateway's card.
    private func clone(_ node: SimulatedNode) {
        guard !nodes.contains(where: { $0.original != nil }) else { return }
        let copy = SimulatedNode(number: nodes.count, original: node, seed: random.next(), latency: node.latency)
        copy.disk.restore(node.disk.snapshot(node.disk.allCardNames))
        oracle.cardsPutBack.insert(node.id)
        nodes.append(copy)
        restart(copy, after: draw(500...5000))
    }
}
