import FieldpostCore
import FieldpostStore

/// Reads blobs on a thread of its own, so that reading does not wait for uploads. It changes nothing.
actor BlobReader {
    /// The blobs of one directory, and those whose age is unknown.
    struct Listing: Hashable, Sendable {
        var blobs: [StoredBlob] = []
        var undated: [Hash256] = []
    }

    /// The part of a scrub step that one directory gives.
    struct Check: Hashable, Sendable {
        var step = BlobScrubStep()
        /// Blobs that may be corrupt.
        var doubtful: [Hash256] = []
    }

    private let files: BlobFiles
    private let thread: DiskThread

    init(files: BlobFiles, label: String) {
        self.files = files
        thread = DiskThread(label: label)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func size(of blob: Hash256) throws(BlobError) -> UInt64? { try files.header(of: blob)?.length }

    /// See `BlobStore.inspect`. Throws `.lost` for a blob that is doubtful.
    func inspect<Value: Sendable>(
        _ blob: Hash256, _ body: @Sendable (any BlobContent) throws(BlobError) -> Value
    ) throws(BlobError) -> Value {
        // The size counts only if the chunk hashes were made for it.
        switch try files.read(blob, 0..<0) {
        case .bytes: break
        case .missing: throw .notHeld(blob)
        case .doubtful: throw .lost(blob)
        }
        guard let size = try files.header(of: blob)?.length else { throw .lost(blob) }
        return try body(FileContent(files: files, blob: blob, byteCount: size))
    }

    func read(_ blob: Hash256, _ range: Range<UInt64>) throws(BlobError) -> BlobFiles.Piece {
        try files.read(blob, range)
    }

    /// `now`: the running time.
    func list(_ directory: String, now: UInt64) throws(BlobError) -> Listing {
        var listing = Listing()
        for blob in try files.blobs(in: directory) {
            if let header = try files.header(of: blob), header.stored <= now {
                listing.blobs.append(StoredBlob(hash: blob, bytes: header.length, age: now - header.stored))
            } else {
                listing.undated.append(blob)
            }
        }
        return listing
    }

    /// Checks chunk after chunk from the cursor on, until about so many bytes were read or the directory ends.
    func check(_ cursor: BlobScrubCursor, bytes: Int) throws(BlobError) -> Check {
        var check = Check()
        let directory = BlobPath.directory(of: cursor.blob)
        for blob in try files.blobs(in: directory) where blob >= cursor.blob {
            var offset = blob == cursor.blob ? cursor.offset : 0
            while let length = try size(of: blob, &check), offset < length {
                guard check.step.bytes < UInt64(max(bytes, 1)) else {
                    check.step.next = BlobScrubCursor(blob: blob, offset: offset)
                    return check
                }
                let end = min(offset + UInt64(Limits.blobPieceBytes), length)
                check.step.bytes += end - offset
                guard case .bytes = try files.read(blob, offset..<end) else {
                    check.doubtful.append(blob)
                    break
                }
                offset = end
            }
            check.step.blobs += 1
        }
        check.step.next = Self.directory(after: cursor.blob)
        return check
    }

    /// Nil if the blob is gone meanwhile, or doubtful.
    private func size(of blob: Hash256, _ check: inout Check) throws(BlobError) -> UInt64? {
        guard let size = try files.disk.size(of: BlobPath.blob(blob)) else { return nil }
        guard size > 0, let header = try files.header(of: blob), header.length == size else {
            if check.doubtful.last != blob { check.doubtful.append(blob) }
            return nil
        }
        return size
    }

    /// The first position of the next directory; nil after the last one.
    private static func directory(after blob: Hash256) -> BlobScrubCursor? {
        guard let first = blob.bytes.first, first < .max else { return nil }
        let start = [first + 1] + [UInt8](repeating: 0, count: Hash256.byteCount - 1)
        return Hash256(bytes: start).map { BlobScrubCursor(blob: $0, offset: 0) }
    }
}

/// A blob that is read at any place.
private struct FileContent: BlobContent {
    let files: BlobFiles
    let blob: Hash256
    let byteCount: UInt64

    func read(at offset: UInt64, count: Int) throws(BlobError) -> [UInt8] {
        let start = min(offset, byteCount)
        switch try files.read(blob, start..<min(start + UInt64(count), byteCount)) {
        case .bytes(let bytes): return bytes
        case .missing: throw .notHeld(blob)
        case .doubtful: throw .lost(blob)
        }
    }
}
