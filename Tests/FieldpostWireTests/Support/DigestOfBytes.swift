import Crypto
import FieldpostCore

/// Plain SHA-256.
struct DigestOfBytes {
    private var hasher = SHA256()

    mutating func add(_ bytes: [UInt8]) { hasher.update(data: bytes) }

    var hex: String { Hash256(hasher.finalize()).hex }
}
