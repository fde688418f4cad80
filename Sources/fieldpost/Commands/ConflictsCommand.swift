import ArgumentParser
import FieldpostClient
import FieldpostCore

struct ConflictsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts",
        abstract: "Lists reports with values in conflict, shows the values side by side, and settles them.",
        discussion: """
            Two people changed one field and had not seen each other's change. Both values are kept until somebody \
            decides. `--take` keeps one of those that were shown, and `--set` writes another. The decision replaces \
            only what was shown: a value that came meanwhile stays beside it, and if the report has changed since \
            `--seen`, nothing is changed. A step settles the stage and the department: `fieldpost step`.

            EXAMPLES
              fieldpost conflicts --configuration /etc/fieldpost/central.yaml
              fieldpost conflicts REPORT-ID          # side by side, with a mark for --seen
              fieldpost conflicts REPORT-ID --seen 3f9a0c12 --take text=2 --author 王敏
              fieldpost conflicts REPORT-ID --set text='井盖缺失'

            \(ExitStatus.table)
            """)

    @Argument(help: "The report's id (a UUID). Without it: all reports in conflict.") var report: String?
    @Option(help: "Keep the Nth of the values shown, as FIELD=N. May be repeated; needs --seen.")
    var take: [String] = []
    @Option(help: "Write another value, as FIELD=VALUE; an empty one clears the field. May be repeated.")
    var set: [String] = []
    @Option(help: "The mark of the report as it was shown.") var seen: String?
    @Option(help: "Who decides.") var author: String?
    @Option(help: "How many reports at most.") var limit = Limits.pageReportsDefault
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws {
        try ListLimit.check(limit)
        if let report { _ = try ReportArgument.id(report) }
        let decision = try ConflictDecision(take: take, set: set)
        guard !decision.isEmpty else { return }
        guard report != nil else { throw ValidationError("--take and --set need the id of a report.") }
        guard take.isEmpty || seen != nil else {
            throw ValidationError(
                "--take needs --seen: N counts in the list that `fieldpost conflicts \(report ?? "REPORT-ID")` shows.")
        }
    }

    func run() async throws {
        let client = try node.client()
        guard let report else {
            let answer = try await node.explaining { () throws(ClientError) in
                try await client.reports([("conflict", "true")], upTo: limit)
            }
            TTY.write(json ? try answer.encoded(isPretty: true).visibleJSON + "\n" : ConflictsText.list(answer))
            return
        }
        let id = try ReportArgument.id(report)
        let decision = try ConflictDecision(take: take, set: set)
        var answer = try await node.explaining { () throws(ClientError) in try await client.report(id) }
        if !decision.isEmpty {
            if let seen, seen != ConflictDecision.mark(of: answer.version) {
                let mark = ConflictDecision.mark(of: answer.version)
                if !json { TTY.write(ConflictsText.text(answer.report, mark: mark)) }
                throw CommandFailure(
                    .incomplete,
                    "The report has changed since it was shown (--seen \(seen)). Nothing was changed. Look again, and "
                        + "decide by what it shows now.")
            }
            var members = try decision.members(for: answer.report)
            if let author { members["author"] = .text(author) }
            let edit = ReportEdit(fields: members, version: answer.version)
            answer = try await node.explaining { () throws(ClientError) in try await client.patch(id, edit) }
        }
        TTY.write(
            json
                ? try answer.report.encoded(isPretty: true).visibleJSON + "\n"
                : ConflictsText.text(answer.report, mark: ConflictDecision.mark(of: answer.version)))
    }
}
