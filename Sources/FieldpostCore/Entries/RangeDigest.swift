import Crypto

/// One digest over the entries of a range of seqs (PROTOCOL.md, 8.30.2). Of a block of 32 seqs, it is the SHA-256
/// of the entries' hashes, one after the other; of more, the SHA-256 of the digests of their blocks.
package struct RangeDigest: Sendable {
    /// Seqs of a block. Blocks begin at multiples of it.
    package static let blockSeqs: UInt64 = 32

    private var hasher = SHA256()

    package init() {}

    /// The hash of the next entry, or the digest of the next block.
    package mutating func add(_ hash: Hash256) { hash.withBytes { hasher.update(bufferPointer: $0) } }

    package consuming func finish() -> Hash256 { Hash256(hasher.finalize()) }

    /// Takes the place of an entry that a side does not hold sound. See `Compared.absent`.
    package static func absent(at role: Role) -> Hash256 { role == .central ? .zero : ones }

    private static let ones = Hash256(bytes: Array(repeating: 0xFF, count: Hash256.byteCount)) ?? .zero
}
