import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire
import Foundation
import Glibc

/// Makes one snapshot of a node in a backup's folder. Nothing of the node is changed, and it may run meanwhile.
struct Backup {
    let stateDirectory: String
    /// The node's configuration. Nil if there is none.
    let configuration: String?
    let folder: BackupFolder
    let recipient: BackupRecipient?
    let progress: BackupProgress

    static let journalName = "journal.sqlite"
    static let configurationName = "configuration.yaml"
    /// Plain files of the state directory, if they exist.
    static let plainNames = ["central.id"]

    struct Outcome: Hashable, Sendable {
        let path: String
        let manifest: BackupManifest
        var linked = 0
        var copied = 0
        var kept = 0
        var hasNodeKey = false
    }

    /// Returns when the snapshot is whole, durable, and was read back. Otherwise none is left.
    func make() throws -> Outcome {
        defer { BackupFile.giveAway(folder.path) }
        try folder.removeLeftovers()
        let moment = Date.now.formatted(.iso8601)
        let name = folder.nextName(at: moment)
        let part = "\(folder.path)/\(name)\(BackupFolder.partSuffix)"
        guard mkdir(part, 0o700) == 0 else { throw explained(BackupFile.Failure(part)) }
        do {
            var outcome = try fill(part, at: moment)
            guard rename(part, "\(folder.path)/\(name)") == 0 else { throw BackupFile.Failure(part) }
            try BackupFile.sync(folder.path)
            outcome = Outcome(
                path: "\(folder.path)/\(name)", manifest: outcome.manifest, linked: outcome.linked,
                copied: outcome.copied, kept: outcome.kept, hasNodeKey: outcome.hasNodeKey)
            return outcome
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw explained(error)
        }
    }

    private func fill(_ part: String, at moment: String) throws -> Outcome {
        let journal = "\(part)/\(Self.journalName)"
        progress.begin("journal", unit: "pages")
        let copied = try JournalCopy.make(of: stateDirectory, at: journal, codec: EntryCodec()) { [progress] in
            progress.show($0, of: $1)
        }
        try checkOwner(copied.state)
        // SQLite lets others read what it makes, as far as the folder does.
        guard chmod(journal, 0o600) == 0 else { throw BackupFile.Failure(journal) }
        try BackupFile.sync(journal)

        var outcome = (linked: 0, copied: 0, kept: 0)
        let photos = try takePhotos(into: "\(part)/\(PhotoList.fileName)", &outcome)

        var names = [Self.journalName, PhotoList.fileName]
        for name in Self.plainNames where try copy("\(stateDirectory)/\(name)", to: "\(part)/\(name)") {
            names.append(name)
        }
        if let configuration, try copy(configuration, to: "\(part)/\(Self.configurationName)") {
            names.append(Self.configurationName)
        }
        var hasNodeKey = false
        if let recipient {
            let keys = try SealedKeys(stateDirectory: stateDirectory, entries: copied.secrets)
            hasNodeKey = keys.files[SealedKeys.nodeKeyName] != nil
            try BackupFile.write(
                try keys.sealed(to: recipient, node: copied.state.node), to: "\(part)/\(SealedKeys.fileName)")
            names.append(SealedKeys.fileName)
        }

        progress.begin("checking", unit: "entries", total: copied.state.heads.reduce(0) { $0 + Int(clamping: $1.seq) })
        let checked = try JournalCopy.check(journal, codec: EntryCodec()) { [progress] in progress.show($0) }
        progress.end()
        guard checked.state == copied.state else {
            throw CopyError.damaged("what was read back differs from the journal")
        }
        let files = try names.map { name in try BackupFile.digest("\(part)/\(name)", name: name) }
        let manifest = BackupManifest(
            copied.state, checked.counts, madeAt: moment, photos: photos, files: files, recipient: recipient?.text)
        try BackupFile.write(try manifest.text, to: "\(part)/\(BackupManifest.fileName)")
        guard try BackupManifest.read(in: part) == manifest else {
            throw CopyError.damaged("the manifest that was read back differs from what was written")
        }
        try BackupFile.sync(part)
        return Outcome(
            path: part, manifest: manifest, linked: outcome.linked, copied: outcome.copied, kept: outcome.kept,
            hasNodeKey: hasNodeKey)
    }

    /// One folder has the backups of one node.
    private func checkOwner(_ state: CopiedState) throws {
        // A damaged manifest must not stop the backups after it.
        let known = folder.snapshots.reversed().lazy.compactMap { try? BackupManifest.read(in: $0.path) }.first
        guard let other = known else { return }
        guard other.node == state.node.description, other.role == state.role.name else {
            throw CommandFailure(
                .configuration,
                "\(folder.path) has backups of the \(other.role) \(other.node.prefix(16)), and this node is the "
                    + "\(state.role.name) \(state.node.short). No backup was made. Use another folder.")
        }
    }

