import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Manages access to this node's HTTP API: terminals at a gateway, accounts at central.",
        discussion: ExitStatus.table, subcommands: [Terminal.self, Account.self, List.self, Revoke.self],
        defaultSubcommand: List.self)

    struct Terminal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "At a gateway: gives a terminal access, and prints its token. The token is shown only once.",
            discussion: "The terminal sends it with each request, as `Authorization: Bearer TOKEN`.\n\n"
                + ExitStatus.table)

        @Argument(help: "The terminal's name, for people.") var name: String
        @Option(help: "The channel of its reports: terminal, sensor, app or suishoupai.")
        var channel = "terminal"
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.addTerminal(name, channel: channel)
            }
            TTY.write(json ? answer.text.visibleJSON : (answer.value.token ?? "") + "\n")
        }
    }

    struct Account: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "At central: creates an account, or gives an account another role, place of work or password.",
            discussion: """
                An account with grids sees and handles the cases of these grids alone. Its person can also log in at \
                the gateways of these grids, also while they have no link. Staff need a work group and grids. They \
                report, add notes and photos, and take the steps that their group may take. The group, the department \
                and the grids stay as they are when they are not given, and the password with --keep-password.

                The password is never given on the command line, where others can read it. It is the first line of a \
                file, of standard input, or of the environment variable FIELDPOST_PASSWORD.

                \(ExitStatus.table)
                """)

        @Argument(help: "The name to log in with.") var name: String
        @Option(
            help: """
                viewer (reads), staff (also reports and takes steps), dispatcher (also edits), admin, or evidence \
                (reads, also what reporters took back, and opens contact data).
                """) var role: String
        @Option(help: "The work group: collector, handler, leader or dispatcher; empty for none.") var group: String?
        @Option(help: "The department; empty for none.") var department: String?
        @Option(help: "The grids, separated by commas; empty for none.") var grids: String?
        @Option(help: "The file with the password; - for standard input.") var passwordFile: String?
        @Flag(help: "The account exists, and keeps its password.") var keepPassword = false
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        static let variable = "FIELDPOST_PASSWORD"

        func run() async throws {
            let client = try daemon.client()
            let password = keepPassword ? nil : try password()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.setAccount(
                    name, role: role, group: group, department: department, grids: grids.map(Self.list),
                    password: password)
            }
            TTY.write(json ? answer.text.visibleJSON : "\(name.visibleLine) may log in as \(role).\n")
        }

        func validate() throws {
            guard keepPassword, passwordFile != nil else { return }
            throw ValidationError("--keep-password and --password-file exclude each other. Give one of them.")
        }

        private static func list(_ text: String) -> [String] {
            text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
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
                    "No password was given. Name a file with --password-file, or set \(Self.variable).")
            }
            return String(line)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists terminals and accounts, without their secrets.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.accesses() }
            TTY.write(json ? answer.text.visibleJSON : Self.text(answer.value))
        }

        private static func text(_ list: AccessList) -> String {
            guard !list.access.isEmpty else {
                return
                    "Nobody has access to the HTTP API yet. `fieldpost access terminal` at a gateway, or "
                    + "`fieldpost access account` at central, gives access.\n"
            }
            var table = TextTable([
                ("name", .left), ("role", .left), ("channel", .left), ("group", .left), ("grids", .left),
                ("state", .left),
            ])
            for access in list.access {
                table.add([
                    access.name.visibleLine, access.role, access.channel ?? "", access.group ?? "",
                    (access.grids ?? []).map(\.visibleLine).joined(separator: ", "), access.state.rawValue,
                ])
            }
            return table.text
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the access of a terminal or an account.", discussion: ExitStatus.table)

        @Argument(help: "The name of the terminal or account.") var name: String
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.revokeAccess(name) }
            TTY.write("\(name.visibleLine) no longer has access.\n")
        }
    }
}
