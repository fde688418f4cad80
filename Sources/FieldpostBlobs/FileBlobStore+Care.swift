package import FieldpostCore
package import FieldpostStore

extension FileBlobStore {
    package func rest(for milliseconds: UInt64) throws(BlobError) {
        var next = care
        let (time, isOver) = care.runningTime.addingReportingOverflow(milliseconds)
        next.runningTime = isOver ? .max : time
        try save(next)
        for upload in uploads.values where upload.record.expiry <= care.runningTime {
            if upload.record.isOpen {
                try change { () throws(BlobError) in try upload.expire() }
            } else if care.runningTime - upload.record.expiry >= Limits.endedUploadMemory {
                try discard(upload)
            }
        }
    }

    nonisolated package func scrub(
        _ cursor: BlobScrubCursor, bytes: Int
    ) async throws(BlobError) -> BlobScrubStep {
        let check = try await reader.check(cursor, bytes: bytes)
        var step = check.step
        for blob in check.doubtful where try await !isWhole(blob) { step.lost.append(blob) }
        return step
    }

    package func scrubCursor() -> BlobScrubCursor { care.cursor }

    package func keep(_ cursor: BlobScrubCursor) throws(BlobError) {
        var next = care
        next.cursor = cursor
        try save(next)
    }

    nonisolated package func removeOrphans(
        attached: @Sendable ([Hash256]) async -> Set<Hash256>
    ) async throws(BlobError) -> BlobRemovals {
        var removals = BlobRemovals()
        for directory in BlobPath.directories {
            let old = try await listed(directory).filter { $0.age >= Limits.orphanAge }
            guard !old.isEmpty else { continue }
            let kept = await attached(old.map(\.hash))
            for blob in old where !kept.contains(blob.hash) {
                removals.add(try await remove(blob.hash, atLeast: Limits.orphanAge))
            }
        }
        return removals
    }

    nonisolated package func evict(
        _ eviction: BlobEviction, receipted: @Sendable ([Hash256]) async -> Set<Hash256>
    ) async throws(BlobError) -> BlobRemovals {
        var candidates = EvictionCandidates()
        for directory in BlobPath.directories {
            let listed = try await listed(directory)
            guard !listed.isEmpty else { continue }
            let safe = await receipted(listed.map(\.hash))
            for blob in listed where safe.contains(blob.hash) { candidates.add(blob) }
        }
        var removals = BlobRemovals()
        for blob in candidates.oldestFirst {
            guard blob.age >= eviction.age || freeBytes < eviction.freeBytes else { break }
            removals.add(try await remove(blob.hash, atLeast: blob.age))
        }
        return removals
    }

    // MARK: Helpers

    /// The blobs of a directory. An age that is unknown, or in the future because the running time was lost, begins at
    /// 0 again.
    nonisolated private func listed(_ directory: String) async throws(BlobError) -> [StoredBlob] {
        let listing = try await reader.list(directory, now: runningTime())
        for blob in listing.undated { _ = try await keep(blob) }
        return listing.blobs
    }

    private func runningTime() -> UInt64 { care.runningTime }

    /// A blob that is gone meanwhile counts as whole: it was evicted, or is listed as lost already.
    private func isWhole(_ blob: Hash256) throws(BlobError) -> Bool {
        guard try disk.size(of: BlobPath.blob(blob)) != nil else { return true }
        return try examine(blob)
    }

    nonisolated private var freeBytes: UInt64 { disk.freeBytes.map { UInt64(clamping: $0) } ?? .max }

    private func save(_ next: CareRecord) throws(BlobError) {
        try change { () throws(BlobError) in
            try careFile.write(next.body, on: disk, isDurable: true)
            try disk.syncDirectory("")
        }
        care = next
    }
}

extension BlobRemovals {
    /// `bytes`: of a blob that was removed; nil if it was not.
    fileprivate mutating func add(_ bytes: UInt64?) {
        blobs += bytes == nil ? 0 : 1
        self.bytes += bytes ?? 0
    }
}
