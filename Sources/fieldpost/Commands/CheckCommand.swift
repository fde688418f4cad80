import ArgumentParser
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import Logging

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the configuration of a node, and what it names, without starting or changing anything.",
        discussion: ExitStatus.table(
            below: """
                It reads the same flags, variables and file as `fieldpost gateway` and `fieldpost central`, and names \
                every error with its line. It also reads the files of TLS and of the pages and the key, and looks up \
                the addresses. Example:

                  fieldpost check gateway --configuration /etc/fieldpost/gateway.yaml
                """))

    @Argument(help: "The role of the node: gateway or central.") var role: InitCommand.RoleArgument
    @OptionGroup var options: NodeOptions

    func run() async throws {
        let configuration = try options.configuration(role.role)
        // What it would warn of is in the output.
        let logger = Logger(label: "fieldpost") { LogOutput(label: $0) }
        try NodeHost.check(configuration.settings, logger: logger)
        for warning in configuration.warnings { TTY.writeError("warning: \(warning)\n") }
        let settings = configuration.settings
        TTY.write(
            "The configuration of the \(role.role.name) \(settings.name.visibleLine) is valid. Its state directory is "
                + "\(settings.stateDirectory.visibleLine).\n")
    }
}
