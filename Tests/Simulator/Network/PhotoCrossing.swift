import FieldpostCore
import FieldpostSync

/// Counts how many bytes of each photo one side of a session sent.
struct PhotoCrossing {
    private var pulls: [UInt16: Hash256] = [:]
    private var bytes: [Hash256: Int] = [:]

    mutating func pulled(_ pull: BlobPull) { pulls[pull.stream] = pull.blob }

    /// All that was sent of the photo until now. Nil on a stream that nobody pulled.
    mutating func sent(_ chunk: BlobChunk) -> (hash: Hash256, bytes: Int)? {
        guard let photo = pulls[chunk.stream] else { return nil }
        bytes[photo, default: 0] += chunk.data.count
        return (photo, bytes[photo] ?? 0)
    }
}
