import ArgumentParser
import FieldpostClient
import FieldpostCore
import FieldpostNode
import Foundation

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Makes a snapshot of this node in a folder, whether the daemon runs or not, and reads it back.",
        discussion: """
            The folder gets a new numbered snapshot beside the older ones. Photos are linked where the folder is on \
            the same file system, else copied, and each is there once for all snapshots. Everything that is secret \
            (the node's key, the hashes of passwords, central's sealing keys) is sealed to --recipient, or left out.

            Example: fieldpost backup /var/lib/fieldpost/backup --recipient "$(cat recipient)" --keep 3

            \(ExitStatus.table)
            """)

    /// For the service, so that nobody has to edit the unit.
    private static let recipientVariable = "FIELDPOST_BACKUP_RECIPIENT"

    @Argument(help: "The folder of this node's backups. It is made if it is missing.") var folder: String
    @Option(
        help: ArgumentHelp(
            "To whom the keys are sealed, as `fieldpost backup-key` printed it. "
                + "Default: the variable \(recipientVariable).", valueName: "key"))
    var recipient: String?
    @Option(help: "After success, remove the oldest snapshots beyond so many.") var keep: Int?
    @Option(help: "The daemon's state directory. Default: from the configuration, else /var/lib/fieldpost.")
    var stateDirectory: String?
    @Option(name: .customLong("configuration"), help: "The daemon's configuration file.")
    var configurationFile: String?
    @Flag(help: "Print a line of JSON for each phase, and one with the result.") var json = false

    func validate() throws {
        if let keep, !(1...Limits.keptSnapshots).contains(keep) {
            throw ValidationError("--keep takes a number from 1 to \(Limits.keptSnapshots).")
        }
        if let text = recipientText, BackupRecipient(text: text) == nil {
            throw ValidationError(
                "The recipient is wrong: it has 72 hexadecimal digits, as `fieldpost backup-key` printed them, and "
                    + "one of them may be another. Nothing was done.")
        }
    }

    private var recipientText: String? {
        if let recipient { return recipient }
        let text = ProcessInfo.processInfo.environment[Self.recipientVariable] ?? ""
        return text.isEmpty ? nil : text
    }

    func run() throws {
        let directory = try DaemonLookup(file: configurationFile).stateDirectory(stateDirectory)
        let folder = try BackupFolder(URL(fileURLWithPath: folder).path)
        let progress = BackupProgress(isJSON: json)
        let outcome = try Backup(
            stateDirectory: directory, configuration: configuration(of: directory), folder: folder,
            recipient: recipientText.flatMap { BackupRecipient(text: $0) }, progress: progress
        ).make()
        var removed = (snapshots: 0, photos: 0)
        do {
            if let keep { removed = try folder.keep(keep) }
        } catch {
            TTY.writeError(
                "The backup is whole, but older snapshots could not be removed (\(error)). Remove them by hand.\n"
                    .visibleLines)
        }
        TTY.write(
            json
                ? try BackupText.object(outcome, removed: removed).encoded() + "\n"
                : BackupText.text(outcome, removed: removed))
        guard outcome.manifest.corrupt == 0, outcome.manifest.photos.corrupt == 0 else {
            throw ExitCode(ExitStatus.incomplete.rawValue)
        }
    }

    /// The file that the daemon reads: the named one, the standard one, or that which `fieldpost init` wrote beside the
    /// journal.
    private func configuration(of directory: String) -> String? {
        if let configurationFile { return configurationFile }
        if let named = ProcessInfo.processInfo.environment[Setting.configurationVariable] { return named }
        let roles = [Role.gateway, .central]
        let (beside, standard) = (
            roles.map { "\(directory)/\($0.name).yaml" }, roles.map { Setting.standardFile(for: $0) }
        )
        // A restore leaves the file of the backup beside the journal; the units read the standard one.
        let files = directory == Setting.standardStateDirectory ? standard + beside : beside + standard
        return files.first { FileManager.default.isReadableFile(atPath: $0) }
    }
}

struct BackupKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup-key",
        abstract: "Makes the key that opens the keys in backups, and prints its recipient.",
        discussion: """
            Run this away from the nodes, and keep the file there: whoever has it and a backup has the node. Nodes \
            get only the recipient, which seals and cannot open.

            Example: fieldpost backup-key backup.key > recipient

            \(ExitStatus.table)
            """)

    @Argument(help: "The file to write. With an existing one, its recipient is printed again.") var file: String

    func run() throws {
        let identity: BackupIdentity
        do throws(NodeKeyError) {
            identity = try BackupIdentity.create(path: file)
            TTY.writeError("made \(file). Keep it, and a copy of it, away from the nodes.\n".visibleLines)
        } catch .exists {
            identity = try RestoreCommand.identity(file)
        }
        TTY.write(identity.recipient.text + "\n")
    }
}
