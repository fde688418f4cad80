import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore
import Foundation

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Shows and pauses what this gateway's links carry.",
        discussion: "The setting `links` says what links that cost money may carry. Reports never wait for it.\n\n"
            + ExitStatus.table,
        subcommands: [Show.self, Pause.self, Resume.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows each class of links: what it carried, and when photos may go.",
            discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            try await LinkCommand.show(daemon, json) { client throws(ClientError) in try await client.links() }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets photos and thumbnails wait on all links. Reports go on.",
            discussion: "A new pause replaces the last one. It survives a restart.\n\n" + ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Option(name: .customLong("for"), help: "How long, such as 4h, 90m or 2d; at most 30d.") var span: String
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws {
            guard let seconds = Span(span)?.seconds, seconds <= Limits.linkPauseSeconds else {
                throw ValidationError("--for: \"\(span)\" is not a length of time up to 30d. Write it like 4h.")
            }
        }

        func run() async throws {
            let seconds = Span(span)?.seconds ?? 0
            try await LinkCommand.show(daemon, json) { client throws(ClientError) in
                try await client.pauseLinks(seconds: seconds)
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a pause.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            try await LinkCommand.show(daemon, json) { client throws(ClientError) in try await client.resumeLinks() }
        }
    }

    private static func show(
        _ daemon: DaemonOptions, _ json: Bool,
        _ ask: (FieldpostClient) async throws(ClientError) -> (state: LinksState, text: Data)
    ) async throws {
        let client = try daemon.client()
        let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await ask(client) }
        TTY.write(
            json ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n" : LinkText.text(answer.state))
    }
}
