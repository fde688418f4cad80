package import FieldpostCore
package import FieldpostStore
import Glibc

/// The files of blobs alone, by their hashes, as a backup keeps them: `ab/cdef…`, like a store. Several snapshots share
/// one pool. Nothing here changes a file that is there.
///
/// All calls block.
package struct BlobPool: Sendable {
    /// How a blob came into the pool.
    package enum Arrival: Hashable, Sendable {
        /// It was there already: the same file, or with the right length.
        case kept
        /// By a hard link, or by its bytes. What came was read back, and its hash was right.
        case linked, copied
        /// The other pool does not have it.
        case missing
        /// The other pool has other bytes than the hash says.
        case corrupt
    }

    private let root: String
    private let disk: HostBlobDisk
    private let files: BlobFiles

    /// A pool in a directory, which may be missing. The folder `blobs` of a node's state directory is one.
    package init(directory: String) {
        root = directory
        disk = HostBlobDisk(directory: directory)
        files = BlobFiles(disk: disk)
    }

    /// The names of the directories in a pool, in order.
    package static var parts: [String] { BlobPath.directories }

    /// The blobs in one directory, in order.
    package func blobs(in part: String) throws(BlobError) -> [Hash256] { try files.blobs(in: part) }

    package func size(of blob: Hash256) throws(BlobError) -> UInt64? { try disk.size(of: BlobPath.blob(blob)) }

    /// Whether the bytes of a blob have its hash. Nil if it is missing.
    package func isSound(_ blob: Hash256) throws(BlobError) -> Bool? {
        guard try size(of: blob) != nil else { return nil }
        return files.digest(BlobPath.blob(blob))?.hash == blob
    }

    /// Takes a blob from another pool. It gets its name only when it is whole, durable and checked. Its name is durable
    /// after `sync` of its part. `links`: by a hard link where the file systems allow it.
    package func take(_ blob: Hash256, from other: BlobPool, links: Bool) throws(BlobError) -> Arrival {
        guard let length = try other.size(of: blob) else { return .missing }
        let path = BlobPath.blob(blob)
        if try disk.size(of: path) == length {
            // The node may have replaced a file that became corrupt: then the pool still has the bad one.
            guard isFormer(path, of: other), files.digest(path)?.hash != blob else { return .kept }
            try disk.remove(path)
        }
        try disk.makeDirectory("")
        try disk.makeDirectory(BlobPath.directory(of: blob))
        let draft = path + Self.draftSuffix
        try disk.remove(draft)
        let isLinked = links && link("\(other.root)/\(path)", "\(root)/\(draft)") == 0
        if !isLinked, try !copy(path, of: other, to: draft) { return .missing }
        guard files.digest(draft)?.hash == blob else {
            try disk.remove(draft)
            // The bytes may be wrong there, or may have become wrong on the way.
            switch try other.isSound(blob) {
            case nil: return .missing
            case false: return .corrupt
            case true: throw .failed("\(root)/\(path): what was read back differs from what was written")
            }
        }
        try disk.rename(draft, to: path)
        return isLinked ? .linked : .copied
    }

    /// Whether both pools are on one file system and have different files of this name, where links would be one file.
    private func isFormer(_ path: String, of other: BlobPool) -> Bool {
        var (own, theirs) = (stat(), stat())
        return stat("\(root)/\(path)", &own) == 0 && stat("\(other.root)/\(path)", &theirs) == 0
            && own.st_dev == theirs.st_dev && own.st_ino != theirs.st_ino
    }

    /// Makes the names of the blobs in a directory durable, and removes what an earlier attempt left.
    package func sync(_ part: String) throws(BlobError) {
        let names = try disk.names(in: part)
        guard !names.isEmpty else { return }
        for name in names where name.hasSuffix(Self.draftSuffix) { try disk.remove("\(part)/\(name)") }
        try disk.syncDirectory(part)
    }

    package func remove(_ blob: Hash256) throws(BlobError) { try disk.remove(BlobPath.blob(blob)) }

    private static let draftSuffix = ".new"

    /// Returns false if the other pool does not have the file any more. If the disk has no room, nothing is left.
    private func copy(_ path: String, of other: BlobPool, to draft: String) throws(BlobError) -> Bool {
        guard let source = try other.disk.open(path) else { return false }
        let target = try disk.create(draft)
        do throws(BlobError) {
            var offset: UInt64 = 0
            while case let bytes = try source.read(Limits.blobPieceBytes, at: offset), !bytes.isEmpty {
                try target.write(bytes[...], at: offset)
                offset += UInt64(bytes.count)
            }
            try target.sync()
        } catch {
            try? disk.remove(draft)
            throw error
        }
        return true
    }
}
