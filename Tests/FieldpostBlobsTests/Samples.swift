import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import TestKit

/// Contents and uploads that the tests share.
enum Samples {
    static let kibibyte = 1024
    static let mebibyte = 1024 * 1024

    /// Bytes that follow from the seed, so that each chunk is different.
    static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &+ 0x9E37_79B9_7F4A_7C15
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            for index in 0..<count {
                if index % 8 == 0 {
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                }
                buffer[index] = UInt8(truncatingIfNeeded: state >> UInt64(index % 8 * 8))
            }
            written = count
        }
    }

    static func request(_ bytes: [UInt8], hash: Hash256? = nil) -> UploadRequest {
        UploadRequest(length: UInt64(bytes.count), mediaType: "image/jpeg", hash: hash, limit: Limits.clipBytes)
    }
}

extension FileBlobStore {
    init(directory: TemporaryDirectory) throws(BlobError) {
        try self.init(disk: HostBlobDisk(directory: directory.path + "/blobs"))
    }

    /// Stores bytes as one request of a simple terminal does.
    @discardableResult
    func put(_ bytes: [UInt8]) async throws -> Hash256 {
        let hash = Hash256(hashing: bytes)
        let id = try create(Samples.request(bytes, hash: hash))
        let status = try await send(bytes, to: id)
        guard status.blob == hash else { throw BlobError.notHeld(hash) }
        return hash
    }

    /// Continues an upload in order, up to a number of bytes or the end.
    @discardableResult
    func send(
        _ bytes: [UInt8], to id: UploadID, upTo end: Int? = nil, piece: Int = Limits.blobPieceBytes,
        checksum: PieceChecksum? = nil
    ) async throws(BlobError) -> UploadStatus {
        let start = Int(try status(of: id).offset)
        let turn = try begin(id, at: UInt64(start), checksum: checksum)
        var refusal: BlobError?
        for offset in stride(from: start, to: end ?? bytes.count, by: piece) {
            let piece = Array(bytes[offset..<min(offset + piece, end ?? bytes.count)])
            do throws(BlobError) {
                try write(piece, at: UInt64(offset), by: turn)
            } catch {
                refusal = error
                break
            }
        }
        let status = try self.end(turn)
        if let refusal { throw refusal }
        return status
    }

    /// A whole blob, read piece by piece.
    nonisolated func content(_ blob: Hash256) async throws(BlobError) -> [UInt8]? {
        guard let size = try await size(of: blob) else { return nil }
        var bytes: [UInt8] = []
        while UInt64(bytes.count) < size {
            let end = min(UInt64(bytes.count) + UInt64(Limits.blobPieceBytes), size)
            bytes += try await read(blob, UInt64(bytes.count)..<end)
        }
        return bytes
    }

    /// One whole scrub.
    @discardableResult
    nonisolated func scrubAll(bytes: Int = 256 * 1024) async throws(BlobError) -> (blobs: Int, lost: [Hash256]) {
        var (cursor, blobs, lost) = (Optional(BlobScrubCursor.start), 0, [Hash256]())
        while let place = cursor {
            let step = try await scrub(place, bytes: bytes)
            blobs += step.blobs
            lost += step.lost
            cursor = step.next
        }
        return (blobs, lost)
    }
}

/// The error of a call; nil if it succeeds.
func failure<Value: Sendable>(_ body: () async throws(BlobError) -> Value) async -> BlobError? {
    do throws(BlobError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
