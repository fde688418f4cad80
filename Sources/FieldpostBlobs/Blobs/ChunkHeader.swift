import FieldpostCore

/// The beginning of the file that is beside each blob and holds the SHA-256 of each of its chunks.
///
/// Everything in that file but the time follows from the blob. So it is not synced: when it is missing or damaged, it
/// is made again, and the blob's age begins again at 0.
struct ChunkHeader: Hashable, Sendable {
    /// Bytes of the blob.
    let length: UInt64
    /// The running time when the blob was stored, or kept again, in milliseconds.
    let stored: UInt64

    static let byteCount = 32
    private static let tag = Array("fpchunk1".utf8)

    init(length: UInt64, stored: UInt64) {
        self.length = length
        self.stored = stored
    }

    /// Nil unless these are the whole bytes of the header of this blob.
    init?(_ bytes: [UInt8], of blob: Hash256) {
        var reader = BodyReader(bytes[...])
        guard bytes.count == Self.byteCount, reader.take(Self.tag.count) == Self.tag[...],
            let length = reader.number(), let stored = reader.number()
        else { return nil }
        self.init(length: length, stored: stored)
        guard self.bytes(of: blob) == bytes else { return nil }
    }

    /// Tag (8 bytes), length (8, big-endian), time (8), and the first 8 bytes of the SHA-256 of these and the blob's
    /// hash.
    func bytes(of blob: Hash256) -> [UInt8] {
        var bytes = Self.tag
        bytes.append(number: length)
        bytes.append(number: stored)
        return bytes + Hash256(hashing: bytes + blob.bytes).bytes.prefix(8)
    }

    /// Where the hash of a chunk is in the file.
    static func offset(ofChunk index: UInt64) -> UInt64 {
        UInt64(byteCount) + index * UInt64(Hash256.byteCount)
    }
}
