import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire
import Foundation
import Glibc

/// Makes a state directory of a snapshot. Everything is checked before the journal gets its place, which comes last. So
/// an interrupted restore leaves no journal, and can be run again.
struct Restore {
    let snapshot: String
    let directory: String
    /// Opens the keys of the snapshot. Nil: without them.
    let identity: BackupIdentity?
    /// A copy of the node's key that was kept elsewhere.
    let keyFile: String?
    /// Goes on without the photos that are missing or torn.
    let isPartial: Bool
    let progress: BackupProgress

    struct Outcome: Hashable, Sendable {
        let manifest: BackupManifest
        let incarnation: String
        let reports: Int
        let digest: String
        /// Entries of which only the hash is there.
        let withheld: Int
        let photos: Int
        /// Photos that the snapshot names, and that are missing or torn in the backup.
        let lostPhotos: Int
        /// Where the node's former configuration is. Nil if there was none, or another file is there.
        let configuration: String?
    }

    private var work: String { directory + "/restore.part" }
    private var photos: BlobPool {
        BlobPool(directory: URL(fileURLWithPath: snapshot).deletingLastPathComponent().path + "/blobs")
    }

    /// The snapshot that a path means: itself, or the newest whole one in a backup's folder.
    static func snapshot(at path: String) throws(CommandFailure) -> String {
        let path = URL(fileURLWithPath: path).path
        if access("\(path)/\(BackupManifest.fileName)", F_OK) == 0 { return path }
        let snapshots = BackupFolder.snapshots(in: path)
        guard let newest = snapshots.last else {
            throw CommandFailure(
                .inputOutput,
                "There is no whole snapshot in \(path). Nothing was changed. Name a folder that `fieldpost backup` "
                    + "made, or a snapshot in it.")
        }
        // After a restore, the numbers may have begun again beside those of before.
        let times = snapshots.map { (try? BackupManifest.read(in: $0.path))?.madeAt ?? "" }
        guard times.last == times.max() else {
            throw CommandFailure(
                .configuration,
                "In \(path), the snapshot with the largest number is not the last one by its time. Nothing was "
                    + "changed. Either a clock was wrong, or the folder has snapshots from before and after a restore. "
                    + "Name the snapshot itself.")
        }
        return newest.path
    }

    /// Reads everything in a snapshot and changes nothing. Returns the photos that are missing or torn.
    static func check(_ snapshot: String, progress: BackupProgress) throws -> (manifest: BackupManifest, lost: Int) {
        let restore = Restore(
            snapshot: snapshot, directory: "", identity: nil, keyFile: nil, isPartial: true, progress: progress)
        do {
            let manifest = try restore.readManifest()
            progress.begin("checking", unit: "entries", total: manifest.entries)
            let found = try JournalCopy.check("\(snapshot)/\(Backup.journalName)", codec: EntryCodec()) {
                progress.show($0)
            }
            guard found.state.reports.digest.hex == manifest.digest,
                found.state.node.description == manifest.node, found.state.role.name == manifest.role
            else { throw CopyError.damaged("it holds other reports than the manifest says") }
            var lost = 0
            progress.begin("photos", unit: "files", total: manifest.photos.count)
            _ = try restore.forEachPhoto { number, element in
                if try restore.photos.isSound(element.hash) != true { lost += 1 }
                progress.show(number)
            }
            progress.end()
            return (manifest, lost)
        } catch {
            throw restore.explained(error)
        }
    }

    func carryOut() async throws -> Outcome {
        let isNew = access(directory, F_OK) != 0
        do {
            return try await run()
        } catch {
            try? FileManager.default.removeItem(atPath: work)
            // Only an empty one goes.
            if isNew { rmdir(directory) }
            throw explained(error)
        }
    }

