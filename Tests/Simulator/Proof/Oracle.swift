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
    /// Entries whose bodies a gateway pruned. Central promised to keep them.
    var letGo: Set<EntryID> = []
    /// Entries that no codec reads.
    var poison: Set<EntryID> = []
    /// Gateways whose next entry is poisoned.
    var poisonNext: Set<Int> = []
    /// Nodes whose whole card was put back or copied: nobody can keep such a one from issuing a dot again.
    var cardsPutBack: Set<NodeID> = []
    /// Entries at dots that were issued twice: a clock that names such a dot may mean the other one.
    private(set) var ambiguous: Set<EntryID> = []
    /// What left a node under each dot.
    private var left: [Dot: Issued] = [:]

    private struct Issued {
        let hash: Hash256
        /// Nil where the bytes cannot be read.
        let id: EntryID?
    }

    /// A journal says that a change is durable.
    mutating func committed(_ committed: Committed, truth seen: Set<EntryID>, at node: SimulatedNode, in world: World) {
        let entry = committed.entry
        gone.remove(entry.id)
        if !committed.isRepeat || truth[entry.id] == nil { truth[entry.id, default: []].formUnion(seen) }
        let hash = Chain.hash(entry: SimulatedCodec().encode(entry))
        see(entry.dot, hash, id: entry.id, from: node, in: world)
        guard world.chance(percent: 15), !poison.contains(entry.id) else { return }
        world.count("acknowledgements checked")
        if !node.disk.durableInspection.ids.contains(entry.id) {
            world.fail(
                .receiptMeansDurable, "\(entry.dot) is acknowledged by \(node.name), and a power cut would lose it")
        }
    }

    /// Whether somebody outside a node ever heard of a dot.
    func hasLeft(_ dot: Dot) -> Bool { left[dot] != nil }

    mutating func acknowledge(_ id: EntryID, of report: ReportID) { acknowledged[id] = report }

    /// A node says that it took a change long ago, of a report that it keeps no longer. The answer then may have said
    /// nothing, as where its disk failed at the commit.
    mutating func takenBefore(_ draft: Draft, truth seen: Set<EntryID>) {
        acknowledge(draft.id, of: draft.report)
        if truth[draft.id] == nil { truth[draft.id] = seen }
    }

    /// A change that nobody said was safe: a journal may hold it all the same, where its disk failed at the commit.
    mutating func givenUp(_ draft: Draft, truth seen: Set<EntryID>) {
        if truth[draft.id] == nil { truth[draft.id] = seen }
    }

    /// A message leaves a node.
    mutating func watch(_ message: Message, from node: SimulatedNode, in world: World) {
        switch message {
        case .batch(let batch):
            guard let entries = try? BatchCodec.expand(batch.body) else { return }
            for (packed, seq) in zip(entries, batch.firstSeq...) {
                switch packed {
                case .bytes(let bytes): see(bytes, at: Dot(batch.origin, seq), from: node, in: world)
                case .withheld(let hash): see(Dot(batch.origin, seq), hash, id: nil, from: node, in: world)
                }
            }
        case .feedBatch(let batch): if let body = batch.body { see(body, from: node, in: world) }
        case .recalled(let recalled): if let body = recalled.body { see(body, from: node, in: world) }
        case .receipt(let receipt): check(receipt, from: node, in: world)
        default: break
        }
    }

    private mutating func see(_ body: CompressedEntries, from node: SimulatedNode, in world: World) {
        for packed in (try? BatchCodec.expand(body)) ?? [] {
            guard case .bytes(let bytes) = packed, let dot = EntryCodec().dot(of: bytes) else { continue }
            see(bytes, at: dot, from: node, in: world)
        }
    }

    private mutating func see(_ bytes: [UInt8], at dot: Dot, from node: SimulatedNode, in world: World) {
        let hash = Chain.hash(entry: bytes)
        guard left[dot]?.hash != hash else { return }
        see(dot, hash, id: SimulatedCodec().open(bytes, at: dot).entry?.id, from: node, in: world)
    }

    private mutating func see(
        _ dot: Dot, _ hash: Hash256, id: EntryID?, from node: SimulatedNode, in world: World
    ) {
        let earlier = left[dot]
        guard earlier?.hash != hash else { return }
        left[dot] = Issued(hash: hash, id: id)
        guard let earlier else { return }
        ambiguous.formUnion([earlier.id, id].compactMap { $0 })
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
