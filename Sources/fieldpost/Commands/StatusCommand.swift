import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the state of the daemon on this machine: its journal, its peers, and its alarms.",
        discussion: """
            With --watch it is shown again every two seconds, or every SECONDS, until interrupted: in place on a \
            terminal, and else one below the other. At central the fleet is then in order, the worst first: gateways \
            with alarms, then those that have not been connected for longest, then those with the oldest backlog.

            EXAMPLE
              fieldpost status --watch 10 --configuration /etc/fieldpost/central.yaml

            \(ExitStatus.table)
            """)

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print the JSON object as the daemon wrote it; with --watch, one a line.") var json = false
    @Flag(help: "Show it again until interrupted.") var watch = false
    @Argument(help: "With --watch: the seconds between two looks.") var seconds: Int?

    private static let watchSeconds = 2

    func validate() throws {
        guard let seconds else { return }
        guard watch else { throw ValidationError("SECONDS needs --watch.") }
        guard (1...3_600).contains(seconds) else { throw ValidationError("SECONDS must be a number from 1 to 3600.") }
    }

    func run() async throws {
        guard watch else {
            TTY.write(try await text())
            return
        }
        let pause = Duration.seconds(seconds ?? Self.watchSeconds)
        try await StatusScreen.watch(every: pause, isScreen: !json && TTY.isOutputInteractive) { try await text() }
    }

    private func text() async throws -> String {
        let client = try daemon.client()
        do throws(ClientError) {
            guard json else {
                let status = try await client.status()
                return StatusText.text(watch ? StatusScreen.worstFirst(status) : status)
            }
            let text = String(decoding: try await client.statusText(), as: UTF8.self)
            return text.trimmingCharacters(in: .newlines).visibleJSON + "\n"
        } catch {
            throw DaemonOptions.explained(error)
        }
    }
}
