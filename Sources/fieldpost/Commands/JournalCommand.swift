import ArgumentParser
import FieldpostClient
import FieldpostCore
import Foundation

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Shows the entries of this node's journal.",
        discussion: ExitStatus.table, subcommands: [Tail.self], defaultSubcommand: Tail.self)

    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the newest entries in order of arrival, one a line, and goes on with --follow.",
            discussion: """
                Each line has the time, the dot of the entry (node/incarnation:seq), the author, what it does, the \
                report, and which fields it sets. The values are left out without --values. What concerns no report \
                (settings, incidents, what administrators did) is shown too.

                EXAMPLE
                  fieldpost journal tail -n 50 --grid 10014 --follow

                \(ExitStatus.table)
                """)

        @Option(name: [.customShort("n"), .long], help: "How many lines at most, before those of --follow.")
        var lines = 20
        @Flag(help: "Wait for more until interrupted.") var follow = false
        @Option(help: "Only reports in this grid.") var grid: String?
        @Option(help: "Only entries of this report.") var report: String?
        @Option(help: "Only entries of this node: the first digits of its NodeID.") var node: String?
        @Option(help: "Only these kinds, separated by commas: created, changed, note, step, attachment, …")
        var kind: String?
        @Option(help: "Only entries made at this time or later, such as 2026-11-30T08:00:00+08:00.") var since: String?
        @Flag(help: "Print the values of fields too.") var values = false
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print one JSON object a line.") var json = false

        func validate() throws {
            guard (1...Limits.pageChanges).contains(lines) else {
                throw ValidationError("-n must be a number from 1 to \(Limits.pageChanges).")
            }
            if let report { _ = try ReportArgument.id(report) }
        }

        func run() async throws {
            guard follow else {
                _ = try await newest()
                return
            }
            try await Interruption.untilStopped { try await self.goOn(from: try await self.newest()) }
        }

        /// Prints the newest lines, and returns the cursor after them.
        private func newest() async throws -> String {
            let client = try daemon.client()
            let conditions = [
                ("limit", "\(lines)"), ("grid", grid), ("report", report), ("node", node), ("kind", kind),
                ("since", since),
            ]
            return try await DaemonOptions.explaining { () throws(ClientError) in
                var cursor = "now"
                try await client.journalTail(conditions) { line, _ in
                    guard line["type"]?.text == "cursor" else { return print(line) }
                    cursor = line["cursor"]?.text ?? cursor
                    if line["more"]?.boolean == true {
                        TTY.writeError("The search took too long, so older lines may be missing. Ask for fewer.\n")
                    }
                }
                return cursor
            }
        }

        private func goOn(from start: String) async throws {
            let client = try daemon.client()
            var cursor = start
            while true {
                let conditions = [("since", cursor), ("grid", grid), ("report", report), ("kind", kind)]
                cursor = try await DaemonOptions.explaining { () throws(ClientError) in
                    var end = cursor
                    try await client.changes(conditions, waits: true) { line, _ in
                        end = line["cursor"]?.text ?? end
                        if line["type"]?.text != "cursor", JournalText.isWritten(line, by: node) { print(line) }
                    }
                    return end
                }
            }
        }

        private func print(_ line: JSONValue) {
            let text =
                json
                ? (try? JournalText.lean(line, withValues: values).encoded().visibleJSON) ?? ""
                : JournalText.line(line, withValues: values)
            TTY.write(text + "\n")
        }
    }
}
