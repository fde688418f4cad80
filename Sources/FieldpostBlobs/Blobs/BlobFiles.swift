import Crypto
import FieldpostCore
import FieldpostStore

/// Reads and checks the files of blobs, and writes their chunk hashes. It keeps nothing in memory.
struct BlobFiles: Sendable {
    let disk: any BlobDisk

    /// The hash of a file, and those of its chunks, 32 bytes each.
    struct Digest: Hashable, Sendable {
        let hash: Hash256
        let chunks: [UInt8]
        let length: UInt64
    }

    enum Piece: Hashable, Sendable {
        case bytes([UInt8])
        case missing
        /// The blob or its chunk hashes are corrupt. Only a check of the whole blob can tell which.
        case doubtful
    }

    private static let chunkBytes = UInt64(Limits.blobPieceBytes)

    /// The header of a blob's chunk hashes. Nil if it is missing or damaged.
    func header(of blob: Hash256) throws(BlobError) -> ChunkHeader? {
        guard let file = try disk.open(BlobPath.chunks(blob)) else { return nil }
        return ChunkHeader(try file.read(ChunkHeader.byteCount, at: 0), of: blob)
    }

    /// Bytes of a blob, all of them checked. Throws `.wrongRange`.
    func read(_ blob: Hash256, _ range: Range<UInt64>) throws(BlobError) -> Piece {
        do throws(BlobError) {
            guard let file = try disk.open(BlobPath.blob(blob)) else { return .missing }
            let length = try file.size()
            guard let header = try header(of: blob), header.length == length,
                let hashes = try disk.open(BlobPath.chunks(blob))
            else { return .doubtful }
            guard range.upperBound <= length, range.count <= Limits.blobReadBytes else {
                throw .wrongRange(bytes: length)
            }
            guard !range.isEmpty else { return .bytes([]) }
            let indices = range.lowerBound / Self.chunkBytes...(range.upperBound - 1) / Self.chunkBytes
            var bytes: [UInt8] = []
            for index in indices {
                guard let chunk = try self.chunk(index, of: file, hashes: hashes) else { return .doubtful }
                let start = index * Self.chunkBytes
                if indices.count == 1, range == start..<start + UInt64(chunk.count) { return .bytes(chunk) }
                if bytes.isEmpty { bytes.reserveCapacity(range.count) }
                let wanted = range.clamped(to: start..<start + UInt64(chunk.count))
                bytes += chunk[Int(wanted.lowerBound - start)..<Int(wanted.upperBound - start)]
            }
            return bytes.count == range.count ? .bytes(bytes) : .doubtful
        } catch {
            // What cannot be read is checked as a whole, too.
            guard case .failed = error else { throw error }
            return .doubtful
        }
    }

    /// One chunk whose hash is right; nil if it is not.
    private func chunk(
        _ index: UInt64, of file: any BlobFile, hashes: any BlobFile
    ) throws(BlobError) -> [UInt8]? {
        let chunk = try file.read(Limits.blobPieceBytes, at: index * Self.chunkBytes)
        let hash = try hashes.read(Hash256.byteCount, at: ChunkHeader.offset(ofChunk: index))
        return Hash256(hashing: chunk).bytes == hash ? chunk : nil
    }

    /// Reads and hashes a whole file. Nil if it is missing, unreadable or larger than a blob may be.
    func digest(_ path: String) -> Digest? {
        guard let file = try? disk.open(path), let length = try? file.size(), length <= Limits.storedBlobBytes else {
            return nil
        }
        var (hash, chunks, offset) = (SHA256(), [UInt8](), UInt64(0))
        while offset < length {
            guard let chunk = try? file.read(Limits.blobPieceBytes, at: offset), !chunk.isEmpty else { return nil }
            hash.update(data: chunk)
            Hash256(hashing: chunk).append(to: &chunks)
            offset += UInt64(chunk.count)
        }
        return Digest(hash: Hash256(hash.finalize()), chunks: chunks, length: offset)
    }

    /// Writes the chunk hashes of a blob. They may be there already: then only the time changes, so a reader sees right
    /// hashes at every moment.
    func write(_ digest: Digest, stored: UInt64) throws(BlobError) {
        let file = try disk.create(BlobPath.chunks(digest.hash))
        let header = ChunkHeader(length: digest.length, stored: stored)
        try file.write((header.bytes(of: digest.hash) + digest.chunks)[...], at: 0)
    }

    /// Changes the time in the chunk hashes of a blob, durably: with an older one, it would be removed too early.
    /// Returns false if they are damaged or missing.
    func date(_ blob: Hash256, _ stored: UInt64) throws(BlobError) -> Bool {
        guard let header = try header(of: blob) else { return false }
        let file = try disk.create(BlobPath.chunks(blob))
        try file.write(ChunkHeader(length: header.length, stored: stored).bytes(of: blob)[...], at: 0)
        try file.sync()
        return true
    }

    /// The blobs in one directory, in order.
    func blobs(in directory: String) throws(BlobError) -> [Hash256] {
        try disk.names(in: directory).compactMap { BlobPath.blob(named: $0, in: directory) }.sorted()
    }
}
