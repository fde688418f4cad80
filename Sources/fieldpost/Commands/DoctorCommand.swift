import ArgumentParser
import FieldpostClient
import FieldpostNode
import Logging

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at everything around a node that an operator would look at, and says how to mend it.",
        discussion: ExitStatus.table(
            below: """
                It works whether the node runs or not, writes nothing to the journal, and leaves nothing behind. Run \
                it as root or as the node's user, with the flags, variables and file of the node. The exit status is \
                0 if all is well, 2 for warnings and 3 for faults. Example:

                  sudo fieldpost doctor gateway
                """))

    @Argument(help: "The role of the node: gateway or central.") var role: InitCommand.RoleArgument
    @OptionGroup var options: NodeOptions
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        var findings: [Finding] = []
        do throws(ConfigurationError) {
            let configuration = try options.configuration(role.role)
            findings = await Doctor(configuration: configuration).findings()
        } catch {
            let text = "\(error)".split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }
            findings = [
                .fault(
                    "configuration", text.joined(separator: " "),
                    mend: "correct it; `fieldpost check \(role.role.name)` reads it again")
            ]
        }
        TTY.write(json ? try DoctorText.object(findings).encoded().visibleJSON + "\n" : DoctorText.text(findings))
        switch findings.map(\.grade).max() ?? .ok {
        case .ok: return
        case .warning: throw ExitCode(ExitStatus.warnings.rawValue)
        case .fault: throw ExitCode(ExitStatus.faults.rawValue)
        }
    }
}
