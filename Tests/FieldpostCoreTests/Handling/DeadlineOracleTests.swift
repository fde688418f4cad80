import Foundation
import TestKit
import Testing

@testable import FieldpostCore

/// Another implementation, in Python and on the package chinesecalendar of PyPI, gives the same due times.
struct DeadlineOracleTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "deadlines.py")
        .path

    /// Its answers to some lines of questions; nil when the package cannot be had, which the log says.
    private static func answers(to questions: [String]) throws -> [String]? {
        let place = FileManager.default.temporaryDirectory.appending(path: "fieldpost-oracle-\(UUID())").path
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let (status, text) = try Tool.shell(
            "python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check chinesecalendar",
            in: place)
        guard status == 0 else {
            FileHandle.standardError.write(Data("skipped: chinesecalendar cannot be installed: \(text)\n".utf8))
            return nil
        }
        try Data(questions.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: place + "/questions"))
        // The published vectors are what it makes.
        let made = try Tool.shell("venv/bin/python3 '\(script)' --vectors", in: place)
        #expect(made.1 == (try String(contentsOf: DeadlineVectorTests.file, encoding: .utf8)))
        let (end, output) = try Tool.shell("venv/bin/python3 '\(script)' <questions", in: place)
        try #require(end == 0, "\(output.suffix(2000))")
        return output.split(separator: "\n").map(String.init)
    }

    @Test func `another implementation gives the same due times, office minutes and working days for 2018 to 2026`()
        throws
    {
        var generator = SeededGenerator(seed: 20_180_208)
        var questions: [String] = []
        var expected: [(String, String)] = []
        func ask(_ question: String, _ answer: some CustomStringConvertible, _ words: @autoclosure () -> String) {
            questions.append(question)
            expected.append((answer.description, words()))
        }
        let calendar = WorkCalendar.standard
        for number in calendar.known.lowerBound.number...calendar.known.upperBound.number {
            let day = CivilDay(number: number)
            ask("day\t\(day)", calendar.isWorkingDay(day) ? 1 : 0, "\(day)")
        }
        for _ in 0..<12_000 {
            let limit = HandlingLimit.random(using: &generator)
            let start = Int64.randomStart(using: &generator, to: "2026-10-31")
            let due = limit.due(start: start, calendar: calendar)
            // The package knows no later years, and Python's count of a long limit is slow.
            guard !due.isBeyondCalendar, limit.amount < 400 else { continue }
            ask(
                "due\t\(start)\t\(limit.kind.rawValue)\t\(limit.amount)", due.milliseconds,
                "\(limit) from \(shanghaiText(start))")
        }
        for _ in 0..<2_000 {
            let start = Int64.randomStart(using: &generator, to: "2026-10-31")
            let end = start + Int64.random(in: 0...40 * 86_400_000, using: &generator)
            ask("minutes\t\(start)\t\(end)", calendar.officeMinutes(from: start, to: end), shanghaiText(start))
        }
        guard let answers = try Self.answers(to: questions) else { return }
        try #require(answers.count == questions.count && questions.count > 15_000)
        let wrong = zip(answers, expected).filter { $0 != $1.0 }
        #expect(wrong.isEmpty, "\(wrong.count) differ: \(wrong.prefix(5).map { "\($1.1): \($1.0), not \($0)" })")
    }
}
