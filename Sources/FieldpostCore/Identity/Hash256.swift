package import Crypto

/// 32 bytes stored inline: a SHA-256 value. It is compared and ordered as a byte string.
package struct Hash256: Hashable, Sendable {
    package static let byteCount = 32
    package static let zero = Hash256(words: (0, 0, 0, 0))

    /// The bytes as four big-endian words, first bytes first.
    private let w0: UInt64, w1: UInt64, w2: UInt64, w3: UInt64

    /// The first 8 bytes, as a big-endian number.
    package var firstWord: UInt64 { w0 }

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (w0, w1, w2, w3) = words
    }

    /// Exactly 32 bytes, or nil.
    package init?(bytes: some Sequence<UInt8>) {
        let direct = bytes.withContiguousStorageIfAvailable { Self(raw: UnsafeRawBufferPointer($0)) }
        guard let hash = direct ?? Array(bytes).withUnsafeBytes({ Self(raw: $0) }) else { return nil }
        self = hash
    }

    /// Exactly 32 bytes, or nil. For places where the generic form takes too long.
    package init?(raw: UnsafeRawBufferPointer) {
        guard raw.count == Self.byteCount else { return nil }
        self.init(
            words: (
                raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian,
                raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian,
                raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self).bigEndian,
                raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self).bigEndian
            ))
    }

    /// Exactly 64 hexadecimal digits, or nil.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// SHA-256 of bytes.
    package init(hashing bytes: [UInt8]) { self.init(SHA256.hash(data: bytes)) }

    package init(_ digest: SHA256Digest) {
        guard let hash = digest.withUnsafeBytes({ Self(raw: $0) }) else {
            preconditionFailure("a SHA-256 value has \(SHA256Digest.byteCount) bytes")
        }
        self = hash
    }

    package var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Self.byteCount)
        append(to: &result)
        return result
    }

    package var hex: String { Hex.encode(bytes) }

    package func append(to buffer: inout [UInt8]) { withBytes { buffer.append(contentsOf: $0) } }

    /// Feeds the 32 bytes to a running hash without an allocation.
    package func update(_ hasher: inout SHA256) { withBytes { hasher.update(bufferPointer: $0) } }

    /// The 32 bytes without an allocation. The pointer is valid only during the call.
    package func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes(of: (w0.bigEndian, w1.bigEndian, w2.bigEndian, w3.bigEndian), body)
    }
}

extension Hash256: Comparable {
    package static func < (left: Hash256, right: Hash256) -> Bool {
        (left.w0, left.w1, left.w2, left.w3) < (right.w0, right.w1, right.w2, right.w3)
    }
}

extension Hash256: CustomStringConvertible {
    package var description: String { hex }
}