    private func run() async throws -> Outcome {
        let manifest = try readManifest()
        guard let node = Hex.decode(manifest.node).flatMap({ NodeID(bytes: $0) }),
            let role = [Role.gateway, .central].first(where: { $0.name == manifest.role }),
            let incarnation = Incarnation(text: manifest.incarnation)
        else { throw CopyError.damaged("its manifest names no node") }
        try prepare(for: role)
        let keys = try identity.map { try SealedKeys.read(in: snapshot, with: $0, node: node) }
        let key = try nodeKey(keys, node: node)

        let (taken, lost) = try takePhotos(manifest)
        progress.begin("journal", unit: "bytes")
        let journal = "\(work)/\(Backup.journalName)"
        try BackupFile.copy("\(snapshot)/\(Backup.journalName)", to: journal)
        try check(journal, Backup.journalName, against: manifest)
        let restored = try await JournalCopy.restore(
            in: work, node: node, role: role, incarnation: incarnation, secrets: keys?.secrets ?? [],
            moment: manifest.madeAt, codec: EntryCodec(), proofKey: key.proofs, stamp: HostClock().stamp())
        progress.end()
        guard restored.state.reports.digest.hex == manifest.digest else {
            throw CopyError.damaged("it holds other reports than the manifest says")
        }
        let configuration = try install(keys, manifest, role)
        return Outcome(
            manifest: manifest, incarnation: "\(restored.state.incarnation)", reports: restored.state.reports.reports,
            digest: restored.state.reports.digest.hex, withheld: restored.counts.withheld, photos: taken,
            lostPhotos: lost, configuration: configuration)
    }

    /// Reads the manifest, and checks every file that it names.
    private func readManifest() throws -> BackupManifest {
        let manifest = try BackupManifest.read(in: snapshot)
        progress.begin("files", unit: "files", total: manifest.files.count)
        for (number, file) in zip(1..., manifest.files) {
            guard !file.name.contains("/"), !file.name.hasPrefix(".") else {
                throw CopyError.damaged("its manifest names a file outside of it")
            }
            try check("\(snapshot)/\(file.name)", file.name, against: manifest)
            progress.show(number)
        }
        return manifest
    }

    private func check(_ path: String, _ name: String, against manifest: BackupManifest) throws {
        guard let named = manifest.files.first(where: { $0.name == name }) else {
            throw CopyError.damaged("its manifest does not name \(name)")
        }
        guard try BackupFile.digest(path, name: name) == named else {
            throw CopyError.damaged("\(name) was changed or is torn: it does not have its hash")
        }
    }

    // MARK: The state directory

