import ArgumentParser
import FieldpostAPI
import Foundation

struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Who may use this node's HTTP API: terminals at a gateway, people at central.",
        discussion: ExitStatus.table, subcommands: [Terminal.self, Account.self, List.self, Revoke.self],
        defaultSubcommand: List.self)

    struct Terminal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "At a gateway: lets a terminal in, and prints its token: the only time that it is to be had.",
            discussion: "The terminal sends it with each request, as `Authorization: Bearer TOKEN`.\n\n"
                + ExitStatus.table)

        @Argument(help: "What people call the terminal.") var name: String
        @Option(help: "The channel by which its reports come: terminal, sensor, app or suishoupai.")
        var channel = "terminal"
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.addTerminal(name, channel: channel)
            }
            TTY.write(json ? answer.text : (answer.value.token ?? "") + "\n")
        }
    }

    struct Account: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "At central: lets a person in by name and password, or gives one a new role and password.",
            discussion: """
                The password never stands on the command line, where others can read it: it is the first line of a \
                file, of standard input, or of the environment variable FIELDPOST_PASSWORD.

                \(ExitStatus.table)
                """)

        @Argument(help: "The name to log in with.") var name: String
        @Option(help: "viewer (reads), dispatcher (reports and edits too) or admin.") var role: String
        @Option(help: "The file that holds the password; - for standard input.") var passwordFile: String?
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        static let variable = "FIELDPOST_PASSWORD"

        func run() async throws {
            let client = try daemon.client()
            let password = try password()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.setAccount(name, role: role, password: password)
            }
            TTY.write(json ? answer.text : "\(name.visibleLine) may log in as \(role).\n")
        }

        private func password() throws -> String {
            let text: String?
            if let passwordFile {
                // A password has at most 256 bytes.
                text = String(decoding: try SecretFile.read(passwordFile, what: "password"), as: UTF8.self)
            } else {
                text = ProcessInfo.processInfo.environment[Self.variable]
            }
            guard let line = text?.split(whereSeparator: \.isNewline).first else {
                throw ValidationError(
                    "There is no password: name a file with --password-file, or set \(Self.variable).")
            }
            return String(line)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists terminals and accounts; never their secrets.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.accesses() }
            TTY.write(json ? answer.text : Self.text(answer.value))
        }

        private static func text(_ list: AccessList) -> String {
            guard !list.access.isEmpty else {
                return
                    "Nobody may use the HTTP API yet: `fieldpost access terminal` at a gateway, or `fieldpost access "
                    + "account` at central, lets somebody in.\n"
            }
            var table = TextTable([("name", .left), ("role", .left), ("channel", .left), ("state", .left)])
            for access in list.access {
                table.add([access.name.visibleLine, access.role, access.channel ?? "", access.state.rawValue])
            }
            return table.text
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a terminal or a person in no longer.", discussion: ExitStatus.table)

        @Argument(help: "The name.") var name: String
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.revokeAccess(name) }
            TTY.write("\(name.visibleLine) may not come in any more.\n")
        }
    }
}
