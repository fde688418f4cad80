import Crypto

/// Makes and checks central's proofs (PROTOCOL.md, 8.20). The key is derived from the node's private key. So it needs
/// no storage, it exists wherever central is restored with its private key, and no gateway has it.
package struct ProofKey: Sendable {
    private let key: SymmetricKey

    /// `privateKey`: the private scalar of the node's key, 32 bytes.
    package init(privateKey: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: privateKey), info: Array("fieldpost proof 1".utf8),
            outputByteCount: SHA256.byteCount)
    }

    /// The 32 bytes of the key itself: for vectors.
    package var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// "In this incarnation I held this origin up to here", for one gateway.
    package func proof(of head: Head, to gateway: NodeID, in incarnation: Incarnation) -> HeadProof {
        HeadProof(
            incarnation: incarnation,
            proof: mac("head", gateway, [incarnation.bytes, head.origin.bytes], head.seq, head.chain))
    }

    package func proves(_ proof: HeadProof, _ head: Head, to gateway: NodeID) -> Bool {
        isEqual(proof.proof, self.proof(of: head, to: gateway, in: proof.incarnation).proof)
    }

    /// "Your feed reached this position."
    package func proof(of cursor: FeedCursor, to gateway: NodeID) -> Proof {
        mac("feed", gateway, [cursor.incarnation.bytes], cursor.position, nil)
    }

    package func proves(_ proof: Proof, _ cursor: FeedCursor, to gateway: NodeID) -> Bool {
        isEqual(proof, self.proof(of: cursor, to: gateway))
    }

    /// "I held this entry at this dot, and sent it to you."
    package func proof(of dot: Dot, hash: Hash256, to gateway: NodeID) -> Proof {
        mac("entry", gateway, [dot.origin.bytes], dot.seq, hash)
    }

    package func proves(_ proof: Proof, _ dot: Dot, hash: Hash256, to gateway: NodeID) -> Bool {
        isEqual(proof, self.proof(of: dot, hash: hash, to: gateway))
    }

    // MARK: The string

    private func mac(_ what: String, _ gateway: NodeID, _ parts: [[UInt8]], _ number: UInt64, _ hash: Hash256?) -> Proof
    {
        var string: [UInt8] = []
        for part in [Array(what.utf8), gateway.bytes] + parts {
            Self.append(UInt64(part.count), to: &string)
            string += part
        }
        Self.append(number, to: &string)
        if let hash {
            Self.append(UInt64(Hash256.byteCount), to: &string)
            hash.append(to: &string)
        }
        let code = HMAC<SHA256>.authenticationCode(for: string, using: key)
        return Proof(code.prefix(Proof.byteCount).reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
    }

    private static func append(_ number: UInt64, to string: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { string.append(contentsOf: $0) }
    }

    /// One comparison of two words. Its duration does not depend on where they differ.
    private func isEqual(_ left: Proof, _ right: Proof) -> Bool { left.value ^ right.value == 0 }
}
