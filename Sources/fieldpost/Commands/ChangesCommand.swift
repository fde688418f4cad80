import ArgumentParser
import FieldpostClient
import FieldpostCore
import Foundation

struct ChangesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: "Shows what happened at a node, in the order in which it happened there.",
        discussion: """
            New reports, edits, notes, steps and photos, deadlines, conflicts; through the admin socket also settings, \
            incidents and what administrators did. Each line of `--json` has the cursor after it: give the last one to \
            `--since` to go on there. After the node was restored from a copy, a line of type `reset` says that \
            earlier cursors count no longer.

            \(ExitStatus.table)
            """)

    @Option(help: "A cursor, 0 for all that is known here, or now.") var since = "0"
    @Flag(help: "Wait for more until interrupted.") var follow = false
    @Option(help: "Only these kinds, separated by commas: created, changed, note, step, overdue, …") var kind: String?
    @Option(help: "Only changes of this report.") var report: String?
    @Option(help: "Only reports in this grid.") var grid: String?
    @Option(help: "Only reports of this category.") var category: String?
    @Option(help: "Only reports of this department.") var department: String?
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print each line as the node wrote it.") var json = false

    func validate() throws { if let report { _ = try ReportArgument.id(report) } }

    func run() async throws {
        let client = try node.client()
        var cursor = since
        var hasMore = true
        while hasMore || follow {
            let conditions = [
                ("since", cursor), ("kind", kind), ("report", report), ("grid", grid), ("category", category),
                ("department", department),
            ]
            let isWaiting = follow
            (cursor, hasMore) = try await node.explaining { () throws(ClientError) in
                var end = (cursor: cursor, hasMore: false)
                try await client.changes(conditions, waits: isWaiting) { line, text in
                    end.cursor = line["cursor"]?.text ?? end.cursor
                    if line["type"]?.text == "cursor" {
                        end.hasMore = line["more"]?.boolean == true
                        return
                    }
                    TTY.write(
                        json
                            ? String(decoding: text, as: UTF8.self).visibleJSON + "\n" : Self.text(line) + "\n")
                }
                return end
            }
        }
        if !json { TTY.write("To go on from here: --since \(cursor.visibleLine)\n") }
    }

    private static func text(_ line: JSONValue) -> String {
        if line["type"]?.text == "reset" { return "! \((line["detail"]?.text ?? "").visibleLine)" }
        let kinds = (line["kinds"]?.list ?? []).compactMap(\.text).joined(separator: ",")
        let time = line["corrected_at"]?.text ?? line["at"]?.text ?? line["raised_at"]?.text ?? ""
        let steps = (line["steps"]?.list ?? []).compactMap(\.text).joined(separator: ",")
        let what = line["text"]?.text ?? line["setting"]?.text ?? line["fields"]?["text"]?.text ?? ""
        let parts = [time, kinds, line["report"]?.text ?? "", line["author"]?.text ?? "", steps, what]
        return parts.filter { !$0.isEmpty }.map(\.visibleLine).joined(separator: "  ")
    }
}
