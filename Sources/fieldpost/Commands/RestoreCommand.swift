import ArgumentParser
import FieldpostClient
import FieldpostCore
import FieldpostNode
import Foundation

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a state directory of a backup. The node begins a new incarnation when it starts from it.",
        discussion: """
            Everything is checked first, and the journal gets its place last. What the node wrote after the backup \
            comes back from the nodes that hold it. Never start the restored node while the old one still runs.

            Example: fieldpost restore /mnt/backup --to /var/lib/fieldpost --identity backup.key

            \(ExitStatus.table)
            """)

    @Argument(help: "A snapshot, or the folder of backups, which means its newest whole one.") var backup: String
    @Option(help: "The directory to restore to. It must have no journal.") var to: String?
    @Option(help: "The file with the private key of the recipient (`fieldpost backup-key`).") var identity: String?
    @Option(help: "A copy of node.key, if the backup has no keys.") var key: String?
    @Flag(help: "Only read the whole backup, and say what is in it. Change nothing.") var check = false
    @Flag(help: "Restore without the photos that are missing or torn in the backup.") var partial = false
    @Flag(help: "Print lines of JSON: one for each phase, and one with the result.") var json = false

    func validate() throws {
        guard check != (to != nil) else { throw ValidationError("Give either --to DIRECTORY or --check.") }
        guard identity == nil || key == nil else { throw ValidationError("Use only one of --identity and --key.") }
    }

    func run() async throws {
        let snapshot = try Restore.snapshot(at: backup)
        let progress = BackupProgress(isJSON: json)
        guard let to else {
            let found = try Restore.check(snapshot, progress: progress)
            try put(
                BackupText.checked(found.manifest, lost: found.lost, in: snapshot),
                BackupText.object(found.manifest, lost: found.lost, in: snapshot))
            guard found.lost == 0 else { throw ExitCode(ExitStatus.incomplete.rawValue) }
            return
        }
        let restore = Restore(
            snapshot: snapshot, directory: URL(fileURLWithPath: to).path,
            identity: try identity.map { try Self.identity($0) }, keyFile: key, isPartial: partial, progress: progress)
        let outcome = try await restore.carryOut()
        try put(
            BackupText.restored(outcome, from: snapshot, to: restore.directory),
            BackupText.object(outcome, from: snapshot, to: restore.directory))
    }

    private func put(_ text: String, _ object: JSONValue) throws {
        TTY.write(json ? try object.encoded() + "\n" : text)
    }

    /// Reads a private key. Throws `CommandFailure`.
    static func identity(_ path: String) throws(CommandFailure) -> BackupIdentity {
        do throws(NodeKeyError) {
            return try BackupIdentity.load(path: path)
        } catch {
            switch error {
            case .missing:
                throw CommandFailure(.configuration, "There is no file \(path). Nothing was changed.")
            case .malformed:
                throw CommandFailure(
                    .configuration,
                    "\(path) is no key of `fieldpost backup-key`. Nothing was changed. Give the file that it made.")
            default: throw CommandFailure(error)
            }
        }
    }
}
