import FieldpostBlobs
import FieldpostCore
import Foundation
import Glibc

/// A folder with the backups of one node: numbered snapshots, and the photos that they share.
///
///     blobs/ab/cdef…                  photos and clips, by their SHA-256
///     0001-20261130T192500Z/          a snapshot: it is whole when it has its manifest
///     0002-20261201T192500Z.part/     one that is being made, or was not finished
///
/// The numbers give the order. Clocks of nodes may be wrong.
final class BackupFolder {
    struct Snapshot: Hashable, Sendable {
        let number: Int
        let path: String
    }

    static let partSuffix = ".part"
    private static let lockName = ".lock"

    let path: String
    var photos: BlobPool { BlobPool(directory: path + "/blobs") }
    private let lock: CInt

    /// Makes the folder if it is missing, and keeps other backups out of it as long as this value exists.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        let isNew = mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else {
            throw CommandFailure(
                .cannotCreate, "\(path) cannot be made (\(String(cString: strerror(errno)))). Nothing was changed.")
        }
        if isNew { BackupFile.giveNew(path) }
        lock = open("\(path)/\(Self.lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw CommandFailure(
                .cannotCreate,
                "\(path) cannot be written to (\(String(cString: strerror(errno)))). Nothing was changed.")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw CommandFailure(
                .unavailable, "Another backup into \(path) is under way. Nothing was changed. Wait until it has ended.")
        }
    }

    deinit {
        guard lock >= 0 else { return }
        // Closing alone is not enough: a child that was just forked may still have a copy of the descriptor.
        flock(lock, LOCK_UN)
        close(lock)
    }

    /// The whole snapshots, oldest first.
    var snapshots: [Snapshot] { Self.snapshots(in: path) }

    static func snapshots(in path: String) -> [Snapshot] {
        folders(in: path).filter { snapshot in
            !snapshot.path.hasSuffix(partSuffix)
                && access("\(snapshot.path)/\(BackupManifest.fileName)", F_OK) == 0
        }
    }

    /// All folders whose names are those of snapshots, whole or not.
    private static func folders(in path: String) -> [Snapshot] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let found = names.compactMap { name -> Snapshot? in
            let parts = name.split(separator: "-", maxSplits: 1)
            guard parts.count == 2, parts[0].count >= 4, let number = Int(parts[0]), number > 0 else { return nil }
            return Snapshot(number: number, path: "\(path)/\(name)")
        }
        return found.sorted { ($0.number, $0.path) < ($1.number, $1.path) }
    }

    /// The name of the next snapshot. `moment`: like 2026-11-30T19:25:00Z.
    func nextName(at moment: String) -> String {
        let number = (Self.folders(in: path).last?.number ?? 0) + 1
        let digits = String(number)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits + "-"
            + moment.filter { $0.isLetter || $0.isNumber }
    }

    /// Removes what backups left that were killed. The photos that they copied stay, and save the next one the work.
    func removeLeftovers() throws(CommandFailure) {
        for left in Self.folders(in: path) where left.path.hasSuffix(Self.partSuffix) { try remove(left.path) }
    }

    /// Removes the oldest whole snapshots, and the photos that no other one names. Returns how many of each.
    func keep(_ count: Int) throws -> (snapshots: Int, photos: Int) {
        let old = snapshots.dropLast(count)
        guard !old.isEmpty else { return (0, 0) }
        for snapshot in old {
            // Half a snapshot must not look like a whole one.
            let part = snapshot.path + Self.partSuffix
            guard rename(snapshot.path, part) == 0 else { throw BackupFile.Failure(snapshot.path) }
            try remove(part)
        }
        return (old.count, try removeUnnamedPhotos())
    }

    /// Goes through the lists of all snapshots together, one directory after the other. If a list cannot be read, no
    /// photo is removed.
    private func removeUnnamedPhotos() throws -> Int {
        var lists: [(reader: PhotoList.Reader, next: PhotoList.Element?)] = []
        for snapshot in Self.folders(in: path) {
            guard var reader = PhotoList.Reader("\(snapshot.path)/\(PhotoList.fileName)") else { return 0 }
            let next = reader.next()
            lists.append((reader, next))
        }
        var removed = 0
        for part in BlobPool.parts {
            var named: Set<Hash256> = []
            for index in lists.indices {
                while let next = lists[index].next, next.hash.hex.prefix(2) == part {
                    named.insert(next.hash)
                    lists[index].next = lists[index].reader.next()
                }
                guard lists[index].reader.isSound else { return removed }
            }
            for blob in try photos.blobs(in: part) where !named.contains(blob) {
                try photos.remove(blob)
                removed += 1
            }
        }
        return removed
    }

    private func remove(_ folder: String) throws(CommandFailure) {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            throw CommandFailure(
                .inputOutput, "\(folder), which is not a whole snapshot, cannot be removed. Remove it by hand.")
        }
    }
}
