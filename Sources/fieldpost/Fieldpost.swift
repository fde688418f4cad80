import ArgumentParser
import FieldpostNode
import Glibc

/// The program: its commands, and its exit status.
@main
struct Fieldpost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fieldpost",
        abstract: "Accepts field reports while the uplink is down, and delivers each to the central node exactly once.",
        discussion: ExitStatus.table,
        version: Version.text,
        subcommands: [
            GatewayCommand.self, CentralCommand.self, InitCommand.self, CheckCommand.self, DoctorCommand.self,
            StatusCommand.self, WhyCommand.self, DigestCommand.self, ResyncCommand.self, JobsCommand.self,
            LinkCommand.self, IncidentsCommand.self, AuditCommand.self, QuarantineCommand.self, ConflictsCommand.self,
            JournalCommand.self, EnrollCommand.self, GatewaysCommand.self, TokenCommand.self, AccessCommand.self,
            PeopleCommand.self, SettingsCommand.self, SealingCommand.self, WebhooksCommand.self, RepairCommand.self,
            BackupCommand.self, BackupKeyCommand.self, RestoreCommand.self, ImportCommand.self, ShowCommand.self,
            AttachCommand.self, CaseCommand.self, StepCommand.self, CasesCommand.self, TasksCommand.self,
            TakeCommand.self, ChangesCommand.self, CatalogueCommand.self, IndicatorsCommand.self, PosterCommand.self,
            WireCommand.self, DemoCommand.self, VersionCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error where isParserError(error) {
            exit(withError: error)
        } catch {
            let failure = CommandFailure(error)
            TTY.writeError("fieldpost: \(failure.description.visibleLines)\n")
            // `systemctl status` shows this line as long as the unit is down.
            let lines = failure.description.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }
            ServiceNotifier.status("failed (\(failure.status.rawValue)): \(lines.joined(separator: " ").visibleLine)")
            Glibc.exit(failure.status.rawValue)
        }
    }

    /// Help, usage errors and plain exit codes. The parser prints them and exits.
    private static func isParserError(_ error: any Error) -> Bool {
        switch error {
        case is CleanExit, is ExitCode, is ValidationError: true
        default: exitCode(for: error) != .failure
        }
    }
}
