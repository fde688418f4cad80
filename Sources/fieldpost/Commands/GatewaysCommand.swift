import ArgumentParser
import FieldpostAPI

struct GatewaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateways", abstract: "At central: who is let in, who waits for it, and what each may see.",
        discussion: ExitStatus.table,
        subcommands: [
            List.self, Add.self, Approve.self, Reject.self, Revoke.self, Rename.self, Grids.self,
            AcceptCloneCommand.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists gateways that are enrolled, revoked, or wait for a person.",
            discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.gateways() }
            TTY.write(json ? answer.text : GatewaysText.text(answer.value))
        }
    }

    /// The arguments of all commands about one gateway.
    struct Target: ParsableArguments {
        @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func administer(_ path: String, _ values: [(String, String)] = [], done: (GatewayRecord) -> String) async throws
        {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.administer(path, on: gateway, values)
            }
            TTY.write(json ? answer.text : done(answer.value))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets in a gateway that cannot ask: one that central dials itself.",
            discussion: "At the gateway, `fieldpost enroll --central-id` names this central node by its NodeID.\n\n"
                + ExitStatus.table)

        @Argument(help: "The gateway's NodeID: 64 hexadecimal digits, from `fieldpost status --json` there.")
        var node: String
        @Option(help: "What the gateway shall be called.") var name: String
        @Option(help: "The grids whose reports it may see, separated by commas.") var grids = ""
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.addGateway(node: node, name: name, grids: grids)
            }
            TTY.write(json ? answer.text : "\(answer.value.name.visibleLine) is enrolled.\n")
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets in a gateway that waits, or again one that was revoked.",
            discussion:
                "Compare the words in the list with those that `fieldpost enroll` shows at the gateway first.\n\n"
                + ExitStatus.table)

        @OptionGroup var target: Target

        func run() async throws {
            try await target.administer("approve") { "\($0.name.visibleLine) is enrolled.\n" }
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a gateway that waits off the list; it may ask again.", discussion: ExitStatus.table)

        @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.reject(gateway) }
            TTY.write("\(gateway.visibleLine) does not wait any more.\n")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses a gateway from now on. What it sent stays; what it takes in stays with it.",
            discussion: ExitStatus.table)

        @OptionGroup var target: Target

        func run() async throws {
            try await target.administer("revoke") {
                "\($0.name.visibleLine) is revoked: central refuses it from now on. "
                    + "`fieldpost gateways approve` lets it in again.\n"
            }
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a gateway another name.", discussion: ExitStatus.table)

        @OptionGroup var target: Target
        @Option(help: "Its new name.") var to: String

        func run() async throws {
            try await target.administer("change", [("name", to)]) { "It is \($0.name.visibleLine) now.\n" }
        }
    }

    struct Grids: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets the grids whose reports a gateway may see, in place of those it has.",
            discussion: ExitStatus.table)

        @OptionGroup var target: Target
        @Option(help: "The grids, separated by commas; empty for none.") var set: String

        func run() async throws {
            try await target.administer("change", [("grids", set)]) { record in
                let grids = record.grids.map(\.visibleLine).joined(separator: ", ")
                return "\(record.name.visibleLine) serves " + (grids.isEmpty ? "no grid.\n" : "\(grids).\n")
            }
        }
    }
}
