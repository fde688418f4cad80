import ArgumentParser
import FieldpostNode
import Foundation

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "Lists what happened to this node's journal: restores, forks, clones, repairs.",
        discussion: "Each raises an alarm in `status` until it is settled. Settling changes no report, and the list "
            + "keeps what is settled.\n\n" + ExitStatus.table)

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "A person has seen to all of them: end their alarms.") var settle = false
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        do throws(ClientError) {
            Terminal.write(settle ? try await settled(client) : try await list(client))
        } catch {
            throw DaemonOptions.explained(error)
        }
    }

    private func list(_ client: FieldpostClient) async throws(ClientError) -> String {
        let answer = try await client.incidents()
        return json ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n" : IncidentsText.text(answer.list)
    }

    private func settled(_ client: FieldpostClient) async throws(ClientError) -> String {
        let result = try await client.settleIncidents()
        return json ? "{\"settled\":\(result.settled)}\n" : IncidentsText.text(result)
    }
}
