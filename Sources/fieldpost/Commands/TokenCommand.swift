import ArgumentParser
import FieldpostAPI
import Foundation

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "At central: tokens that let a gateway in, each one gateway, once.",
        discussion: ExitStatus.table, subcommands: [Create.self, List.self, Withdraw.self], defaultSubcommand: List.self
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token, and prints it on standard output: the only time that it is to be had.",
            discussion:
                "Carry it to the gateway by a way that nobody else reads, and give it to `fieldpost enroll`.\n\n"
                + ExitStatus.table)

        @Option(help: "What the gateway shall be called. Default: as it says itself.") var name: String?
        @Option(help: "The grids whose reports it may see, separated by commas. Default: as it says itself.")
        var grids: String?
        @Option(
            help: """
                A gateway, by its name or the first digits of its NodeID, that is revoked as soon as the token is \
                used; the new one takes its name and grids.
                """) var replaces: String?
        @Option(help: "How long the token holds, such as 24h or 7d; at most 30d.") var expires = "24h"
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            guard let span = Span(expires) else {
                throw ValidationError("\"\(expires)\" is no length of time. Write it like 24h or 7d.")
            }
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.makeToken(name: name, grids: grids, replaces: replaces, seconds: span.seconds)
            }
            guard !json else { return TTY.write(answer.text) }
            let revoked = replaces.map { ", and revokes \($0.visibleLine) then" } ?? ""
            TTY.writeError(
                "Token \(answer.value.number) lets one gateway in until \(answer.value.ends)\(revoked).\n")
            TTY.write(answer.value.token + "\n")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tokens that were made; never their secret.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.tokens() }
            TTY.write(json ? answer.text : GatewaysText.text(answer.value))
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes back a token that nobody has used.", discussion: ExitStatus.table)

        @Argument(help: "The token's number.") var number: Int
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.withdrawToken(number) }
            TTY.write("Token \(number) lets nobody in any more.\n")
        }
    }
}
