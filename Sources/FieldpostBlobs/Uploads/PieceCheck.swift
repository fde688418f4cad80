import Crypto
import FieldpostCore
import FieldpostStore

/// Compares the bytes of one piece with the checksum that was announced for it.
struct PieceCheck {
    private enum Hasher {
        case sha1(Insecure.SHA1, [UInt8])
        case sha256(SHA256, Hash256)
    }

    private var hasher: Hasher

    init(_ checksum: PieceChecksum) {
        switch checksum {
        case .sha1(let expected): hasher = .sha1(Insecure.SHA1(), expected)
        case .sha256(let expected): hasher = .sha256(SHA256(), expected)
        }
    }

    mutating func update(_ bytes: [UInt8]) {
        switch hasher {
        case .sha1(var hash, let expected):
            hash.update(data: bytes)
            hasher = .sha1(hash, expected)
        case .sha256(var hash, let expected):
            hash.update(data: bytes)
            hasher = .sha256(hash, expected)
        }
    }

    var matches: Bool {
        switch hasher {
        case .sha1(let hash, let expected): Array(hash.finalize()) == expected
        case .sha256(let hash, let expected): Hash256(hash.finalize()) == expected
        }
    }
}
