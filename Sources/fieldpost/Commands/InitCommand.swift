import ArgumentParser
import FieldpostCore
import Foundation

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Creates what a node needs to start: its directory, its key, and a commented configuration file.",
        discussion: ExitStatus.table(
            below: "Existing files are not changed, so it is safe to run this command again."))

    enum RoleArgument: String, ExpressibleByArgument, CaseIterable {
        case gateway, central

        var role: Role { self == .gateway ? .gateway : .central }
    }

    @Argument(help: "The node's role: gateway or central.") var role: RoleArgument
    @Option(help: "The directory for the key and the journal. Default: \(Setting.standardStateDirectory).")
    var stateDirectory: String?
    /// The old name of `--state-directory`.
    @Option(help: .hidden) var directory: String?
    @Option(name: .customLong("configuration"), help: "The file to write. Default: ROLE.yaml in the directory.")
    var configurationFile: String?
    @Option(help: "The node's name.") var name: String?
    @Option(help: "The grids that a gateway serves. May be repeated, or separated by commas.") var grids: [String] = []
    @Option(help: "A node to connect to, as host:port. May be repeated.") var dial: [String] = []
    @Option(help: "The address on which this node accepts other nodes, as host:port.") var listen: String?
    @Option(help: "The address of the HTTP API, as host:port.") var http: String?
    @Flag(help: "Use plain TCP instead of TLS with other nodes.") var insecure = false

    func validate() throws {
        guard directory == nil || stateDirectory == nil else {
            throw ValidationError("--directory is the old name of --state-directory. Use only one of them.")
        }
    }

    func run() throws {
        // A daemon may start from any directory, so the file contains the full path.
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
