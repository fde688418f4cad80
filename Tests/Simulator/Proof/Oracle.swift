import FieldpostCore
import FieldpostJournal
import FieldpostWire

/// What really happened, kept apart from what any node believes.
struct Oracle {
    /// All reports that anybody meant to make.
    var reports: [ReportID] = []
    /// Entries that somebody was told are safe, and their reports.
    private(set) var acknowledged: [EntryID: ReportID] = [:]
    /// For each entry that a journal took: what its author had really seen of the report.
    private(set) var truth: [EntryID: Set<EntryID>] = [:]
    /// Entries whose only copies were destroyed physically.
    var gone: Set<EntryID> = []
    /// Entries that no codec reads.
    var poison: Set<EntryID> = []
    /// Gateways whose next entry is poisoned.
    var poisonNext: Set<Int> = []
    /// Nodes whose whole card was put back or copied: nobody can keep such a one from issuing a dot again.
    var cardsPutBack: Set<NodeID> = []
    /// What left a node under each dot.
    private var left: [Dot: Hash256] = [:]

    /// A journal says that a change is durable.
    mutating func committed(_ committed: Committed, truth seen: Set<EntryID>, at node: SimulatedNode, in world: World) {
        let entry = committed.entry
        gone.remove(entry.id)
        if !committed.isRepeat || truth[entry.id] == nil { truth[entry.id, default: []].formUnion(seen) }
        see(entry.dot, Chain.hash(entry: SimulatedCodec().encode(entry)), from: node, in: world)
        guard world.chance(percent: 15), !poison.contains(entry.id) else { return }
        world.count("acknowledgements checked")
        if !node.disk.durableInspection.ids.contains(entry.id) {
            world.fail(
                .receiptMeansDurable, "\(entry.dot) is acknowledged by \(node.name), and a power cut would lose it")
        }
    }

    /// Whether somebody outside a node ever heard of a dot.
    func hasLeft(_ dot: Dot) -> Bool { left[dot] != nil }

    mutating func acknowledge(_ entry: Entry) { acknowledged[entry.id] = entry.report }

    /// A message leaves a node.
    mutating func watch(_ message: Message, from node: SimulatedNode, in world: World) {
        switch message {
        case .batch(let batch):
            guard let entries = try? BatchCodec.expand(batch.body) else { return }
            for (packed, seq) in zip(entries, batch.firstSeq...) {
                switch packed {
                case .bytes(let bytes): see(Dot(batch.origin, seq), Chain.hash(entry: bytes), from: node, in: world)
                case .withheld(let hash): see(Dot(batch.origin, seq), hash, from: node, in: world)
                }
            }
        case .feedBatch(let batch): see(batch.body, from: node, in: world)
        case .recalled(let recalled): if let body = recalled.body { see(body, from: node, in: world) }
        case .receipt(let receipt): check(receipt, from: node, in: world)
        default: break
        }
    }

    private mutating func see(_ body: CompressedEntries, from node: SimulatedNode, in world: World) {
        for packed in (try? BatchCodec.expand(body)) ?? [] {
            guard case .bytes(let bytes) = packed, let dot = EntryCodec().dot(of: bytes) else { continue }
            see(dot, Chain.hash(entry: bytes), from: node, in: world)
        }
    }

    private mutating func see(_ dot: Dot, _ hash: Hash256, from node: SimulatedNode, in world: World) {
        guard let earlier = left[dot] else {
            left[dot] = hash
            return
        }
        guard earlier != hash else { return }
        left[dot] = hash
        if !cardsPutBack.contains(dot.origin.node) {
            world.fail(.noReuse, "\(dot) names two entries; the second left \(node.name)")
        }
    }

    /// A sample of central's receipts.
    private func check(_ receipt: Receipt, from node: SimulatedNode, in world: World) {
        guard world.chance(percent: 5) else { return }
        world.count("receipts checked")
        let held = node.disk.durableInspection.entries
        for seq in 1...max(receipt.head.seq, 1) where held[Dot(receipt.head.origin, seq)] == nil {
            return world.fail(
                .receiptMeansDurable,
                "a receipt for \(receipt.head.origin):\(receipt.head.seq) goes out, and a power cut would lose \(seq)")
        }
    }
}
