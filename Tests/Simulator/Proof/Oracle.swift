import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire

/// What really happened, kept separately from what any node believes.
struct Oracle {
    /// All reports that people tried to create.
    var reports: [ReportID] = []
    var book = WriteBook()
    var scopes = ScopeBook()
    var photos = PhotoBook()
    /// Writes that a person was told are safe.
    private(set) var acknowledged: Set<Int> = []
    /// Writes whose only copies were physically destroyed.
    var gone: Set<WriteKey> = []
    /// Writes that gateways pruned. Central promised to keep them.
    var letGo: Set<WriteKey> = []
    /// Gateways whose next entry is poisoned.
    var poisonNext: Set<Int> = []
    var hasPoison = false
    /// Gateways that wrote unreadable entries.
    private(set) var poisoned: Set<NodeID> = []
    /// Nodes whose whole card was restored or copied. Nothing can prevent such a node from issuing a dot again.
    var cardsPutBack: Set<NodeID> = []
    /// Entries at dots that were issued twice. A context that names such a dot may mean the other entry.
    private(set) var ambiguous: Set<WriteKey> = []
    /// What nodes held under their own dots when they were put back.
    private var issued: [Dot: Set<Hash256>] = [:]
    /// The entry that left a node under each dot.
    private var left: [Dot: Issued] = [:]

    /// The content of each entry that left a node, by its hash.
    private var known: [Hash256: WriteKey] = [:]

    private struct Issued {
        let hash: Hash256
        /// Nil when the bytes cannot be read.
        let key: WriteKey?
    }

    /// A journal says that a write is durable. `seen`: what its author had really seen.
    mutating func committed(
        _ committed: Committed, write number: Int, seen: Set<Int>, at node: SimulatedNode, in world: World
    ) {
        let entry = committed.entry
        let key = book[number].key
        guard WriteKey(entry) == key else {
            return world.fail(.nothingLost, "\(node.name) acknowledges \(key) with other content, \(WriteKey(entry))")
        }
        gone.remove(key)
        scopes.wrote(node.id, to: entry.report)
        if !committed.isRepeat || book[number].seen == nil { book.taken(number, seen: seen) }
        let hash = Chain.hash(entry: SimulatedCodec().encode(entry))
        see(entry.dot, hash, key: key, from: node, in: world)
        if book[number].isPoisoned { poisoned.insert(node.id) }
        guard world.chance(percent: 15), !book[number].isPoisoned else { return }
        world.count("acknowledgements checked")
        if !node.disk.durableInspection.keys.contains(key) {
            world.fail(
                .receiptMeansDurable, "\(entry.dot) is acknowledged by \(node.name), and a power cut would lose it")
        }
    }

    /// The content of an entry whose bytes were pruned; nil for one that never left a node.
    func key(of hash: Hash256?) -> WriteKey? { hash.flatMap { known[$0] } }

    /// Whether a gateway may keep a report that left its scope without central knowing: it wrote unreadable entries to
    /// the report, or it is one of two clones and a restored central heard out only the other. Without its own entries,
    /// which are destroyed, a report may never have been in the scope of its author.
    func mayKeepMore(_ node: NodeID, in plan: Plan) -> Bool {
        (scopes.narrowed.contains(node) || !gone.isEmpty)
            && (!plan.kinds.isDisjoint(with: [.corruption, .cardCloned]) || poisoned.contains(node))
    }

    /// Whether any other node ever heard of a dot.
    func hasLeft(_ dot: Dot) -> Bool { left[dot] != nil }

    mutating func acknowledge(_ number: Int) { acknowledged.insert(number) }

    /// A node says that it stored a change long ago, in a report that was pruned since. The first answer may have been
    /// lost, for example when its disk failed at the commit. The node can no longer tell which of several changes with
    /// one id it was.
    mutating func takenBefore(_ number: Int, seen: Set<Int>) {
        if book.isAlone(number) { acknowledge(number) }
        givenUp(number, seen: seen)
    }

    /// A change that nobody confirmed as safe. A journal may still hold it, if its disk failed at the commit.
    mutating func givenUp(_ number: Int, seen: Set<Int>) {
        if book[number].seen == nil { book.taken(number, seen: seen) }
    }

    /// A message leaves a node.
    mutating func watch(_ message: Message, from node: SimulatedNode, to peer: NodeID?, in world: World) {
        switch message {
        case .batch(let batch):
            guard let entries = try? BatchCodec.expand(batch.body) else { return }
            for (packed, seq) in zip(entries, batch.firstSeq...) {
                switch packed {
                case .bytes(let bytes): see(bytes, at: Dot(batch.origin, seq), from: node, to: nil, in: world)
                case .withheld(let hash): see(Dot(batch.origin, seq), hash, key: nil, from: node, in: world)
                }
            }
        case .feedBatch(let batch):
            if !batch.withdrawn.isEmpty {
                world.note("\(node.name) withdraws the reports \(batch.withdrawn.map(\.short))")
            }
            if let body = batch.body { see(body, from: node, to: peer, in: world) }
        case .fetched(let fetched): if let body = fetched.body { see(body, from: node, to: peer, in: world) }
        case .early(let entry):
            world.count("entries sent early")
            see(entry.bytes, at: entry.dot, from: node, to: nil, in: world)
        case .earlyReceipt(let known): check(known, from: node, in: world)
        case .receipt(let receipt): check(receipt, from: node, in: world)
        default: break
        }
    }

