import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB

@testable import FieldpostJournal

/// Everything that a journal has acknowledged. From then on, all of it must be there once and complete.
struct FaultProofs {
    /// What is missing, doubled or incomplete.
    struct Findings {
        var lost: [String] = []
        var doubled: [String] = []
        var broken: [String] = []
    }

    private(set) var acknowledged = 0
    private var origin: Origin?
    private var dots: [EntryID: Dot] = [:]
    private var heads: [Origin: Head] = [:]
    private var cursor: FeedCursor?
    private var receipt: UInt64 = 0
    private var gateways: [NodeID: Set<String>] = [:]
    private var feedPosition: UInt64 = 0

    mutating func opened(as origin: Origin) { self.origin = self.origin ?? origin }

    mutating func add(_ committed: Committed) {
        acknowledged += 1
        dots[committed.entry.id] = committed.entry.dot
    }

    mutating func add(_ ingested: Ingested, _ entries: [SealedEntry]) {
        acknowledged += 1
        heads[ingested.durable.head.origin] = ingested.durable.head
        note(entries)
    }

    mutating func add(_ absorbed: Absorbed, _ entries: [SealedEntry]) {
        acknowledged += 1
        cursor = absorbed.durable.cursor
        note(entries)
    }

    mutating func add(_ receipt: Receipt) {
        acknowledged += 1
        self.receipt = receipt.head.seq
    }

    mutating func add(gateway: NodeID, grids: Set<String>) {
        acknowledged += 1
        gateways[gateway] = grids
    }

    mutating func add(feedPosition: UInt64) {
        acknowledged += 1
        self.feedPosition = feedPosition
    }

    /// Compares a journal with what was acknowledged, and its tables with each other.
    func check(_ journal: Journal) async throws -> Findings {
        var findings = Findings()
        let census = try await journal.pool.read { [codec = EntryCodec()] db in try FaultCensus(db, codec: codec) }
        findings.broken = census.defects
        for (id, found) in census.dots where found.count > 1 {
            findings.doubled.append("entry \(id) stands at \(found)")
        }
        for (id, dot) in dots where census.dots[id]?.contains(dot) != true && !census.pruned.contains(dot) {
            findings.lost.append("entry \(id) at \(dot)")
        }
        if let origin, origin != journal.origin { findings.lost.append("the identity \(origin)") }
        for (origin, head) in heads {
            let held = try await journal.heads(of: origin.node).first { $0.origin == origin }
            if held.map({ $0.seq < head.seq }) ?? true { findings.lost.append("the head \(head)") }
        }
        if let cursor,
            try await journal.feedCursor(of: FaultStep.central.node).map({ $0.position < cursor.position }) ?? true
        {
            findings.lost.append("the feed's cursor \(cursor)")
        }
        // A hello contains only receipts that central can prove.
        let own = try await journal.statistics().origins.first { $0.head.origin == journal.origin }
        if receipt > 0, own.map({ $0.receipt < receipt }) ?? true {
            findings.lost.append("the receipt \(receipt)")
        }
        let known = try await journal.statistics().gateways
        for (node, grids) in gateways {
            guard let gateway = known.first(where: { $0.node == node }), grids.isSubset(of: gateway.grids) else {
                findings.lost.append("the gateway \(node.short)")
                continue
            }
            if node == FaultStep.peer.node, gateway.feedAcknowledged < feedPosition {
                findings.lost.append("the gateway's position \(feedPosition)")
            }
        }
        return findings
    }

    private mutating func note(_ entries: [SealedEntry]) {
        for entry in entries {
            if let id = entry.entry?.id { dots[id] = entry.dot }
        }
    }
}
