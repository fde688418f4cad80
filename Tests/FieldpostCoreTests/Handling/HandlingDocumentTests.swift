import Foundation
import Testing

@testable import FieldpostCore

/// Sections 3 and 4 of Protocol/HANDLING.md say what the code does.
struct HandlingDocumentTests {
    let document: String

    init() throws {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let whole = try String(contentsOf: root.appending(path: "Protocol/HANDLING.md"), encoding: .utf8)
        document = String(whole[try #require(whole.firstRange(of: "## 3. Deadlines")).lowerBound...])
    }

    private func rows(cells: Int, startingWith first: String) -> [[String]] {
        document.split(separator: "\n").filter { $0.hasPrefix("| " + first) }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }.filter { $0.count == cells }
    }

    @Test func `it lists every count with its name and rule, and every formula of the built-in table`() {
        let counts = CaseCount.allCases.map { ["`\($0.code)`", $0.chinese, $0.rule] }
        #expect(rows(cells: 3, startingWith: "`") == counts)
        let indicators = IndicatorTable.standard.indicators
        let formulas = indicators.map { ["`\($0.code)`", $0.chinese, "`\($0.formula.text)`", $0.source] }
        let kinds = HandlingLimit.Kind.allCases.map { "`\($0.rawValue)`" }
        let tables = rows(cells: 4, startingWith: "`")
        #expect(tables.filter { !kinds.contains($0[0]) } == formulas)
        #expect(tables.filter { kinds.contains($0[0]) }.map { $0[0] } == kinds)
        for (row, kind) in zip(tables, HandlingLimit.Kind.allCases) {
            let most = kind.amounts.upperBound == Limits.handlingHours ? "8,784" : "3,660"
            #expect(row[1] == kind.chinese && row[2] == "1 to \(most)")
        }
        #expect(Limits.handlingHours == 8_784 && Limits.handlingDays == 3_660)
    }

    @Test func `its examples of due times are right`() throws {
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        var seen = 0
        for cells in days.flatMap({ rows(cells: 3, startingWith: $0) }) {
            let start = try #require(cells[0].firstMatch(of: /(\w{3}) (\S+) (\d\d:\d\d)/))
            let limit = try limit(cells[1].trimmingCharacters(in: ["`"]))
            let due = limit.due(start: shanghai("\(start.2) \(start.3)"), calendar: .standard)
            #expect(days[try #require(CivilDay(text: start.2)).weekday - 1] == start.1)
            // The end of a day is shown as 24:00.
            let time = CivilTime(milliseconds: due.milliseconds - 1)
            let minute = time.minuteOfDay + 1
            let clock = "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
            let written = try #require(cells[2].firstMatch(of: /^(?:(\w{3}) )?(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d)/))
            #expect(written.3 == clock, "\(cells)")
            if let weekday = written.1 { #expect(days[time.day.weekday - 1] == weekday, "\(cells)") }
            if let date = written.2 { #expect("\(time.day)" == date, "\(cells)") }
            seen += 1
        }
        #expect(seen == 7)
    }
}