    /// Makes the directory, unless it has a journal or belongs to another role.
    private func prepare(for role: Role) throws {
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw BackupFile.Failure(directory) }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        if let journal = names.first(where: { $0.hasPrefix("journal.sqlite") || $0 == "journal.lease" }) {
            throw CommandFailure(
                .cannotCreate,
                "\(directory) has a journal (\(journal)). Nothing was changed. Restore into an empty directory; "
                    + "or stop the node, move the directory away, and keep it until the restored node is in order.")
        }
        let other: Role = role == .gateway ? .central : .gateway
        if names.contains("\(other.name).yaml") {
            throw CommandFailure(
                .configuration,
                "This is the backup of a \(role.name), but \(directory) is that of a \(other.name) "
                    + "(\(other.name).yaml). Nothing was changed. Use another directory.")
        }
        try? FileManager.default.removeItem(atPath: work)
        guard mkdir(work, 0o700) == 0 else { throw BackupFile.Failure(work) }
    }

    /// The key of the node to which the journal belongs: from the sealed keys, else from a file, else from the
    /// directory.
    private func nodeKey(_ keys: SealedKeys?, node: NodeID) throws -> NodeKey {
        let name = SealedKeys.nodeKeyName
        let present = "\(directory)/\(name)"
        let path = "\(work)/\(name)"
        if let bytes = keys?.files[name] {
            try BackupFile.write(Array(bytes), to: path)
        } else if let keyFile {
            try BackupFile.copy(keyFile, to: path)
        } else if access(present, F_OK) == 0 {
            try BackupFile.copy(present, to: path)
        } else {
            throw CommandFailure(
                .configuration,
                "The key of node \(node.short) is missing, and the journal belongs to this key. Nothing was changed. "
                    + "Give --identity with the private key of the recipient, or --key with a copy of node.key. If "
                    + "both are lost, a gateway starts as a new node (`fieldpost init`, then `fieldpost enroll` with "
                    + "a token that replaces it), and central gives it what it held.")
        }
        for path in [path, present] where access(path, F_OK) == 0 {
            let found = try NodeKey.load(path: path)
            guard found.node == node else {
                throw CommandFailure(
                    .configuration,
                    "The backup belongs to node \(node.short), but \(path == present ? present : "the key") is that "
                        + "of node \(found.node.short). Nothing was changed. Give the right key, or another directory.")
            }
        }
        return try NodeKey.load(path: path)
    }

    private func takePhotos(_ manifest: BackupManifest) throws -> (taken: Int, lost: Int) {
        let store = BlobPool(directory: directory + "/blobs")
        var (taken, lost, first) = (0, 0, "")
        progress.begin("photos", unit: "files", total: manifest.photos.count)
        let count = try forEachPhoto { number, element in
            switch try store.take(element.hash, from: photos, links: false) {
            case .kept, .linked, .copied: taken += 1
            case .missing, .corrupt:
                lost += 1
                if first.isEmpty { first = element.hash.hex }
            }
            progress.show(number)
        }
        for part in BlobPool.parts { try store.sync(part) }
        guard count == manifest.photos.count else {
            throw CopyError.damaged("its list of photos has other photos than the manifest says")
        }
        guard lost == 0 || isPartial else {
            throw CommandFailure(
                .damagedData,
                "\(lost) of \(count) photos of the backup are missing or torn, the first \(first). No journal "
                    + "was restored. Use another snapshot; or give --partial, which restores everything else. What "
                    + "central or a gateway still has comes back by itself.")
        }
        return (taken, lost)
    }

    /// Returns the number of photos in the list.
    private func forEachPhoto(_ body: (Int, PhotoList.Element) throws -> Void) throws -> Int {
        guard var list = PhotoList.Reader("\(snapshot)/\(PhotoList.fileName)") else {
            throw CopyError.damaged("its list of photos cannot be read")
        }
        var number = 0
        while let element = list.next() {
            number += 1
            try body(number, element)
        }
        guard list.isSound else { throw CopyError.damaged("its list of photos is damaged") }
        return number
    }

    /// Gives all files their places, the journal last. Files that are there already stay.
    private func install(_ keys: SealedKeys?, _ manifest: BackupManifest, _ role: Role) throws -> String? {
        for (name, bytes) in (keys?.files ?? [:]).sorted(by: { $0.key < $1.key })
        where name != SealedKeys.nodeKeyName {
            try BackupFile.write(Array(bytes), to: "\(work)/\(name)")
            try move(name, to: name)
        }
        for name in Backup.plainNames where manifest.files.contains(where: { $0.name == name }) {
            try BackupFile.copy("\(snapshot)/\(name)", to: "\(work)/\(name)")
            try move(name, to: name)
        }
        var configuration: String?
        if manifest.files.contains(where: { $0.name == Backup.configurationName }),
            access("\(directory)/\(role.name).yaml", F_OK) != 0
        {
            let name = Backup.configurationName
            try BackupFile.copy("\(snapshot)/\(name)", to: "\(work)/\(name)")
            try move(name, to: "\(role.name).yaml")
            configuration = "\(directory)/\(role.name).yaml"
        }
        try move(SealedKeys.nodeKeyName, to: SealedKeys.nodeKeyName)
        try BackupFile.sync("\(work)/\(Backup.journalName)")
        try BackupFile.sync("\(work)/journal.lease")
        BackupFile.giveAway(directory)
        // A journal without its lease begins another incarnation, a lease without its journal looks like damage.
        for name in [Backup.journalName, "journal.lease"] {
            guard rename("\(work)/\(name)", "\(directory)/\(name)") == 0 else { throw BackupFile.Failure(name) }
            try BackupFile.sync(directory)
        }
        try? FileManager.default.removeItem(atPath: work)
        try BackupFile.sync(directory)
        return configuration
    }

    private func move(_ name: String, to place: String) throws {
        let target = "\(directory)/\(place)"
        guard access(target, F_OK) != 0 else { return }
        guard rename("\(work)/\(name)", target) == 0 else { throw BackupFile.Failure(target) }
    }

    private func explained(_ error: any Error) -> any Error {
        let safe = "No journal was restored, and the backup is as it was."
        switch error {
        case CopyError.full, BlobError.full: return CommandFailure.full(directory, safe: safe)
        case CopyError.damaged(let reason):
            return CommandFailure(
                .damagedData, "\(snapshot) is damaged (\(reason)). \(safe) Use another snapshot.")
        case CopyError.failed(let reason):
            return CommandFailure(.inputOutput, "\(snapshot) cannot be restored (\(reason)). \(safe)")
        case let error as BackupFile.Failure where error.isFull:
            return CommandFailure.full(directory, safe: safe)
        case let error as BackupFile.Failure:
            return CommandFailure(.inputOutput, "\(error.path): \(error.reason). \(safe)")
        case BlobError.failed(let reason):
            return CommandFailure(.inputOutput, "The photos cannot be copied (\(reason)). \(safe)")
        default: return error
        }
    }
}
