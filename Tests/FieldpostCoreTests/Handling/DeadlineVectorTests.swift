import Foundation
import Testing

@testable import FieldpostCore

/// Protocol/vectors/deadlines.json, which another implementation made: see `DeadlineOracleTests`.
struct DeadlineVectorTests {
    struct Row: Decodable {
        let start: Int64
        let limit: String
        let due: Int64
        let from: String
        let until: String
    }

    static let file = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .appending(path: "Protocol/vectors/deadlines.json")

    @Test func `each limit is due when the published row says`() throws {
        let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: Self.file))
        #expect(rows.count > 300)
        for kind in HandlingLimit.Kind.allCases { #expect(rows.count { $0.limit.hasSuffix(kind.rawValue) } > 60) }
        for row in rows {
            let due = try limit(row.limit).due(start: row.start, calendar: .standard)
            #expect(due.milliseconds == row.due && !due.isBeyondCalendar, "\(row)")
            #expect(Self.text(row.start) == row.from && Self.text(row.due) == row.until, "\(row)")
        }
    }

    /// "2018-02-14T09:30:00.000+08:00"
    private static func text(_ milliseconds: Int64) -> String {
        let time = CivilTime(milliseconds: milliseconds)
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: count - text.count) + text
        }
        let (seconds, rest) = time.millisecondOfDay.quotientAndRemainder(dividingBy: 1000)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { digits($0, 2) }.joined(separator: ":")
        return "\(time.day)T\(clock).\(digits(rest, 3))+08:00"
    }
}
