/// Central's proof, in 16 bytes, that it told one gateway something: the start of an HMAC with a key that only central
/// has. The gateway keeps it beside the thing that it proves, and shows it when central may have lost that.
package struct Proof: Identifier128 {
    private let high: UInt64
    private let low: UInt64

    package init(_ value: UInt128) {
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    package var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// Marks an entry without a proof in a list of proofs. A key produces it only with a probability of 2^-128.
    package static let absent = Proof(0)
}

/// Proof that central held an origin up to a head, in one of its incarnations.
package struct HeadProof: Hashable, Sendable {
    package static let byteCount = 2 * Incarnation.byteCount

    /// Central's incarnation when it made the proof.
    package let incarnation: Incarnation
    package let proof: Proof

    package init(incarnation: Incarnation, proof: Proof) {
        self.incarnation = incarnation
        self.proof = proof
    }

    /// The incarnation, then the proof: exactly 32 bytes, or nil.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount, let incarnation = Incarnation(bytes: bytes.prefix(Incarnation.byteCount)),
            let proof = Proof(bytes: bytes.dropFirst(Incarnation.byteCount))
        else { return nil }
        self.init(incarnation: incarnation, proof: proof)
    }

    package var bytes: [UInt8] { incarnation.bytes + proof.bytes }
}
