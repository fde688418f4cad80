import FieldpostCore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import FieldpostHTTP

/// Figures of cases through the API, and the cases behind them.
@Suite struct IndicatorRouteTests {
    /// Reports of 2018-05-01, 08:30, each filed with two hours and passed to a department at once. After an hour the
    /// first is done, after five the second; the third is not done, and nobody handled the fourth. The next day begins.
    private static func town(_ api: API) async throws -> [String] {
        func step(_ path: String, _ members: String) async throws {
            #expect(try await api.post(path + "/steps", "{\(members)}").status == 201, "\(members)")
        }
        var paths: [String] = []
        for grid in ["10014", "10014", "10015", ""] {
            let named = grid.isEmpty ? "" : #", "grid": "\#(grid)""#
            paths.append(try await api.report(#""category": "AQ03""# + named))
        }
        for (path, department) in zip(paths, ["市政", "市政", "消防 & 救援"]) {
            try await step(path, #""step": "filed", "limit": "2 urgent_hours""#)
            try await step(path, #""step": "dispatched", "department": "\#(department)""#)
        }
        let start = api.node.clock.milliseconds
        for (path, hours) in zip(paths, [1, 5] as [Int64]) {
            api.node.clock.milliseconds = start + hours * 3_600_000
            try await step(path, #""step": "feedback""#)
            try await step(path, #""step": "closed""#)
        }
        api.node.clock.milliseconds = start + 86_400_000
        return paths
    }

    private static func id(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    @Test func `figures have their numerators, denominators and cases`() async throws {
        try await withAPI { api in
            let paths = try await Self.town(api)
            let shown = try await api.get("/v1/indicators?period=2018-05&by=department")
            #expect(shown.status == 200 && shown["reports"] as? Int == 4)
            #expect(shown.text("period.from") == "2018-04-30T16:00:00.000Z")
            #expect(shown.text("period.to") == "2018-05-31T16:00:00.000Z")
            #expect(shown.text("period.counted_until") == "2018-05-02T00:30:00.000Z")
            let scopes = (0..<4).map { shown.text("rows.\($0).scope") }
            #expect(shown.count("rows") == 4 && scopes == ["all", "named", "named", "unnamed"])
            #expect(shown.text("rows.1.name") == "市政" && shown.text("rows.2.name") == "消防 & 救援")
            func figure(_ row: Int, _ code: String) -> [Double?] {
                ["numerator", "denominator", "value"].map {
                    (shown["rows.\(row).figures.\(code).\($0)"] as? Double)
                        ?? (shown["rows.\(row).figures.\(code).\($0)"] as? Int).map(Double.init)
                }
            }
            #expect(
                figure(0, "closing_on_time_rate") == [1, 3, 1.0 / 3]
                    && figure(1, "closing_on_time_rate") == [1, 2, 0.5])
            #expect(
                figure(2, "unhandled_overdue_rate") == [1, 1, 1] && figure(2, "closing_on_time_rate") == [0, 1, 0])
            #expect(figure(3, "closing_on_time_rate") == [0, 0, nil] && figure(0, "valid_report_rate") == [4, 4, 1])
            #expect(shown["rows.0.counts.closed_late"] as? Int == 1 && shown["rows.0.counts.rated"] == nil)
            #expect(shown.count("indicators") == 18 && shown.count("counts") == CaseCount.allCases.count)

            // The way to the cases is in the row.
            let way = try #require(shown.text("rows.2.cases"))
            let late = try await api.get(way + "unhandled_overdue")
            #expect(late.count("cases") == 1 && late.text("cases.0.report") == Self.id(paths[2]) && late["next"] == nil)
            #expect(late.text("cases.0.stages.handling.deadline") == "2018-05-01T02:30:00.000Z")
            #expect(late["cases.0.stages.handling.on_time"] == nil && late.text("cases.0.grid") == "10015")
            let all = try await api.get(try #require(shown.text("rows.0.cases")) + "closed_late")
            #expect(all.count("cases") == 1 && all.text("cases.0.report") == Self.id(paths[1]))
            #expect(all["cases.0.stages.closing.on_time"] as? Bool == false && all.text("count.zh") == "超期结案数")
            let none = try await api.get(try #require(shown.text("rows.3.cases")) + "reported")
            #expect(none.count("cases") == 1 && none.text("cases.0.report") == Self.id(paths[3]))
        }
    }

    @Test func `the cases of a count come page by page, each once`() async throws {
        try await withAPI { api in
            let paths = try await Self.town(api)
            var (found, cursor) = ([String](), "")
            repeat {
                let page = try await api.get("/v1/indicators?period=2018&cases=reported&limit=1" + cursor)
                #expect(page.status == 200 && (page.count("cases") ?? 9) <= 1)
                if let report = page.text("cases.0.report") { found.append(report) }
                cursor = page.text("next").map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(found == paths.map(Self.id))
            let grid = try await api.get("/v1/indicators?period=2018-05-01&by=grid&name=10014&cases=closing_due")
            #expect(grid.count("cases") == 2)
            let before = try await api.get("/v1/indicators?period=2018-04-01/2018-04-30")
            #expect(before["rows.0.counts"] as? [String: Int] == [:])
        }
    }

    @Test(arguments: [
        "", "?period=may", "?period=2018-13", "?period=2018-05&by=street", "?period=2018-05&cases=lost",
        "?period=2018-05&name=x", "?period=2018-05&by=grid&name=x", "?period=2018-05&limit=5",
        "?period=2018-05&cursor=x",
        "?period=2018-05&cases=closed&limit=0", "?period=2018-05&of=x", "?period=2018-05-02/2018-05-01",
    ]) func `a query that says nothing sensible is refused`(query: String) async throws {
        try await withAPI { api in
            let refused = try await api.get("/v1/indicators" + query)
            #expect(refused.status == 400 && refused.problem == "bad-query", "\(query)")
            #expect(refused.text("detail")?.contains("Nothing was changed") == true)
        }
    }

    @Test func `a second evaluation at the same time is told to wait`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let own = ReportAPI(node: node)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: Router<APIContext>.serving(own.routes, rule: .trust, logger: logger), logger: logger)
        try await application.test(.router) { client in
            let api = API(client: client, node: node)
            for isTaken in [true, false, true] {
                if isTaken { #expect(own.evaluations.enter()) }
                let answer = try await api.get("/v1/indicators?period=2018")
                #expect(answer.status == (isTaken ? 503 : 200))
                #expect((answer.problem == "busy") == isTaken && (answer.headers[.retryAfter] != nil) == isTaken)
                if isTaken { own.evaluations.leave() }
            }
        }
    }
}
