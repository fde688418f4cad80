import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Gateways that lie. They dial central like the others, and continue to lie while all others heal.
extension World {
    func setUpLiars() {
        for (number, plan) in plan.hostile.liars.enumerated() {
            let node = SimulatedNode(
                number: 100 + number, grids: plan.grids, seed: random.next(), latency: self.plan.latencyMilliseconds)
            let liar = Liar(node: node, lies: plan.lies, grids: plan.grids, first: identifier())
            liars.append(liar)
            schedule(.dialLying(liar), after: draw(1000...5000))
        }
    }

    func liar(_ node: NodeID?) -> Liar? { liars.first { $0.node.id == node } }

    func dialLying(_ liar: Liar) async {
        guard liar.session == nil, !isDone else { return }
        let central = nodes[0]
        guard let journal = central.journal, let hello = try? await central.hello(to: nodes[0].id, at: now),
            let enrollment = try? await journal.enrollment(of: liar.node.id)
        else { return schedule(.dialLying(liar), after: 2000) }
        if liar.tells(.manyIncarnations), chance(percent: 30) {
            liar.incarnations.append(Liar.History(origin: Origin(node: liar.node.id, incarnation: identifier())))
        }
        let connection = Connection(gateway: liar.node)
        let session = LiarSession(world: self, liar: liar, connection: connection)
        let served = SimulatedSession(
            world: self, node: central, connection: connection, side: .central, hello: hello,
            journal: journal, enrollment: enrollment)
        connections.append(connection)
        connection[.gateway] = session
        connection[.central] = served
        central.sessions.append(served)
        liar.session = session
        await session.open()
        served.open()
    }

    func endedLying(_ session: LiarSession) {
        push(.end, from: session, bytes: 16)
        schedule(.dialLying(session.liar), after: draw(1000...8000))
    }

    func lyingClock(of liar: Liar) -> ClockReading {
        ClockReading(wallMilliseconds: Int64(draw(0...1 << 41)), quality: .unknown, monotonicMilliseconds: now)
    }

    func lyingHello(of liar: Liar) async -> Hello {
        let present = liar.incarnations[liar.incarnations.count - 1].origin
        var heads = liar.incarnations.map(\.head)
        var receipts: [Receipt] = []
        if liar.tells(.falseReceipts) {
            count("lies: falseReceipts")
            receipts = heads.map { head in
                Receipt(
                    head: Head(origin: head.origin, seq: head.seq + draw(1...1 << 20), chain: Hash256(hashing: [2])))
            }
        }
        if liar.tells(.manyHeads) {
            count("lies: manyHeads")
            heads += (0...draw(0...80)).map { _ in
                let origin = Origin(node: liar.node.id, incarnation: identifier())
                return Head(origin: origin, seq: draw(1...1000), chain: Hash256(hashing: [3]))
            }
        }
        return Hello(
            node: liar.node.id, role: .gateway, name: "liar", incarnation: present.incarnation,
            predecessor: liar.incarnations.count > 1
                ? liar.incarnations[liar.incarnations.count - 2].origin.incarnation : nil,
            boot: BootID(1), clock: lyingClock(of: liar), linkClass: "simulated",
            frameBytes: UInt32(Limits.frameBytes), dictionaries: [1], heads: heads, receipts: receipts,
            grids: plan.grids.names)
    }

    /// The next dot of an honest node, in an incarnation that central knows, since nobody can name another.
    func dotOfVictim() async -> Dot? {
        let running = nodes.filter { $0.isRunning && $0.original == nil }
        guard let victim = running.randomElement(using: &random), let head = try? await victim.journal?.head(),
            let met = try? await nodes[0].journal?.heads(of: victim.id)
        else { return nil }
        return met.contains { $0.origin == head.origin } ? Dot(head.origin, head.seq) : nil
    }

    /// Entries of a liar may claim to have seen everything that central holds when they arrive: nobody can prove the
    /// opposite.
    func noteWhatLiarsCanHaveSeen(_ node: NodeID) async {
        guard let liar = liar(node), let central = nodes[0].journal else { return }
        for number in liar.waiting.sorted() {
            guard let report = try? await central.report(oracle.book[number].report) else { continue }
            let held = oracle.book.numbers(of: report.history)
            if held.contains(number) { liar.waiting.remove(number) } else { oracle.book.taken(number, seen: held) }
        }
    }

    /// Checks entries in the names of honest nodes. Such a node wrote the entry, or, where a liar issued its own dots
    /// twice, that is what the liar said in its own name (PROTOCOL.md, 8.17). Nodes report by themselves which claims
    /// of others do not count: nobody here lies about that.
    func judgeNames(_ held: [(SimulatedNode, Inspection)]) {
        guard !liars.isEmpty else { return }
        count("worlds with liars")
        let honest = Set(nodes.map(\.id))
        for (node, inspection) in held {
            for (dot, entry) in inspection.entries.sorted(by: { $0.key < $1.key })
            where honest.contains(dot.origin.node) {
                guard let entry = entry.entry, entry.kind == .change else { continue }
                if entry.change == Change(cuts: entry.change.cuts) { continue }
                let write = oracle.book.number(of: WriteKey(entry)).map { oracle.book[$0] }
                if write?.isHonest != true, write?.author != Liar.author {
                    fail(.speaksForItself, "\(node.name) holds \(dot), which its author never wrote")
                }
            }
        }
    }
}
