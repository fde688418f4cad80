package import FieldpostCore
package import FieldpostStore

extension FileBlobStore {
    nonisolated package func size(of blob: Hash256) async throws(BlobError) -> UInt64? {
        do throws(BlobError) {
            // The size counts only if the chunk hashes were made for it: a file that was cut short is corrupt.
            _ = try await read(blob, 0..<0)
            return try await reader.size(of: blob)
        } catch {
            guard case .notHeld = error else { throw error }
            return nil
        }
    }

    nonisolated package func read(_ blob: Hash256, _ range: Range<UInt64>) async throws(BlobError) -> [UInt8] {
        // After the first check, the chunk hashes are right. Something else may happen to the blob until the next try.
        for _ in 0..<3 {
            switch try await reader.read(blob, range) {
            case .bytes(let bytes): return bytes
            case .missing: throw await isLost(blob) ? .lost(blob) : .notHeld(blob)
            case .doubtful: try await examine(blob)
            }
        }
        throw .lost(blob)
    }

    nonisolated package func inspect<Value: Sendable>(
        _ blob: Hash256, _ body: @Sendable (any BlobContent) throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        // As in `read`.
        for _ in 0..<3 {
            do throws(BlobError) {
                return try await inspector.inspect(blob, body)
            } catch .lost {
                try await examine(blob)
            } catch .notHeld {
                throw await isLost(blob) ? .lost(blob) : .notHeld(blob)
            }
        }
        throw .lost(blob)
    }

    package func keep(_ blob: Hash256) throws(BlobError) -> Bool {
        guard try disk.size(of: BlobPath.blob(blob)) != nil else { return false }
        guard try change({ () throws(BlobError) in try files.date(blob, care.runningTime) }) else {
            return try examine(blob)
        }
        return true
    }

    package func lost(after blob: Hash256, limit: Int) throws(BlobError) -> [Hash256] {
        Array(lostBlobs.filter { $0 > blob }.sorted().prefix(limit))
    }

    private func isLost(_ blob: Hash256) -> Bool { lostBlobs.contains(blob) }

    /// Whether a blob is here and looks whole. A corrupt one is set aside.
    func isHeld(_ blob: Hash256) throws(BlobError) -> Bool {
        switch try files.read(blob, 0..<0) {
        case .bytes: true
        case .missing: false
        case .doubtful: try examine(blob)
        }
    }

    /// Reads a whole blob that looks corrupt. If only its chunk hashes are damaged, makes them again. Otherwise the
    /// blob is set aside: two checks that are made of different things have then found it corrupt. Returns whether the
    /// blob is whole.
    @discardableResult
    func examine(_ blob: Hash256) throws(BlobError) -> Bool {
        let path = BlobPath.blob(blob)
        guard let size = try disk.size(of: path) else { return false }
        // One error of the disk is not enough to call it corrupt.
        if let digest = files.digest(path) ?? files.digest(path), digest.hash == blob {
            let header = try? files.header(of: blob)
            let stored = header?.length == size ? header?.stored : nil
            let now = care.runningTime
            try change { () throws(BlobError) in try files.write(digest, stored: min(stored ?? now, now)) }
            return true
        }
        try change { () throws(BlobError) in
            try disk.rename(path, to: BlobPath.setAside(blob))
            try disk.remove(BlobPath.chunks(blob))
            try disk.syncDirectory(BlobPath.corrupt)
        }
        totals.blobs -= 1
        totals.bytes -= min(size, totals.bytes)
        lostBlobs.insert(blob)
        lostSignal.notify()
        return false
    }

    /// Gives the checked part of an upload the name of its blob. A blob with the same content is replaced, so that a
    /// corrupt one becomes whole. Call `settle` afterwards.
    func place(_ upload: PartialUpload, _ digest: BlobFiles.Digest) throws(BlobError) -> PlacedBlob {
        let path = BlobPath.blob(digest.hash)
        let before = try disk.size(of: path)
        try change { () throws(BlobError) in
            try disk.makeDirectory(BlobPath.directory(of: digest.hash))
            try files.write(digest, stored: care.runningTime)
            try disk.rename(BlobPath.part(upload.record.id), to: path)
        }
        return PlacedBlob(upload: upload, hash: digest.hash, length: digest.length, before: before)
    }

    /// Makes the names of blobs durable, and ends their uploads.
    func settle(_ placed: [PlacedBlob]) throws(BlobError) {
        guard !placed.isEmpty else { return }
        try change { () throws(BlobError) in
            for directory in Set(placed.map { BlobPath.directory(of: $0.hash) }) { try disk.syncDirectory(directory) }
            for blob in placed where lostBlobs.contains(blob.hash) { try disk.remove(BlobPath.setAside(blob.hash)) }
        }
        for blob in placed {
            lostBlobs.remove(blob.hash)
            totals.blobs += blob.before == nil ? 1 : 0
            totals.bytes = totals.bytes - min(blob.before ?? 0, totals.bytes) + blob.length
            blob.upload.finish(as: blob.hash)
        }
        storedSignal.notify()
    }

    /// Removes a blob whose age is at least this, and returns its bytes. Its age may have changed since it was listed.
    func remove(_ blob: Hash256, atLeast age: UInt64) throws(BlobError) -> UInt64? {
        guard let size = try disk.size(of: BlobPath.blob(blob)), let header = try files.header(of: blob),
            header.stored <= care.runningTime, care.runningTime - header.stored >= age
        else { return nil }
        // Not durably: a blob that comes back after a power cut is removed again.
        try change { () throws(BlobError) in
            try disk.remove(BlobPath.blob(blob))
            try disk.remove(BlobPath.chunks(blob))
        }
        totals.blobs -= 1
        totals.bytes -= min(size, totals.bytes)
        return size
    }
}

/// An upload whose file has the name of its blob, not durably yet.
struct PlacedBlob {
    let upload: PartialUpload
    let hash: Hash256
    let length: UInt64
    /// The bytes of the file that it replaced.
    let before: UInt64?
}
