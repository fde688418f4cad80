import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore

struct SealingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sealing",
        abstract: "At central: the keys to which nodes seal the contact data of reporters.",
        discussion: """
            Without a key, no node takes contact data. The private keys are files in central's state directory \
            (sealing-….key). Keep copies of them apart from copies of the journal: without them, nobody can ever \
            open what was sealed.

            \(ExitStatus.table)
            """, subcommands: [List.self, Rotate.self, Open.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the keys, without their secrets.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.sealing() }
            TTY.write(json ? answer.text.visibleJSON : SealingCommand.text(answer.value))
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new key. What comes from now on is sealed to it; former keys still open what is older.",
            discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.rotateSealing()
            }
            TTY.write(json ? answer.text.visibleJSON : SealingCommand.text(answer.value))
        }
    }

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the contact data of a report. The look is recorded before.",
            discussion: ExitStatus.table)

        @Argument(help: "The report's id (a UUID).") var report: String
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws { _ = try ReportArgument.id(report) }

        func run() async throws {
            let id = try ReportArgument.id(report)
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.contact(of: id)
            }
            guard !json else { return TTY.write(answer.text.visibleJSON) }
            for contact in answer.value["contacts"]?.list ?? [] {
                let parts = ["name", "phone"].compactMap { contact[$0]?.text?.visibleLine }.filter { !$0.isEmpty }
                let key = contact["key"]?.text?.visibleLine ?? "?"
                TTY.write(
                    contact["opened"]?.boolean == true
                        ? parts.joined(separator: "  ") + "\n" : "(sealed to the key \(key), which does not open it)\n")
            }
        }
    }

    private static func text(_ list: SealingList) -> String {
        guard !list.keys.isEmpty else {
            return "There is no sealing key, so no node takes contact data. `fieldpost sealing rotate` makes one.\n"
        }
        return list.keys.map { key in
            let state = [key.current ? "current" : "former", key.held ? nil : "its private key is missing here"]
            return "\(key.id.visibleLine)  \(state.compactMap(\.self).joined(separator: ", "))\n"
        }.joined()
    }
}
