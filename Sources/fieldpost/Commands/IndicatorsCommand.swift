import ArgumentParser
import FieldpostClient
import FieldpostCore
import Foundation

struct IndicatorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicators",
        abstract:
            "Shows figures of handling for a period: shares of cases that were closed on time, sent back and so on.",
        discussion: """
            The node reads all reports that it keeps. Only what has passed of the period is counted. \
            Protocol/HANDLING.md has the counts and formulas.

            \(ExitStatus.table)
            """)

    @Option(help: "A year, a month, a day, or two days with a slash, as in 2026-11. Default: this month.")
    var period: String?
    @Option(help: "Also for each department, group or grid.") var by: String?
    @Option(help: "List the cases of a count, such as closed_late.") var cases: String?
    @Option(help: "With --cases and --by: only the cases with this name. Empty: those without one.") var name: String?
    @Option(help: "With --cases: continue where the page before ended.") var cursor: String?
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func validate() throws {
        if let period, IndicatorPeriod(text: period) == nil {
            throw ValidationError("\"\(period)\" is not a period. Write it like 2026, 2026-11 or 2026-11-30.")
        }
        if let by, IndicatorEvaluation.Dimension(code: by) == nil {
            throw ValidationError("--by takes department, group or grid, not \"\(by)\".")
        }
        if let cases, CaseCount(code: cases) == nil {
            let codes = CaseCount.allCases.map(\.code).joined(separator: ", ")
            throw ValidationError("\"\(cases)\" is not a count. The counts are: \(codes).")
        }
        guard name == nil || by != nil && cases != nil else { throw ValidationError("--name needs --by and --cases.") }
        guard cursor == nil || cases != nil else { throw ValidationError("--cursor needs --cases.") }
    }

    func run() async throws {
        let client = try node.client()
        let asked = [
            ("period", period ?? Self.month), ("by", by), ("cases", cases), ("name", name), ("cursor", cursor),
        ]
        let answer = try await node.explaining { () throws(ClientError) in try await client.indicators(asked) }
        guard !json else { return TTY.write(try answer.encoded(isPretty: true).visibleJSON + "\n") }
        TTY.write(cases == nil ? IndicatorsText.figures(answer) : IndicatorsText.cases(answer))
    }

    /// This month in Asia/Shanghai.
    private static var month: String {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        return String(CivilTime(milliseconds: now).day.description.prefix(7))
    }
}
