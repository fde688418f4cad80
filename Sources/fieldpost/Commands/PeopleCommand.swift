import ArgumentParser
import FieldpostAPI
import FieldpostClient

struct PeopleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "Lists who may log in at this node: at a gateway, the people of its grids.",
        discussion: """
            Accounts are made and revoked at central (`fieldpost access account`). A gateway lists whom central named \
            last, and the terminals that are paired with them.

            \(ExitStatus.table)
            """, subcommands: [List.self, Unpair.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists people, with their group, grids and paired terminals.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.people() }
            TTY.write(json ? answer.text.visibleJSON : Self.text(answer.value))
        }

        private static func text(_ list: PersonList) -> String {
            guard !list.people.isEmpty else {
                return
                    "Nobody may log in here. `fieldpost access account` at central makes accounts; with `--grids`, "
                    + "they reach the gateways of these grids.\n"
            }
            var table = TextTable([
                ("name", .left), ("role", .left), ("group", .left), ("department", .left), ("grids", .left),
                ("terminals", .left), ("state", .left),
            ])
            for person in list.people {
                table.add([
                    person.name.visibleLine, person.role, person.group ?? "", (person.department ?? "").visibleLine,
                    (person.grids ?? []).map(\.visibleLine).joined(separator: ", "),
                    person.terminals.map(\.visibleLine).joined(separator: ", "), person.state.rawValue,
                ])
            }
            return table.text
        }
    }

    struct Unpair: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "At a gateway: ends the pairing of a terminal with a person.", discussion: ExitStatus.table)

        @Argument(help: "The name of the terminal.") var terminal: String
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.unpair(terminal) }
            TTY.write("\(terminal.visibleLine) is paired with nobody any more.\n")
        }
    }
}