    private mutating func see(_ body: CompressedEntries, from node: SimulatedNode, to peer: NodeID?, in world: World) {
        for packed in (try? BatchCodec.expand(body)) ?? [] {
            guard case .bytes(let bytes) = packed, let dot = EntryCodec().dot(of: bytes) else { continue }
            see(bytes, at: dot, from: node, to: peer, in: world)
        }
    }

    private mutating func see(
        _ bytes: [UInt8], at dot: Dot, from node: SimulatedNode, to peer: NodeID?, in world: World
    ) {
        let hash = Chain.hash(entry: bytes)
        guard left[dot]?.hash != hash || node.isCentral else { return }
        let entry = SimulatedCodec().open(bytes, at: dot).entry
        if node.isCentral, let peer { judge(entry, at: dot, sentTo: peer, in: world) }
        see(dot, hash, key: entry.map(WriteKey.init), from: node, in: world)
    }

    private mutating func see(
        _ dot: Dot, _ hash: Hash256, key: WriteKey?, from node: SimulatedNode, in world: World
    ) {
        let earlier = left[dot]
        guard earlier?.hash != hash else { return }
        left[dot] = Issued(hash: hash, key: key)
        if let key { known[hash] = key }
        guard let earlier else { return }
        ambiguous.formUnion([earlier.key, key].compactMap { $0 })
        if !cardsPutBack.contains(dot.origin.node), world.liar(dot.origin.node) == nil {
            world.fail(.noReuse, "\(dot) names two entries; the second left \(node.name)")
        }
    }

    /// A node is put back. It may issue the dots of what it held once more.
    mutating func putBack(_ node: NodeID, held: Inspection) {
        for (dot, entry) in held.entries where dot.origin.node == node {
            if let hash = entry.hash { issued[dot, default: []].insert(hash) }
        }
    }

    /// A node holds these entries at the end. One may stand at a dot that its author issued before it was put back. A
    /// context that names this dot may mean the other entry, even if the later one never left its author.
    mutating func judgeDots(_ entries: [Dot: Inspection.Held]) {
        for (dot, held) in entries where cardsPutBack.contains(dot.origin.node) {
            guard let hash = held.hash, let entry = held.entry, let others = issued[dot] else { continue }
            if !others.subtracting([hash]).isEmpty { ambiguous.insert(WriteKey(entry)) }
        }
    }

    /// Central may send a gateway only entries of its scope.
    private func judge(_ entry: Entry?, at dot: Dot, sentTo peer: NodeID, in world: World) {
        guard let entry, dot.origin.node != peer else { return }
        world.count("entries sent down")
        // Every gateway has central's own settings.
        if entry.kind == .setting, dot.origin.node == world.nodes[0].id { return world.count("settings sent down") }
        guard entry.kind == .change else {
            return world.fail(.scope, "central sends an entry of kind \(entry.kind) to \(peer.short)")
        }
        let isAllowed = scopes.mayReceive(
            peer, entry.report, named: book.grids[entry.report] ?? [], remembersAll: world.remembersScopes)
        if !isAllowed { world.fail(.scope, "central sends \(dot) of report \(entry.report.short) to \(peer.short)") }
    }

    /// Checks a sample of central's receipts for entries ahead of their chain: the entry is durable at its dot, and it
    /// is merged. From then on, `World.inspect` sees when it is lost.
    private func check(_ known: KnownEntry, from node: SimulatedNode, in world: World) {
        world.count("early receipts")
        guard world.chance(percent: 25) else { return }
        let held = node.disk.durableInspection.entries[known.dot]
        guard held?.hash == known.hash, held?.isSound == true, held?.entry != nil else {
            return world.fail(
                .receiptMeansDurable, "an early receipt for \(known.dot) is sent, and a power cut would lose the entry")
        }
    }

    /// Checks a sample of central's receipts.
    private func check(_ receipt: Receipt, from node: SimulatedNode, in world: World) {
        guard world.chance(percent: 5) else { return }
        world.count("receipts checked")
        let held = node.disk.durableInspection.entries
        for seq in 1...max(receipt.head.seq, 1) where held[Dot(receipt.head.origin, seq)] == nil {
            return world.fail(
                .receiptMeansDurable,
                "a receipt for \(receipt.head.origin):\(receipt.head.seq) is sent, and a power cut would lose \(seq)")
        }
    }
}
