import FieldpostClient
import FieldpostCore
import FieldpostWire
import Foundation

/// Reports as a city has them: the rows of the Pingshan events and the texts of citizens' messages in the directory
/// that `FIELDPOST_TEST_DATA` names, again and again. Without it, invented ones.
struct CityRows: Sendable {
    struct Row: Sendable {
        let category: String
        let grid: String
        let department: String
        let channel: String
    }

    let rows: [Row]
    let texts: [String]
    /// Whether they are those of the directory.
    let areReal: Bool

    /// Degrees: grids lie within 4 km of the middle, points within 600 m of their grid's.
    private static let (middle, gridSpread, pointSpread) = ((22.634, 114.070), 0.036, 0.0055)

    init() {
        let folder = ProcessInfo.processInfo.environment["FIELDPOST_TEST_DATA"]
        if let folder, let (rows, texts) = Self.read(folder), !rows.isEmpty, !texts.isEmpty {
            (self.rows, self.texts, areReal) = (rows, texts, true)
            return
        }
        let reports = BenchReports.make(count: 7000, seed: 41)
        rows = reports.enumerated().map { number, report in
            func text(_ field: FieldName) -> String {
                if case .text(let text)? = report.fields[field.rawValue] { text } else { "" }
            }
            return Row(
                category: text(.category), grid: text(.grid), department: "部门\(number % 60)", channel: text(.channel))
        }
        texts = reports.compactMap { report in
            if case .text(let text)? = report.fields[FieldName.text.rawValue] { text } else { nil }
        }
        areReal = false
    }

    /// The first change of a report: row and text of its number, a place that is scattered around its grid.
    func change(_ number: Int, capturedAt: Int64, _ random: inout SeededGenerator) -> Change {
        let row = rows[number % rows.count]
        var centre = SeededGenerator(seed: row.grid.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        func degrees(_ middle: Double) -> Int32 {
            let value = middle + Self.gridSpread * centre.scatter() + Self.pointSpread * random.scatter()
            return Int32((value * 1e7).rounded())
        }
        let (latitude, longitude) = (degrees(Self.middle.0), degrees(Self.middle.1))
        var change = Change()
        // Another text in each round, so that a place has not the same one again and again.
        change.fields[.text] = .text(texts[(number + number / rows.count * 131) % texts.count])
        change.fields[.channel] = .text(row.channel)
        change.fields[.category] = .text(row.category)
        change.fields[.grid] = .text(row.grid)
        change.fields[.priority] = .text(random.below(20) == 0 ? "urgent" : "normal")
        change.fields[.reporter] = .text("市民\(random.below(4000))")
        change.fields[.capturedAt] = .integer(capturedAt)
        change.fields[.location] = .location(
            Location(
                latitudeE7: latitude, longitudeE7: longitude, datum: .wgs84,
                accuracyCentimetres: UInt32(300 + random.below(2800))))
        return change
    }

    /// The most frequent one, and one in the middle.
    func some(_ column: KeyPath<Row, String>) -> (frequent: String, other: String) {
        let counts = rows.reduce(into: [:]) { $0[$1[keyPath: column], default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        return (sorted.first ?? "", sorted.isEmpty ? "" : sorted[sorted.count / 2])
    }

    func department(of number: Int) -> String { rows[number % rows.count].department }

    // MARK: Files

    private static func read(_ folder: String) -> (rows: [Row], texts: [String])? {
        guard let events = table(folder + "/pingshan_2018.csv"), let messages = table(folder + "/messages_zh.csv"),
            let map = table(folder + "/taxonomy_pingshan_map.csv")
        else { return nil }
        let codes = Dictionary(
            map.map { row in ([row["event_type"], row["main_type"], row["sub_type"]], row["sub_code"] ?? "") }
        ) { first, _ in first }
        let rows = events.compactMap { row -> Row? in
            let type = ["EVENT_TYPE_NAME", "MAIN_TYPE_NAME", "SUB_TYPE_NAME"].map { row[$0] }
            guard let code = codes[type], let grid = row["COMMUNITY_ID"], let department = row["DISPOSE_UNIT_NAME"],
                ![code, grid, department].contains(""), ![grid, department].contains("-")
            else { return nil }
            return Row(
                category: code, grid: grid, department: department,
                channel: row["EVENT_SRC_NAME"] == "美丽深圳" ? "suishoupai" : "app")
        }
        let texts = messages.map { row in
            String([row["title"], row["detail_trunc400"]].compactMap { $0 }.joined(separator: "：").prefix(400))
        }
        return (rows, texts.filter { !$0.isEmpty })
    }

    /// The rows of a CSV file (RFC 4180) by the names in its first line.
    private static func table(_ path: String) -> [[String: String]]? {
        guard var bytes = try? [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) else { return nil }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        var (lines, cells, cell): ([[String]], [String], [UInt8]) = ([], [], [])
        var isQuoted = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""):
                // A doubled quote within a cell ends the quoted part and begins another.
                isQuoted.toggle()
                if isQuoted, !cell.isEmpty { cell.append(byte) }
            case UInt8(ascii: ",") where !isQuoted:
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            case UInt8(ascii: "\n") where !isQuoted:
                lines.append(cells + [String(decoding: cell, as: UTF8.self)])
                (cells, cell) = ([], [])
            case UInt8(ascii: "\r"): break
            default: cell.append(byte)
            }
        }
        if !cells.isEmpty { lines.append(cells + [String(decoding: cell, as: UTF8.self)]) }
        guard let names = lines.first else { return nil }
        return lines.dropFirst().map { Dictionary(zip(names, $0)) { first, _ in first } }
    }
}
