import Crypto

/// One installed instance, gateway or central: the SHA-256 of its public key (DER, SubjectPublicKeyInfo).
package struct NodeID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let hash: Hash256

    package init(_ hash: Hash256) { self.hash = hash }

    package init(publicKey der: some Sequence<UInt8>) {
        var hasher = SHA256()
        hasher.update(data: Array(der))
        hash = Hash256(hasher.finalize())
    }

    package init?(bytes: some Sequence<UInt8>) {
        guard let hash = Hash256(bytes: bytes) else { return nil }
        self.hash = hash
    }

    package init?(hex: some StringProtocol) {
        guard let hash = Hash256(hex: hex) else { return nil }
        self.hash = hash
    }

    package var bytes: [UInt8] { hash.bytes }
    package var description: String { hash.hex }

    /// The first 10 hexadecimal digits. For people, never for decisions.
    package var short: String { String(hash.hex.prefix(10)) }

    package static func < (left: NodeID, right: NodeID) -> Bool { left.hash < right.hash }
}

/// The writer of an entry: a node in one incarnation of its journal.
package struct Origin: Hashable, Sendable, Comparable, CustomStringConvertible {
    package static let byteCount = Hash256.byteCount + Incarnation.byteCount

    package let node: NodeID
    package let incarnation: Incarnation

    package init(node: NodeID, incarnation: Incarnation) {
        self.node = node
        self.incarnation = incarnation
    }

    /// Reads exactly 48 bytes, the node before the incarnation; nil for any other length.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount, let node = NodeID(bytes: bytes.prefix(Hash256.byteCount)),
            let incarnation = Incarnation(bytes: bytes.suffix(Incarnation.byteCount))
        else { return nil }
        self.init(node: node, incarnation: incarnation)
    }

    package var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Self.byteCount)
        append(to: &result)
        return result
    }

    package func append(to buffer: inout [UInt8]) {
        node.hash.append(to: &buffer)
        incarnation.append(to: &buffer)
    }

    package var description: String { "\(node.short)/\(incarnation.description.prefix(8))" }

    package static func < (left: Origin, right: Origin) -> Bool {
        (left.node, left.incarnation) < (right.node, right.incarnation)
    }
}

/// An entry's position. `seq` starts at 1 and has no gaps within an origin.
package struct Dot: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let origin: Origin
    package let seq: UInt64

    package init(_ origin: Origin, _ seq: UInt64) {
        self.origin = origin
        self.seq = seq
    }

    package var description: String { "\(origin):\(seq)" }

    /// The seq in a text of the form of `description`. Nil for another text.
    package static func seq(in text: String) -> UInt64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 19, let seq = UInt64(parts[1]), (1...Limits.seq).contains(seq)
        else { return nil }
        let digits = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        let isHexadecimal = digits.allSatisfy { $0.utf8.allSatisfy("0123456789abcdef".utf8.contains) }
        return digits.map(\.utf8.count) == [10, 8] && isHexadecimal ? seq : nil
    }

    package static func < (left: Dot, right: Dot) -> Bool { (left.origin, left.seq) < (right.origin, right.seq) }
}
