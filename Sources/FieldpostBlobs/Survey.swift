import FieldpostCore
import FieldpostStore

/// Looks through the directory at the start: counts the blobs, finds the uploads to continue, and deletes what crashes
/// left over. What it finds it makes durable: the earlier process may have ended because a sync failed.
struct Survey {
    private let disk: any BlobDisk
    private let now: UInt64
    private(set) var uploads: [UploadID: PartialUpload] = [:]
    private(set) var lost: Set<Hash256> = []
    private(set) var totals = BlobStatistics()

    /// `now`: the running time.
    init(disk: any BlobDisk, now: UInt64) {
        self.disk = disk
        self.now = now
    }

    mutating func run() throws(BlobError) {
        for directory in BlobPath.directories { try countBlobs(in: directory) }
        let names = try disk.names(in: BlobPath.corrupt)
        lost = Set(names.compactMap { Hash256(hex: $0) })
        try disk.syncDirectory(BlobPath.corrupt)
        try findUploads()
        try disk.syncDirectory(BlobPath.uploads)
    }

    private mutating func countBlobs(in directory: String) throws(BlobError) {
        let names = try disk.names(in: directory)
        guard !names.isEmpty else { return }
        try disk.syncDirectory(directory)
        let held = Set(names)
        for name in names {
            if name.hasSuffix(BlobPath.chunksSuffix) {
                // The crash came before the blob got its name, or after it was deleted.
                guard !held.contains(String(name.dropLast(BlobPath.chunksSuffix.count))) else { continue }
                try disk.remove(directory + "/" + name)
            } else if BlobPath.blob(named: name, in: directory) != nil {
                totals.blobs += 1
                totals.bytes += try disk.size(of: directory + "/" + name) ?? 0
            }
        }
    }

    private mutating func findUploads() throws(BlobError) {
        let names = try disk.names(in: BlobPath.uploads)
        for name in names where BlobPath.isRecord(name) {
            guard let id = BlobPath.upload(named: name) else { continue }
            let found = attempt { () throws(BlobError) in try PartialUpload(id, found: disk, now: now) }
            if let upload = found.flatMap({ $0 }) {
                do throws(BlobError) {
                    try upload.renew()
                } catch {
                    // A full disk must not keep a node from its start.
                    guard error == .full else { throw error }
                }
                uploads[id] = upload
            } else {
                totals.discardedUploads += 1
                try disk.remove(BlobPath.record(id))
            }
        }
        for name in names {
            guard !BlobPath.isRecord(name), let id = BlobPath.upload(named: name) else { continue }
            if uploads[id]?.record.isOpen != true { try disk.remove(BlobPath.part(id)) }
        }
    }
}
