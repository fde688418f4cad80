import FieldpostClient
import FieldpostCore
import Foundation
import TestKit
import Testing

@testable import fieldpost

@Suite struct ReportSourceTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func pingshan(_ rows: [String], withMessages: Bool = true) throws -> ReportSource {
        _ = try directory.file("taxonomy_pingshan_map.csv", SampleRows.map)
        if withMessages { _ = try directory.file("messages_zh.csv", SampleRows.messages) }
        let text = ([SampleRows.pingshanHeader] + rows).map { $0 + "\r\n" }.joined()
        return try ReportSource.open(path: try directory.file("events.csv", text))
    }

    private func plain(_ text: String) throws -> ReportSource {
        try ReportSource.open(path: try directory.file("plain.csv", text))
    }

    private func report(_ row: ReportSource.Row) throws -> ReportInput {
        guard case .report(let report) = row else {
            throw ReportSourceError.unreadable(path: "\(row)")
        }
        return report
    }

    @Test func `A Pingshan row becomes a report in the API's form`() throws {
        let source = try pingshan([SampleRows.pingshan("9148", type: ("安全", "消防", "堵塞"), source: "美丽深圳")])
        let report = try report(source[0])
        #expect(report.id == ReportIdentity.report(cells: report.cells) && report.row == "9148")
        #expect(report.street == "东坡街道" && report.community == "松岭社区" && report.line == 2)
        #expect(report.fields["channel"] == .text("suishoupai"))
        #expect(report.fields["category"] == .text("AQ03"))
        #expect(report.fields["priority"] == .text("urgent"))
        #expect(report.fields["captured_at"] == .text("2018-02-08T15:34:40+08:00"))
        #expect(report.fields["grid"] == .text("10014"))
        #expect(report.fields["department"] == .text("交通局"))
        #expect(["路灯不亮, 已有两周", "井盖松动"].contains(report.fields["text"]?.text ?? ""))
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(report.body))
        #expect(body["id"]?.text == report.id.description)
        #expect(body["location"]?["datum"] == .text("wgs84"))
    }

    @Test func `A dash means no value, and rows of the same second are different reports`() throws {
        let source = try pingshan([SampleRows.pingshan("1", unit: "-"), SampleRows.pingshan("2")], withMessages: false)
        let reports = try source.map(report)
        #expect(reports[0].fields["department"] == nil)
        #expect(Set(reports.map(\.id)).count == 2)
        #expect(reports[0].fields["text"] == .text("东坡街道松岭社区：道路，破损"))
    }

    @Test func `A row that cannot be mapped is refused with its line and reason, and the rest continues`() throws {
        let source = try pingshan([
            SampleRows.pingshan("-"), SampleRows.pingshan("2", time: "2018-02-08"),
            SampleRows.pingshan("3", type: ("x", "y", "z")),
            "4,broken", SampleRows.pingshan("5"),
        ])
        #expect(
            source.prefix(4).map { $0 } == [
                .refused(line: 2, reason: "column REC_ID is empty"),
                .refused(line: 3, reason: "column CREATE_TIME does not contain a time like 2018-02-08 15:34:40"),
                .refused(
                    line: 4,
                    reason:
                        "columns EVENT_TYPE_NAME, MAIN_TYPE_NAME and SUB_TYPE_NAME have a type that is not in the "
                        + "map: x / y / z"),
                .refused(line: 5, reason: "has 2 cells but the header has 25"),
            ])
        #expect(try report(source[4]).line == 6)
    }

    @Test func `Without the map a Pingshan file cannot be read`() throws {
        let path = try directory.file("events.csv", SampleRows.pingshanHeader + "\n")
        #expect(throws: ReportSourceError.missingMap(path: "\(directory.path)/taxonomy_pingshan_map.csv")) {
            try ReportSource.open(path: path)
        }
    }

    @Test func `A plain row keeps a UUID as its id, leaves empty cells out and rounds to six decimals`() throws {
        let id = "0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8"
        let source = try plain(
            "id,channel,text,lat,lon,datum,accuracy\n\(id),terminal,井盖,22.63412349,114.07,gcj02,5\nrow-2,app,,,,,\n")
        let reports = try source.map(report)
        #expect(reports[0].id.description == id)
        #expect(
            reports[0].fields == [
                "channel": .text("terminal"), "text": .text("井盖"),
                "location": .object([
                    "lat": .number(22.634123), "lon": .number(114.07), "datum": .text("gcj02"), "accuracy": .number(5),
                ]),
            ])
        #expect(reports[1].fields == ["channel": .text("app")])
        #expect(reports[1].id == ReportIdentity.report(cells: ["id": "row-2", "channel": "app"]))
    }

    @Test func `Invalid coordinates are refused`() throws {
        let source = try plain(
            "id,channel,lat,lon,accuracy\n1,app,91,0,\n2,app,22,,\n3,app,nan,1,\n4,app,1,1,wide\n5,app,,,\n"
                + "6,app,1,1,-1\n")
        #expect(
            source.prefix(4).map { $0 } == [
                .refused(line: 2, reason: "column lat does not contain a number of degrees from -90 to 90"),
                .refused(line: 3, reason: "column lon is empty, but others of the location are not"),
                .refused(line: 4, reason: "column lat does not contain a number of degrees from -90 to 90"),
                .refused(line: 5, reason: "column accuracy does not contain a number of metres"),
            ])
        // The node decides what to do with an impossible accuracy.
        #expect(try report(source[5]).fields["location"]?["accuracy"] == .number(-1))
        #expect(throws: Never.self) { try report(source[4]) }
    }

    @Test func `An invalid time or datum is refused with its column, and not left for the node to set aside`() throws {
        let source = try plain(
            "id,channel,captured_at,lat,lon,datum\n1,app,2018-05-01 08:30:00,,,\n2,app,2018-02-30T08:30:00Z,,,\n"
                + "3,app,,1,1,WGS84\n4,app,2018-05-01T08:30:00+08:00,1,1,bd09\n")
        let time =
            "column captured_at does not contain a date and time with a time zone, such as 2018-05-01T08:30:00+08:00"
        #expect(
            source.prefix(3).map { $0 } == [
                .refused(line: 2, reason: time), .refused(line: 3, reason: time),
                .refused(line: 4, reason: "column datum must be one of wgs84, gcj02, bd09"),
            ])
        #expect(throws: Never.self) { try report(source[3]) }
        let events = try pingshan([SampleRows.pingshan("1", time: "2018-02-30 15:34:40")])
        #expect(
            events[0]
                == .refused(
                    line: 2, reason: "column CREATE_TIME does not contain a time like 2018-02-08 15:34:40"))
    }

    @Test func `A header that would lose cells is refused`() throws {
        let error = #expect(throws: ReportSourceError.self) { try plain("id,channel,categroy\n1,app,SZ01\n") }
        #expect(
            error?.description
                == "\(directory.path)/plain.csv has a column \"categroy\", which is not a field of a report. "
                + "Did you mean category? Rename or remove it.")
        #expect(throws: ReportSourceError.repeatedColumn(path: "\(directory.path)/plain.csv", column: "id")) {
            try plain("id,channel,id\n1,app,2\n")
        }
        #expect(throws: ReportSourceError.self) { try plain("x,y\n1,2\n") }
    }

    @Test func `Generated reports depend only on the seed`() throws {
        let first = try ReportSource.generated(count: 200, seed: 7).map(report)
        #expect(try ReportSource.generated(count: 200, seed: 7).map(report) == first)
        #expect(try ReportSource.generated(count: 200, seed: 8).map(report).map(\.id) != first.map(\.id))
        #expect(first[0].id.description == "ee695c3e-f238-0a0e-2c6e-489de054062d")
        #expect(Set(first.map(\.id)).count == 200)
    }

    @Test func `Generated reports have known categories and plausible locations, and some are urgent`() throws {
        let reports = try ReportSource.generated(count: 500, seed: 1).map(report)
        for report in reports {
            let code = try #require(report.fields["category"]?.text)
            #expect(Catalogue.standard[code] != nil)
            if report.fields["priority"] == .text("urgent") { #expect(code.hasPrefix("AQ")) }
            let latitude = try #require(report.fields["location"]?["lat"]?.double)
            let longitude = try #require(report.fields["location"]?["lon"]?.double)
            #expect(abs(latitude - 22.634) < 0.05 && abs(longitude - 114.07) < 0.05)
            #expect(latitude == (latitude * 1e6).rounded() / 1e6)
            #expect(report.fields["captured_at"]?.text?.contains(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/) == true)
        }
        #expect(reports.contains { $0.fields["priority"] == .text("urgent") })
        #expect(Set(reports.map(\.street)).count == 3)
    }

    @Test func `Repeating a source gives each round separate ids`() throws {
        let source = ReportSource.generated(count: 10, seed: 3)
        let reports = try source.repeated(3).map(report)
        #expect(try reports.prefix(10).map { $0 } == source.map(report))
        #expect(Set(reports.map(\.id)).count == 30)
        #expect(reports[10].fields == reports[0].fields)
    }

    @Test func `A split keeps each street together and the gateways about even`() throws {
        let source = ReportSource.generated(count: 300, seed: 1)
        let split = ReportSplit(source, over: 3, by: .street)
        var streets: [String: Set<Int>] = [:]
        for report in try source.map(report) { streets[report.street, default: []].insert(split.gateway(of: report)) }
        #expect(streets.count == 3 && streets.values.allSatisfy { $0.count == 1 })
        #expect(streets.values.reduce(into: Set()) { $0.formUnion($1) } == [0, 1, 2])
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["FIELDPOST_TEST_DATA"] != nil))
    func `Every row of the real data maps to a known category`() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FIELDPOST_TEST_DATA"])
        let reports = try ReportSource.open(path: "\(folder)/pingshan_2018.csv").map(report)
        #expect(reports.count == 6945)
        #expect(Set(reports.map(\.id)).count == 6945)
        #expect(reports.allSatisfy { Catalogue.standard[$0.fields["category"]?.text ?? ""] != nil })
        #expect(reports.allSatisfy { !$0.fields.values.contains(.text("-")) && $0.fields["text"] != nil })
    }
}
