import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents", abstract: "Lists and resolves incidents of this node's journal.",
        discussion: "Incidents are restores, forks, clones and repairs. Each one raises an alarm in `status` until it "
            + "is resolved. Resolving an incident changes no report, and the list keeps resolved incidents.\n\n"
            + ExitStatus.table,
        subcommands: [List.self, Resolve.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists incidents, newest first.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.incidents() }
            TTY.write(
                json
                    ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n"
                    : IncidentsText.text(answer.list))
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Resolves all open incidents, and so ends their alarms.",
            discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let result = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.resolveIncidents()
            }
            TTY.write(json ? "{\"resolved\":\(result.resolved)}\n" : IncidentsText.text(result))
        }
    }
}
