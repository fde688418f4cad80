import Foundation
import Glibc
import Synchronization

/// The figures of a run: lines of JSON in a file, and a table.
final class Results: Sendable {
    private struct Row {
        let part: String
        let what: String
        let figure: String
        let unit: String
        let target: String
    }

    private let rows = Mutex<[Row]>([])
    private let failures = Mutex(false)
    private let file: String?
    private let binary: String

    init(file: String?, binary: String) {
        self.file = file
        self.binary = binary
    }

    var hasFailures: Bool { failures.withLock { $0 } }

    /// `target`: as in Protocol/PERFORMANCE.md; empty without one. `remark`: stands in its place.
    func record(
        _ part: String, _ what: String, _ value: Double, _ unit: String, target: String = "", remark: String = ""
    ) {
        let row = Row(
            part: part, what: what, figure: Self.text(value), unit: unit, target: target.isEmpty ? remark : target)
        rows.withLock { $0.append(row) }
        Log.say("\(part): \(what): \(row.figure) \(unit)\(target.isEmpty ? "" : " (target \(target))")")
        append([
            "part": part, "what": what, "value": value, "unit": unit, "target": target, "remark": remark,
            "binary": binary, "time": Int(time(nil)),
        ])
    }

    /// Something that has no figure: why a part was skipped, or what failed.
    func note(_ part: String, _ text: String) {
        if text.hasPrefix("failed") { failures.withLock { $0 = true } }
        rows.withLock { $0.append(Row(part: part, what: text, figure: "", unit: "", target: "")) }
        Log.say("\(part): \(text)")
        append(["part": part, "note": text, "binary": binary, "time": Int(time(nil))])
    }

    var table: String {
        let rows = rows.withLock { $0 }
        let lines =
            [["part", "what", "figure", "unit", "target"]]
            + rows.map { [$0.part, $0.what, $0.figure, $0.unit, $0.target] }
        let widths = (0..<5).map { column in
            rows.isEmpty ? 0 : lines.filter { !$0[2].isEmpty }.map { $0[column].count }.max() ?? 0
        }
        return lines.map { cells in
            let padded = cells.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return column == 2 ? gap + cell : cell + gap
            }
            return padded.joined(separator: "  ").trimmingSuffix(" ") + "\n"
        }.joined()
    }

    /// Three significant digits, and whole numbers from 100.
    static func text(_ value: Double) -> String {
        if value == 0 { return "0" }
        if abs(value) >= 100 { return String(Int(value.rounded())) }
        let digits = abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        return String(format: "%.\(digits)f", value)
    }

    private func append(_ members: [String: any Sendable]) {
        guard let file, let data = try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys]),
            let output = fopen(file, "a")
        else { return }
        fputs(String(decoding: data, as: UTF8.self) + "\n", output)
        fclose(output)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}
