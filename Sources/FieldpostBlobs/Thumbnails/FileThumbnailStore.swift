package import FieldpostCore
package import FieldpostStore

/// Thumbnails in files, in a directory of their own: each has the SHA-256 of its photo as its name (`ThumbnailFile`).
///
/// The order of use is known since the start of the process. What was not used since then goes first.
package actor FileThumbnailStore: ThumbnailStore {
    private struct Kept {
        var bytes: UInt64
        /// The number of its last use; 0 if it was not used since the start.
        var use: UInt64
        /// Calls of `removeOrphans` in turn that found no report with its photo.
        var orphanCalls: UInt64 = 0
    }

    private let disk: any BlobDisk
    private let limit: UInt64
    private let thread = DiskThread(label: "fieldpost.thumbnails.disk")
    private var kept: [Hash256: Kept] = [:]
    private var bytes: UInt64 = 0
    private var uses: UInt64 = 0

    /// Lists the directory, and creates it if it is missing. Blocks. `limit`: bytes of all files.
    package init(disk: any BlobDisk, limit: UInt64 = Limits.keptThumbnailBytes) {
        self.disk = disk
        self.limit = limit
        try? disk.makeDirectory("")
        for name in (try? disk.names(in: "")) ?? [] {
            guard let blob = Hash256(hex: name), blob.hex == name, let size = try? disk.size(of: name) else { continue }
            kept[blob] = Kept(bytes: size, use: 0)
            bytes += size
        }
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    package func thumbnail(of blob: Hash256) -> KeptThumbnail? {
        guard kept[blob] != nil else { return nil }
        // One byte more than it may have shows that a file is too long.
        guard let read = try? disk.open(blob.hex)?.read(ThumbnailFile.mostBytes + 1, at: 0),
            let thumbnail = ThumbnailFile.thumbnail(in: read, of: blob)
        else {
            remove(blob)
            return nil
        }
        uses += 1
        kept[blob]?.use = uses
        return thumbnail
    }

    package func keep(_ thumbnail: KeptThumbnail, of blob: Hash256) {
        guard disk.freeBytes.map({ $0 >= Limits.photosFreeBytes }) ?? true else { return }
        precondition((1...Limits.thumbnailBytes).contains(thumbnail.bytes.count), "not the size of a thumbnail")
        let content = ThumbnailFile.bytes(of: thumbnail, blob)
        forget(blob)
        do throws(BlobError) {
            let file = try disk.create(blob.hex)
            try file.write(content[...], at: 0)
            try file.truncate(to: UInt64(content.count))
        } catch {
            // What is there now is not whole.
            return remove(blob)
        }
        uses += 1
        kept[blob] = Kept(bytes: UInt64(content.count), use: uses)
        bytes += UInt64(content.count)
        makeRoom()
    }

    package func removeOrphans(attached: @Sendable ([Hash256]) async -> Set<Hash256>) async -> Int {
        var removed = 0
        let all = Array(kept.keys)
        for start in stride(from: 0, to: all.count, by: Limits.searchedBlobs) {
            let some = Array(all[start..<min(all.count, start + Limits.searchedBlobs)])
            let named = await attached(some)
            for blob in some {
                guard let found = kept[blob] else { continue }
                kept[blob]?.orphanCalls = named.contains(blob) ? 0 : found.orphanCalls + 1
                guard !named.contains(blob), (found.orphanCalls + 1) * Limits.restSeconds * 1000 >= Limits.orphanAge
                else { continue }
                remove(blob)
                removed += 1
            }
        }
        return removed
    }

    package func statistics() -> (thumbnails: Int, bytes: UInt64) { (kept.count, bytes) }

    /// Removes a sixteenth more than needed, so that the order is seldom sought.
    private func makeRoom() {
        let most = Limits.keptThumbnails
        guard bytes > limit || kept.count > most else { return }
        for (blob, _) in kept.sorted(by: { ($0.value.use, $0.key) < ($1.value.use, $1.key) }) {
            guard bytes > limit - limit / 16 || kept.count > most - most / 16 else { return }
            remove(blob)
        }
    }

    private func remove(_ blob: Hash256) {
        forget(blob)
        // One that comes back is found at the next start.
        try? disk.remove(blob.hex)
    }

    private func forget(_ blob: Hash256) { bytes -= kept.removeValue(forKey: blob)?.bytes ?? 0 }
}
