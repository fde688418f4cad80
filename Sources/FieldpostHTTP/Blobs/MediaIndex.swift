import FieldpostCore
import FieldpostMedia
import FieldpostNode
import FieldpostStore
import Synchronization

/// What blobs are, by their content. A whole file is read to know that, so the last answers are remembered.
final class MediaIndex: Sendable {
    typealias Recognition = Result<MediaFile, MediaRefusal>

    private let blobs: any BlobStore
    private let known = Mutex<[Hash256: Recognition]>([:])

    init(_ blobs: any BlobStore) { self.blobs = blobs }

    /// Throws what `BlobStore.inspect` throws.
    func recognition(of blob: Hash256) async throws(BlobError) -> Recognition {
        if let known = known.withLock({ $0[blob] }) { return known }
        let found = try await blobs.inspect(blob) { content throws(BlobError) in
            try MediaFile.recognize(BlobBytes(content))
        }
        known.withLock { known in
            // Any one makes room: recognizing it again costs only time.
            if known.count >= Limits.recognizedBlobs { known.remove(at: known.startIndex) }
            known[blob] = found
        }
        return found
    }

    /// What a photo says of its taking. Nothing for clips and sounds.
    func metadata(of blob: Hash256, _ file: MediaFile) async throws(BlobError) -> PhotoMetadata {
        try await blobs.inspect(blob) { content throws(BlobError) in
            try PhotoMetadata.read(BlobBytes(content), format: file.format)
        }
    }

    /// The form without metadata.
    func stripped(_ blob: Hash256, _ file: MediaFile) async throws(BlobError)
        -> Result<StrippedFile<BlobBytes>, StripRefusal>
    {
        try await blobs.inspect(blob) { content throws(BlobError) in try file.stripped(BlobBytes(content)) }
    }
}