    private func takePhotos(
        into list: String, _ outcome: inout (linked: Int, copied: Int, kept: Int)
    ) throws -> BackupManifest.Photos {
        let store = BlobPool(directory: stateDirectory + "/blobs")
        // A link has one owner: in a folder of somebody else, it would take the photo away from the node.
        let links = BackupFile.haveOneOwner(folder.path, stateDirectory)
        let writer = try BackupFile.Writer(list)
        var photos = BackupManifest.Photos()
        progress.begin("photos", unit: "folders", total: BlobPool.parts.count)
        for (number, part) in zip(1..., BlobPool.parts) {
            for blob in try store.blobs(in: part) {
                switch try folder.photos.take(blob, from: store, links: links) {
                case .kept: outcome.kept += 1
                case .linked: outcome.linked += 1
                case .copied: outcome.copied += 1
                case .missing: continue
                case .corrupt:
                    photos.corrupt += 1
                    continue
                }
                guard let bytes = try folder.photos.size(of: blob) else { continue }
                try writer.add(PhotoList.Element(hash: blob, bytes: bytes).line)
                photos.count += 1
                photos.bytes += bytes
            }
            try folder.photos.sync(part)
            progress.show(number)
        }
        try writer.finish()
        return photos
    }

    /// Copies a small file. Returns false if there is none.
    private func copy(_ path: String, to target: String) throws -> Bool {
        do throws(SmallFile.Failure) {
            let bytes = try SmallFile.read(path, limit: Limits.backupFileBytes)
            do { try BackupFile.write(bytes, to: target) } catch { throw SmallFile.Failure(code: error.code) }
            return true
        } catch {
            if error.code == ENOENT { return false }
            throw BackupFile.Failure(path, error.code)
        }
    }

    private func explained(_ error: any Error) -> any Error {
        let safe = "No backup was made. The node and the older snapshots are as they were."
        switch error {
        case let error as CopyError: return error.failure(stateDirectory, copy: folder.path, safe: safe)
        case BlobError.full: return CommandFailure.full(folder.path, safe: safe)
        case BlobError.failed(let reason):
            return CommandFailure(.inputOutput, "The photos cannot be copied (\(reason)). \(safe)")
        case let error as BackupFile.Failure where error.isFull:
            return CommandFailure.full(folder.path, safe: safe)
        case let error as BackupFile.Failure:
            return CommandFailure(.inputOutput, "\(error.path): \(error.reason). \(safe)")
        default: return error
        }
    }
}

extension BackupManifest {
    init(
        _ state: CopiedState, _ counts: CopyCounts, madeAt: String, photos: Photos, files: [File], recipient: String?
    ) {
        self.init(
            node: state.node.description, role: state.role.name, incarnation: "\(state.incarnation)", madeAt: madeAt,
            entries: counts.entries, corrupt: counts.corrupt, withheld: counts.withheld,
            reports: state.reports.reports, digest: state.reports.digest.hex,
            heads: state.heads.map { head in
                Origin(
                    node: head.origin.node.description, incarnation: "\(head.origin.incarnation)", seq: head.seq,
                    chain: head.chain.hex)
            }, photos: photos, files: files, recipient: recipient)
    }
}

extension CommandFailure {
    static func full(_ path: String, safe: String) -> CommandFailure {
        CommandFailure(.inputOutput, "The disk of \(path) is full. \(safe) Make room there, and run it again.")
    }
}

extension CopyError {
    /// As text for people. `safe`: what is as it was.
    func failure(_ directory: String, copy: String, safe: String) -> CommandFailure {
        switch self {
        case .noJournal(let directory):
            CommandFailure(
                .inputOutput,
                "There is no journal in \(directory), or this user may not see it. \(safe) Name the node's "
                    + "--state-directory, and run this as the daemon's user or as root.")
        case .grows(let bytes):
            CommandFailure(
                .unavailable,
                "While the journal was copied, the node wrote so much that its log reached \(Quantity.bytes(bytes)). "
                    + "\(safe) Run it again in a quiet hour, or onto a faster disk.")
        case .nodeDiskFull(let bytes):
            CommandFailure(
                .inputOutput,
                "The disk of \(directory) has only \(Quantity.bytes(bytes)) left, which the node needs. \(safe) "
                    + "Make room there first.")
        case .full: CommandFailure.full(copy, safe: safe)
        case .damaged(let reason):
            CommandFailure(
                .damagedData,
                "The copy of the journal is not whole (\(reason)). \(safe) Check the disk of \(copy); if this happens "
                    + "again, stop the node and run `fieldpost repair --check`.")
        case .failed(let reason):
            CommandFailure(.inputOutput, "The journal cannot be copied (\(reason)). \(safe)")
        }
    }
}
