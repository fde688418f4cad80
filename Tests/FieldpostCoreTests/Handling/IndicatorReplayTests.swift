import Foundation
import Testing

@testable import FieldpostCore

/// Rows of real or generated events say whether each was closed in time. Times of closing are made up that yield this,
/// through timers with pauses and extensions; the indicators must give the rates that a count of the rows gives.
struct IndicatorReplayTests {
    struct Row {
        let reported: Int64
        let department: String
        let kind: String
        /// Nil when the file does not say.
        let isOnTime: Bool?
    }

    static let folder = ProcessInfo.processInfo.environment["FIELDPOST_TEST_DATA"]

    static func pingshan(_ folder: String) throws -> [Row] {
        let text = try String(contentsOfFile: "\(folder)/pingshan_2018.csv", encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let columns = try #require(lines.first).map { $0.trimmingCharacters(in: ["\u{FEFF}"]) }
        func column(_ name: String) throws -> Int { try #require(columns.firstIndex(of: name)) }
        let (time, department) = (try column("CREATE_TIME"), try column("DISPOSE_UNIT_NAME"))
        let (kind, late) = (try column("SUB_TYPE_ID"), try column("OVERTIME_ARCHIVE_NUM"))
        let onTime = try column("INTIME_ARCHIVE_NUM")
        return try lines.dropFirst().map { cells in
            try #require(cells.count == columns.count)
            let flags = (String(cells[late]), String(cells[onTime]))
            return Row(
                reported: shanghai(String(cells[time])), department: String(cells[department]),
                kind: String(cells[kind]),
                isOnTime: flags == ("0", "1") ? true : flags == ("1", "0") ? false : nil)
        }
    }

    /// As in the real file: many departments, of which some are small, a tenth late, a few rows that say nothing.
    static func generated(using generator: inout SeededGenerator) -> [Row] {
        (0..<3_000).map { number in
            let department = Int(generator.next() % 40 * (generator.next() % 3)) + 1
            return Row(
                reported: .randomStart(using: &generator, from: "2018-02-08", to: "2018-10-31"),
                department: "处置单位\(department)", kind: "\(generator.next() % 90)",
                isOnTime: number % 1_400 == 9 ? nil : generator.next() % 10 != 0)
        }
    }

    /// A case that ended as its row says.
    static func facts(_ row: Row, number: Int, using generator: inout SeededGenerator) throws -> CaseFacts {
        var facts = CaseFacts(id: ReportID(UInt128(number)), reported: row.reported)
        facts.department = row.department
        let start = Instant(milliseconds: row.reported, uncertaintyMilliseconds: generator.next() % 30_000)
        facts.filing = CaseFacts.Step(done: start)
        guard let isOnTime = row.isOnTime else { return facts }
        var seed = SeededGenerator(seed: row.kind.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        let limit = HandlingLimit.random(using: &seed)
        func span(_ most: Int64) -> Int64 { Int64.random(in: 0...most, using: &generator) }
        var events: [StageTimer.Event] = []
        let from = row.reported + span(86_400_000)
        if generator.next() % 4 == 0 { events.append(.paused(from: from, until: from + span(9 * 86_400_000))) }
        let extended = row.reported + span(3 * 86_400_000)
        if generator.next() % 5 == 0 {
            events.append(
                .extended(at: Instant(milliseconds: extended), to: extended + span(20 * 86_400_000), until: nil))
            facts.extensions = 1
        }
        func timer() -> StageTimer {
            StageTimer(start: start, limit: limit, calendar: .standard, events: events, now: .max)
        }
        let deadline = timer().deadline
        let earliest = facts.extensions > 0 ? min(extended, deadline) : row.reported
        let uncertainty = generator.next() % 30_000
        let closed =
            isOnTime
            ? Int64.random(in: earliest...deadline, using: &generator)
            : deadline + Int64(start.uncertaintyMilliseconds + uncertainty) + 1 + span(30 * 86_400_000)
        events.append(.finished(at: Instant(milliseconds: closed, uncertaintyMilliseconds: uncertainty)))
        facts.closing = CaseFacts.Step(timer())
        return facts
    }

    /// The rate of the rows of each department, and of all under "": in time, late.
    static func plain(_ rows: [Row]) -> [String: (onTime: Int, late: Int)] {
        rows.reduce(into: [:]) { counts, row in
            for name in ["", row.department] {
                counts[name, default: (0, 0)].onTime += row.isOnTime == true ? 1 : 0
                counts[name, default: (0, 0)].late += row.isOnTime == false ? 1 : 0
            }
        }
    }

    static func check(_ rows: [Row]) throws {
        var generator = SeededGenerator(seed: 2018)
        let year = IndicatorPeriod(start: shanghai("2018-01-01 00:00"), end: .max)
        let months = try (1...12).map { month in
            let first = try #require(CivilDay(year: 2018, month: month, day: 1))
            let last = CivilDay(year: month < 12 ? 2018 : 2019, month: month % 12 + 1, day: 1)
            return IndicatorPeriod(days: first...(try #require(last)).advanced(by: -1))
        }
        let later = IndicatorPeriod(start: try #require(months.last).end, end: .max)
        var evaluation = try #require(IndicatorEvaluation(periods: [year] + months + [later], now: .max))
        for (number, row) in rows.enumerated() { evaluation.add(try facts(row, number: number, using: &generator)) }

        let indicator = try #require(IndicatorTable.standard["closing_on_time_rate"])
        let counts = plain(rows)
        for (name, expected) in counts {
            let scope: IndicatorEvaluation.Scope = name.isEmpty ? .all : .named(.department, name)
            func count(_ count: CaseCount, in period: Int = 0) -> Int { evaluation.count(count, of: scope, in: period) }
            #expect(count(.closedOnTime) == expected.onTime && count(.closedLate) == expected.late, "\(name)")
            #expect(count(.closingDue) == expected.onTime + expected.late, "\(name)")
            let due = expected.onTime + expected.late
            #expect(
                evaluation.value(indicator, of: scope, in: 0)
                    == (due == 0 ? nil : Double(expected.onTime) / Double(due)))
            for one in [CaseCount.reported, .filed, .closingDue, .closedOnTime] {
                #expect(
                    (1...13).reduce(0) { $0 + count(one, in: $1) } == count(one), "\(name): \(one.code) of all months")
            }
        }
        #expect(
            evaluation.scopes.count { if case .named(.department, _) = $0 { true } else { false } } == counts.count - 1)
        #expect(evaluation.count(.filed, of: .all, in: 0) == rows.count)
    }

    @Test(.enabled(if: folder != nil, "needs FIELDPOST_TEST_DATA"))
    func `the real events of Pingshan give their own rate of closing on time, in all and for each department`() throws {
        let rows = try Self.pingshan(#require(Self.folder))
        let all = try #require(Self.plain(rows)[""])
        // Counted by hand: two rows have "-" for both.
        #expect(rows.count == 6_945 && all == (6_230, 713) && rows.count { $0.isOnTime == nil } == 2)
        try Self.check(rows)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `generated events give the rates of a plain count`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        try Self.check(Self.generated(using: &generator))
    }
}
