import FieldpostCore
import FieldpostStore

/// The file of a thumbnail: tag (8 bytes), its source (1), the picture, and the SHA-256 of all these and of the hash of
/// the photo. So a file that is torn, has a flipped bit or belongs to another photo is seen to be wrong.
enum ThumbnailFile {
    static let mostBytes = tag.count + 1 + Limits.thumbnailBytes + Hash256.byteCount

    private static let tag = Array("fpthumb1".utf8)

    static func bytes(of thumbnail: KeptThumbnail, _ blob: Hash256) -> [UInt8] {
        let body = tag + [thumbnail.source.rawValue] + thumbnail.bytes
        return body + Hash256(hashing: body + blob.bytes).bytes
    }

    /// Nil if the file is not whole.
    static func thumbnail(in bytes: [UInt8], of blob: Hash256) -> KeptThumbnail? {
        var reader = BodyReader(bytes[...])
        let count = bytes.count - tag.count - 1 - Hash256.byteCount
        guard (1...Limits.thumbnailBytes).contains(count), reader.take(tag.count) == tag[...],
            let source = reader.byte().flatMap(KeptThumbnail.Source.init), let picture = reader.take(count),
            let hash = reader.hash(), hash == Hash256(hashing: Array(bytes.dropLast(Hash256.byteCount)) + blob.bytes)
        else { return nil }
        return KeptThumbnail(bytes: Array(picture), source: source)
    }
}
