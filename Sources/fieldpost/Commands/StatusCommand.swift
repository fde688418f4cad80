import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the state of the daemon on this machine: its journal, its peers, and its alarms.",
        discussion: ExitStatus.table)

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print the JSON object as the daemon wrote it.") var json = false
    @Flag(help: "Print it again every two seconds until interrupted.") var watch = false

    private static let watchInterval = Duration.seconds(2)

    func run() async throws {
        let client = try daemon.client()
        while true {
            let text = try await text(client)
            TTY.write(watch && !json && TTY.isOutputInteractive ? "\u{1B}[H\u{1B}[2J" + text : text)
            guard watch else { return }
            try await Task.sleep(for: Self.watchInterval)
        }
    }

    private func text(_ client: FieldpostClient) async throws -> String {
        do throws(ClientError) {
            guard json else { return StatusText.text(try await client.status()) }
            let text = String(decoding: try await client.statusText(), as: UTF8.self)
            return text.trimmingCharacters(in: .newlines).visibleJSON + "\n"
        } catch {
            throw DaemonOptions.explained(error)
        }
    }
}
