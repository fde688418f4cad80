import ArgumentParser
import FieldpostClient
import FieldpostCore

struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Lists what waits for whom, the most urgent first.",
        discussion: """
            Open cases, by their deadline, and then reports that nobody has accepted yet. `!` marks a case that is \
            overdue, `~` one that is due soon, and `?` one about which people disagree: `fieldpost case` shows why.

            \(ExitStatus.table)
            """)

    @Option(help: "Only tasks of reports with this text.") var text: String?
    @Option(help: "Only tasks that this person took or was given.") var person: String?
    @Option(help: "Only tasks of this department.") var department: String?
    @Option(help: "Only tasks of this work group: collector, handler or dispatcher.") var group: String?
    @Option(help: "Only tasks in this grid.") var grid: String?
    @Option(help: "Only cases at this stage, such as feedback.") var stage: String?
    @Flag(help: "Only cases that are overdue.") var overdue = false
    @Flag(help: "Only cases about which people disagree.") var conflict = false
    @Option(help: "How many at most.") var limit = Limits.pageReportsDefault
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws { try ListLimit.check(limit) }

    func run() async throws {
        let client = try node.client()
        let conditions = [
            ("limit", "\(limit)"), ("text", text), ("person", person), ("department", department), ("group", group),
            ("grid", grid), ("stage", stage), ("overdue", overdue ? "true" : nil),
            ("conflict", conflict ? "true" : nil),
        ]
        let answer = try await node.explaining { () throws(ClientError) in try await client.tasks(conditions) }
        TTY.write(json ? try answer.encoded(isPretty: true).visibleJSON + "\n" : CaseListText.tasks(answer))
    }
}

struct CasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "Lists and finds reports, with the stage that they have reached, newest first.",
        discussion: """
            Ended cases too. `fieldpost tasks` lists what waits for whom, and `fieldpost case` shows one case. `?` \
            marks a report with values in conflict.

            `--text` looks into the text shown, notes, reasons of steps, the name of the category, the grid and the \
            department. A report must have all parts of it, in any order. Chinese is found from one character on, \
            other words by their beginning: `--text '井盖 三单元 aq'`.

            \(ExitStatus.table)
            """, aliases: ["reports"])

    @Option(help: "Only reports with this text.") var text: String?
    @Option(help: "Only cases that this person took or was given.") var person: String?
    @Flag(help: "Only open cases that are overdue.") var overdue = false
    @Option(help: "Only reports captured at this time or later, such as 2026-11-30T08:00:00+08:00.") var since: String?
    @Option(help: "Only reports captured at this time or earlier.") var until: String?
    @Option(help: "Only cases at this stage, such as closed.") var stage: String?
    @Option(help: "Only cases of this department.") var department: String?
    @Option(help: "Only cases in this grid.") var grid: String?
    @Option(help: "Only cases of this category.") var category: String?
    @Option(help: "Only reports of this channel: terminal, suishoupai or sensor.") var channel: String?
    @Flag(help: "Only reports with values in conflict.") var conflict = false
    @Option(help: "How many at most.") var limit = Limits.pageReportsDefault
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws { try ListLimit.check(limit) }

    func run() async throws {
        let client = try node.client()
        let conditions = [
            ("text", text), ("person", person), ("overdue", overdue ? "true" : nil), ("since", since),
            ("until", until), ("stage", stage), ("department", department), ("grid", grid), ("category", category),
            ("channel", channel), ("conflict", conflict ? "true" : nil),
        ]
        let answer = try await node.explaining { () throws(ClientError) in
            try await client.reports(conditions, upTo: limit)
        }
        TTY.write(json ? try answer.encoded(isPretty: true).visibleJSON + "\n" : CaseListText.cases(answer))
    }
}

struct TakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take",
        abstract: "Takes a task: says that a person deals with it now.",
        discussion: """
            Whoever takes it at the same time at another node is listed too, as soon as the nodes know of each other. \
            The answer shows the case.

            \(ExitStatus.table)
            """)

    @Argument(help: "The report's id (a UUID).") var report: String
    @Option(help: "Who takes it.") var person: String
    @Option(help: "Who says so, if it is somebody else.") var author: String?
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws { _ = try ReportArgument.id(report) }

    func run() async throws {
        let id = try ReportArgument.id(report)
        let client = try node.client()
        var members: [String: JSONValue] = ["step": .text("claimed"), "assignee": .text(person)]
        members["author"] = .text(author ?? person)
        let edit = ReportEdit(fields: members)
        let answer = try await node.explaining { () throws(ClientError) in
            _ = try await client.step(id, edit)
            return try await client.handling(of: id)
        }
        TTY.write(json ? try answer.encoded(isPretty: true).visibleJSON + "\n" : CaseText.text(answer))
    }
}

/// The number of lines of a list.
enum ListLimit {
    /// Throws `ValidationError`.
    static func check(_ limit: Int) throws {
        guard (1...Limits.pageReports).contains(limit) else {
            throw ValidationError("--limit must be a number from 1 to \(Limits.pageReports).")
        }
    }
}
