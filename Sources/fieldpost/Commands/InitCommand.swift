import ArgumentParser
import FieldpostCore
import Foundation

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes what a node needs to start: its directory, its key, and a commented configuration file.",
        discussion: ExitStatus.table(
            below: "What is there already stays as it is, so it is safe to run again."))

    enum RoleArgument: String, ExpressibleByArgument, CaseIterable {
        case gateway, central

        var role: Role { self == .gateway ? .gateway : .central }
    }

    @Argument(help: "What the node is to be: gateway or central.") var role: RoleArgument
    @Option(help: "Where it keeps its key and journal. Default: \(Setting.standardStateDirectory).")
    var stateDirectory: String?
    /// What `--state-directory` was called before.
    @Option(help: .hidden) var directory: String?
    @Option(name: .customLong("configuration"), help: "The file to write. Default: ROLE.yaml in the directory.")
    var configurationFile: String?
    @Option(help: "What people call this node.") var name: String?
    @Option(help: "The grids that a gateway serves; may be repeated, or separated by commas.") var grids: [String] = []
    @Option(help: "Nodes to dial, as host:port; may be repeated.") var dial: [String] = []
    @Option(help: "Where nodes may dial in, as host:port.") var listen: String?
    @Option(help: "Where the HTTP API listens, as host:port.") var http: String?
    @Flag(help: "Speak plain TCP with other nodes instead of TLS.") var insecure = false

    func validate() throws {
        guard directory == nil || stateDirectory == nil else {
            throw ValidationError("--directory is an old name of --state-directory. Give one of them.")
        }
    }

    func run() throws {
        // A daemon may be started from anywhere, so the file names its directory in full.
        let directory = URL(
            fileURLWithPath: stateDirectory ?? self.directory ?? Setting.standardStateDirectory
        ).path
        let plan = NodeSetup(
            role: role.role, directory: directory, file: configurationFile ?? "\(directory)/\(role.rawValue).yaml",
            flags: ConfigurationLayer(flags: [
                (.name, name.map { [$0] }), (.stateDirectory, [directory]), (.http, http.map { [$0] }),
                (.listen, listen.map { [$0] }), (.dial, dial.isEmpty ? nil : dial),
                (.grids, grids.isEmpty ? nil : grids), (.insecure, insecure ? ["true"] : nil),
            ]))
        TTY.write(try plan.carryOut().joined(separator: "\n").visibleLines + "\n")
    }
}
