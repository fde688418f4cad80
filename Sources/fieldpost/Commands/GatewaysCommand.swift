import ArgumentParser
import FieldpostAPI
import FieldpostClient

struct GatewaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateways", abstract: "At central: enrolls and revokes gateways, and sets their grids.",
        discussion: ExitStatus.table,
        subcommands: [
            List.self, Add.self, Approve.self, Reject.self, Revoke.self, Rename.self, Grids.self,
            AcceptCloneCommand.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists gateways that are enrolled, revoked or waiting for approval.",
            discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.gateways() }
            TTY.write(json ? answer.text.visibleJSON : GatewaysText.text(answer.value))
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
            TTY.write(json ? answer.text.visibleJSON : done(answer.value))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enrolls a gateway that central dials, and that therefore cannot ask.",
            discussion: "At the gateway, `fieldpost enroll --central-id` names this central node by its NodeID.\n\n"
                + ExitStatus.table)

        @Argument(help: "The gateway's NodeID: 64 hexadecimal digits, from `fieldpost status --json` there.")
        var node: String
        @Option(help: "The gateway's new name.") var name: String
        @Option(help: "The grids whose reports it may see, separated by commas.") var grids = ""
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.addGateway(node: node, name: name, grids: grids)
            }
            TTY.write(json ? answer.text.visibleJSON : "\(answer.value.name.visibleLine) is enrolled.\n")
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enrolls a gateway that waits, or one that was revoked.",
            discussion:
                "First compare the six words in the list with those that `fieldpost enroll` shows at the gateway.\n\n"
                + ExitStatus.table)

        @OptionGroup var target: Target

        func run() async throws {
            try await target.administer("approve") { "\($0.name.visibleLine) is enrolled.\n" }
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a waiting gateway from the list. It may ask again.", discussion: ExitStatus.table)

        @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.reject(gateway) }
            TTY.write("\(gateway.visibleLine) was removed from the list.\n")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses a gateway from now on. Reports that it sent are kept; new ones stay at the gateway.",
            discussion: ExitStatus.table)

        @OptionGroup var target: Target

        func run() async throws {
            try await target.administer("revoke") {
                "\($0.name.visibleLine) is revoked. Central refuses it from now on. "
                    + "`fieldpost gateways approve` enrolls it again.\n"
            }
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a gateway another name.", discussion: ExitStatus.table)

        @OptionGroup var target: Target
        @Option(help: "The new name.") var to: String

        func run() async throws {
            try await target.administer("change", [("name", to)]) { "Its name is now \($0.name.visibleLine).\n" }
        }
    }

    struct Grids: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replaces the grids whose reports a gateway may see.",
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
