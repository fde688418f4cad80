import ArgumentParser
import FieldpostClient
import FieldpostCore

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one report: its merged state, values in conflict, notes, and its history.",
        discussion: ExitStatus.table)

    @Argument(help: "The report's id (a UUID).") var id: String
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws { _ = try ReportArgument.id(id) }

    func run() async throws {
        let id = try ReportArgument.id(id)
        let client = try node.client()
        let report = try await node.explaining { () throws(ClientError) in try await client.report(id).report }
        TTY.write(json ? try report.encoded(isPretty: true).visibleJSON + "\n" : ReportText.text(report))
    }
}
