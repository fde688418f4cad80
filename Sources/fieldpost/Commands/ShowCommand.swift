import ArgumentParser
import FieldpostClient
import FieldpostCore

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one report: its merged state, values in conflict, notes, and its history.",
        discussion: ExitStatus.table)

    @Argument(help: "The report's id (a UUID).") var id: String
    @Option(
        help: """
            Another node to ask, as http://host:port, with the token in the environment variable \
            FIELDPOST_HTTP_TOKEN. Default: the daemon on this machine, through its admin socket.
            """) var at: String?
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws {
        guard ReportID(text: id) != nil else {
            throw ValidationError("\"\(id)\" is not a report id. Write it like 0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8.")
        }
    }

    func run() async throws {
        guard let id = ReportID(text: id) else { return }
        let report = try await read(id)
        TTY.write(json ? try report.encoded(isPretty: true).visibleJSON + "\n" : ReportText.text(report))
    }

    private func read(_ id: ReportID) async throws -> JSONValue {
        if let at { return try await FieldpostClient(at: at).report(id).report }
        let client = try daemon.client()
        return try await DaemonOptions.explaining { () throws(ClientError) in try await client.report(id).report }
    }
}
