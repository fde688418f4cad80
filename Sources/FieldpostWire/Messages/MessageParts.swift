import FieldpostCore
import Foundation

/// Converts the parts of messages from their generated types, and checks each.
enum MessageParts {
    static func hello(_ wire: WireHello) throws(Violation) -> Hello {
        guard let role = UInt8(exactly: wire.role.rawValue).flatMap(Role.init(rawValue:)) else {
            throw Violation(.malformedMessage, "role \(wire.role.rawValue) is unknown")
        }
        guard wire.frameBytes >= Limits.frameBytes else {
            throw Violation(
                .limitExceeded,
                "frames of at most \(wire.frameBytes) bytes; each side must accept \(Limits.frameBytes)")
        }
        var receipts: [Receipt] = []
        for (head, wire) in zip(try heads(wire.receipts), wire.receipts) {
            receipts.append(Receipt(head: head, proof: HeadProof(bytes: wire.proof)))
        }
        var hello = Hello(
            node: NodeID(try hash(wire.node, "node")), role: role, name: try text(wire.name, "name"),
            incarnation: try id(wire.incarnation, "incarnation"),
            predecessor: wire.predecessor.isEmpty ? nil : try id(wire.predecessor, "predecessor"),
            boot: try id(wire.boot, "boot"),
            clock: reading(wire.clock), linkClass: try text(wire.linkClass, "link_class"), frameBytes: wire.frameBytes,
            dictionaries: wire.dictionaries, heads: try heads(wire.heads), receipts: receipts,
            grids: try grids(wire.grids), people: wire.people.isEmpty ? nil : try hash(wire.people, "people"))
        hello.compares = wire.compares
        return hello
    }

    static func grids(_ wire: [String]) throws(Violation) -> [String] {
        for grid in wire { _ = try text(grid, "a grid", limit: Limits.shortTextBytes) }
        return wire
    }

    static func heads(_ wire: [WireHead]) throws(Violation) -> [Head] {
        var heads: [Head] = []
        heads.reserveCapacity(wire.count)
        var origins: Set<Origin> = []
        for head in wire {
            heads.append(try self.head(head))
            guard let last = heads.last, origins.insert(last.origin).inserted else {
                throw Violation(.malformedMessage, "two heads of one origin")
            }
        }
        return heads
    }

    static func head(_ wire: WireHead) throws(Violation) -> Head {
        let seq = try seqOrNone(wire.seq, "a head")
        let head = Head(origin: try origin(wire.origin), seq: seq, chain: try hash(wire.chain, "chain"))
        guard seq > 0 || head.chain == Chain.start(of: head.origin) else {
            throw Violation(.malformedMessage, "a head of seq 0 with a chain value other than H(0)")
        }
        return head
    }

    /// The dot of an entry. `name` is for people.
    static func dot(_ bytes: Data, _ seq: UInt64, _ name: String) throws(Violation) -> Dot {
        let origin = try origin(bytes)
        return Dot(origin, try self.seq(seq, name))
    }

    static func dot(_ wire: WireDot, _ name: String) throws(Violation) -> Dot {
        try dot(wire.origin, wire.seq, name)
    }

    static func known(_ wire: WireKnownEntry, _ name: String) throws(Violation) -> KnownEntry {
        KnownEntry(
            dot: try dot(wire.origin, wire.seq, name), hash: try hash(wire.hash, "hash"),
            proof: Proof(bytes: wire.proof))
    }

    static func receipt(_ wire: WireReceipt) throws(Violation) -> Receipt {
        for seq in wire.quarantined { _ = try self.seq(seq, "quarantined") }
        return Receipt(
            head: try head(wire.head), quarantined: wire.quarantined, proof: HeadProof(bytes: wire.head.proof))
    }

    /// A proof for each of `count` entries. Bytes of any other length give no proofs: a wrong proof does not close a
    /// session.
    static func proofs(_ bytes: Data, of count: UInt32?) -> [Proof] {
        guard let count, bytes.count == Int(count) * Proof.byteCount else { return [] }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: Proof.byteCount).compactMap {
            Proof(bytes: bytes[$0..<$0 + Proof.byteCount])
        }
    }

    static func heads(_ wire: WireHeads) throws(Violation) -> Heads {
        let heads = try self.heads(wire.heads)
        let proofs = zip(heads, wire.heads).compactMap { head, wire in
            HeadProof(bytes: wire.proof).map { (head.origin, $0) }
        }
        return Heads(heads: heads, proofs: Dictionary(proofs) { _, last in last })
    }

    /// The seq of an entry: 1 and up.
    private static func seq(_ seq: UInt64, _ name: String) throws(Violation) -> UInt64 {
        guard seq > 0 else { throw Violation(.malformedMessage, "\(name) names seq 0") }
        return try seqOrNone(seq, name)
    }

    /// The same, or 0 for none.
    static func seqOrNone(_ seq: UInt64, _ name: String) throws(Violation) -> UInt64 {
        guard seq <= Limits.seq else {
            throw Violation(.limitExceeded, "\(name) names seq \(seq); the highest is \(Limits.seq)")
        }
        return seq
    }

    static func cursor(_ wire: WireFeedCursor) throws(Violation) -> FeedCursor {
        guard wire.position <= Limits.feedPosition else {
            throw Violation(.limitExceeded, "position \(wire.position); the highest is \(Limits.feedPosition)")
        }
        return FeedCursor(incarnation: try id(wire.incarnation, "incarnation"), position: wire.position)
    }

    /// An unknown quality counts as `unknown`.
    static func reading(_ wire: WireClockReading) -> ClockReading {
        ClockReading(
            wallMilliseconds: wire.wallMilliseconds, quality: wire.quality == .synchronized ? .synchronized : .unknown,
            measuredOffsetMilliseconds: wire.hasMeasuredOffsetMilliseconds ? wire.measuredOffsetMilliseconds : nil,
            monotonicMilliseconds: wire.monotonicMilliseconds)
    }

    static func origin(_ bytes: Data) throws(Violation) -> Origin {
        guard let origin = Origin(bytes: bytes) else { throw wrongSize("origin", bytes, Origin.byteCount) }
        return origin
    }

    static func hash(_ bytes: Data, _ name: String) throws(Violation) -> Hash256 {
        guard let hash = Hash256(bytes: bytes) else { throw wrongSize(name, bytes, Hash256.byteCount) }
        return hash
    }

    static func id<ID: Identifier128>(_ bytes: Data, _ name: String) throws(Violation) -> ID {
        guard let id = ID(bytes: bytes) else { throw wrongSize(name, bytes, ID.byteCount) }
        return id
    }

    static func text(
        _ text: String, _ name: String, limit: Int = Limits.messageTextBytes
    ) throws(Violation) -> String {
        guard text.utf8.count <= limit else {
            throw Violation(.limitExceeded, "\(name) of \(text.utf8.count) bytes; the limit is \(limit)")
        }
        return text
    }

    private static func wrongSize(_ name: String, _ bytes: Data, _ expected: Int) -> Violation {
        Violation(.malformedMessage, "\(name) has \(bytes.count) bytes, not \(expected)")
    }
}
