import Crypto

/// The hash chain of one origin: H(i) = SHA-256(tag ‖ H(i−1) ‖ SHA-256(tag ‖ entry bytes)).
///
/// The chain covers the *hashes* of entries, so an entry whose body was redacted still verifies. H(0) is made from the
/// origin, so two origins share no chain value.
package enum Chain {
    private static let entryTag = Array("fieldpost entry 1".utf8)
    private static let linkTag = Array("fieldpost chain 1".utf8)
    private static let startTag = Array("fieldpost origin 1".utf8)

    /// H(0): the value before the first entry of an origin.
    package static func start(of origin: Origin) -> Hash256 {
        var hasher = SHA256()
        hasher.update(data: startTag)
        hasher.update(data: origin.bytes)
        return Hash256(hasher.finalize())
    }

    package static func hash(entry bytes: [UInt8]) -> Hash256 {
        var hasher = SHA256()
        // Through the pointer, because the generic way takes longer than the hash of a short entry.
        entryTag.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return Hash256(hasher.finalize())
    }

    /// H(i) from H(i−1) and the hash of entry i.
    package static func link(_ before: Hash256, _ entry: Hash256) -> Hash256 {
        var hasher = SHA256()
        linkTag.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        before.update(&hasher)
        entry.update(&hasher)
        return Hash256(hasher.finalize())
    }
}
