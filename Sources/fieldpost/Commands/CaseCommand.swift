import ArgumentParser
import FieldpostClient
import FieldpostCore

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "Shows how a report is handled: where it stands, what is disputed, and what can be done next.",
        discussion: ExitStatus.table)

    @Argument(help: "The report's id (a UUID).") var report: String
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws { _ = try ReportArgument.id(report) }

    func run() async throws {
        let id = try ReportArgument.id(report)
        let client = try node.client()
        let answer = try await node.explaining { () throws(ClientError) in try await client.handling(of: id) }
        TTY.write(json ? try answer.encoded(isPretty: true).visibleJSON + "\n" : CaseText.text(answer))
    }
}

struct StepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Takes a step of handling: accept, dispatch, give feedback, close and so on.",
        discussion: """
            The steps, and what each needs:

            \(Self.steps)

            The answer shows the case after the step. A step that is not possible where the case stands changes \
            nothing.

            \(ExitStatus.table)
            """)

    @Argument(help: "The report's id (a UUID).") var report: String
    @Argument(help: "The code of the step, such as dispatched.") var step: String
    @Option(help: "Why. Staff see it.") var reason: String?
    @Flag(name: .customLong("public"), help: "The reporter may see the reason too.") var isPublic = false
    @Option(help: "The department that the case is passed to.") var department: String?
    @Option(help: "The person or group that takes it.") var assignee: String?
    @Option(help: "The condition under which the case is filed.") var condition: String?
    @Option(help: "The time allowed.") var limit: String?
    @Option(help: "The new deadline, or the day to look again, as in 2026-12-01T18:00:00+08:00.") var until: String?
    @Option(help: "The id of the report that this one joins.") var original: String?
    @Option(help: "Who takes the step.") var author: String?
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    private static let steps = Workflow.standard.stages.map { stage in
        let needs = Workflow.Need.allCases.filter(stage.needs.contains).map { "--\($0.rawValue)" }
        return (["  \(stage.code)", stage.chinese] + needs).joined(separator: " ")
    }.joined(separator: "\n")

    func validate() throws {
        _ = try ReportArgument.id(report)
        guard Workflow.standard[step] != nil else {
            throw ValidationError("\"\(step)\" is not a step. `fieldpost step --help` lists them.")
        }
    }

    func run() async throws {
        let id = try ReportArgument.id(report)
        let client = try node.client()
        let given = [
            ("reason", reason), ("department", department), ("assignee", assignee), ("condition", condition),
            ("limit", limit), ("until", until), ("original", original), ("author", author),
        ]
        var members: [String: JSONValue] = ["step": .text(step)]
        for (name, value) in given { if let value { members[name] = .text(value) } }
        if isPublic { members["audience"] = .text(Audience.everyone.name) }
        let edit = ReportEdit(fields: members)
        let answer = try await node.explaining { () throws(ClientError) in
            _ = try await client.step(id, edit)
            return try await client.handling(of: id)
        }
        TTY.write(json ? try answer.encoded(isPretty: true).visibleJSON + "\n" : CaseText.text(answer))
    }
}
