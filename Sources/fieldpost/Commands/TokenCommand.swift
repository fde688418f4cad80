import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "At central: manages enrollment tokens. Each enrolls one gateway, once.",
        discussion: ExitStatus.table, subcommands: [Create.self, List.self, Withdraw.self], defaultSubcommand: List.self
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token, and prints it on standard output. The token is shown only once.",
            discussion:
                "Bring it to the gateway in a way that nobody else can read, and give it to `fieldpost enroll`.\n\n"
                + ExitStatus.table)

        @Option(help: "The gateway's name. Default: as the gateway says.") var name: String?
        @Option(help: "The grids whose reports it may see, separated by commas. Default: as the gateway says.")
        var grids: String?
        @Option(
            help: """
                The gateway to replace, by its name or the first digits of its NodeID. It is revoked as soon as the \
                token is used. The new gateway gets its name and grids.
                """) var replaces: String?
        @Option(help: "How long the token is valid, such as 24h or 7d; at most 30d.") var expires = "24h"
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            guard let span = Span(expires) else {
                throw ValidationError("\"\(expires)\" is not a length of time. Write it like 24h or 7d.")
            }
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.makeToken(name: name, grids: grids, replaces: replaces, seconds: span.seconds)
            }
            guard !json else { return TTY.write(answer.text.visibleJSON) }
            let revoked = replaces.map { ". When it is used, \($0.visibleLine) is revoked" } ?? ""
            TTY.writeError(
                "Token \(answer.value.number) enrolls one gateway until \(answer.value.ends)\(revoked).\n")
            TTY.write(answer.value.token + "\n")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tokens, without their secrets.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.tokens() }
            TTY.write(json ? answer.text.visibleJSON : GatewaysText.text(answer.value))
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token that was not used yet.", discussion: ExitStatus.table)

        @Argument(help: "The token's number.") var number: Int
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.withdrawToken(number) }
            TTY.write("Token \(number) is revoked.\n")
        }
    }
}
