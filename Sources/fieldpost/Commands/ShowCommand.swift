import ArgumentParser
import FieldpostCore

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one report: its merged state, values in conflict, notes, and its history.",
        discussion: ExitStatus.table)

    @Argument(help: "The report's id (a UUID).") var id: String
    @Option(help: "The node to ask, as http://host:port. Default: the configured HTTP address.") var at: String?
    @Option(name: .customLong("configuration"), help: "The file that the daemon reads.") var configurationFile: String?
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws {
        guard ReportID(text: id) != nil else {
            throw ValidationError("\"\(id)\" is no report id. It looks like 0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8.")
        }
    }

    func run() async throws {
        guard let id = ReportID(text: id) else { return }
        let address = try at ?? DaemonLookup(file: configurationFile).httpAddress
        let report = try await FieldpostClient(at: address).report(id).report
        Terminal.write(json ? try report.encoded(isPretty: true).visibleJSON + "\n" : ReportText.text(report))
    }
}
