import FieldpostClient
import Foundation

/// Asks what the console's screens ask, one request after the other, and records how long the answers took.
struct ConsoleQuestions {
    let part: String
    let results: Results
    let login: ConsoleLogin
    /// Central's. Beside other work, the processor time says more than the time that an answer took.
    let process: Int32
    let rounds: Int

    private static let (paint, filter, page) = (500.0, 300.0, 50.0)

    /// The index is opened in the background.
    func waitForSearch() async throws {
        for _ in 0..<600 {
            if try await login.json(path("/v1/reports", [("text", "电动"), ("limit", "1")]))["complete"] == nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw LoadGenerator.Failed(description: "the search index was not there after a minute")
    }

    func ask(_ city: CityRows) async throws {
        try await paints()
        try await tasks(city)
        try await reports(city)
        try await cases()
        try await boards(city)
        try await wall()
    }

    /// Somebody who sees one grid only.
    func ask(as leader: ConsoleLogin) async throws {
        let question = ConsoleQuestions(part: part, results: results, login: leader, process: process, rounds: rounds)
        let questions: [(String, [(String, String)])] = [
            ("of all", []), ("of collectors", [("group", "collector")]), ("with a text", [("text", "垃圾")]),
        ]
        for (what, values) in questions {
            try await question.measure(
                "grid leader: tasks \(what)", [path("/v1/tasks", values + [("limit", "50")])], Self.filter)
        }
        try await question.measure("grid leader: reports", [path("/v1/reports", [("limit", "50")])], Self.filter)
    }

    // MARK: Screens

    private func paints() async throws {
        let start = ["/v1/session", "/v1/organisation", "/v1/form", "/v1/categories", "/v1/templates", "/v1/status"]
        try await measure("the console opens", start, Self.paint)
        try await measure("board: first paint", ["/v1/tasks?limit=50", "/v1/board"], Self.paint)
        let week = [("since", moment(daysAgo: 7)), ("limit", "500")]
        let late = [("overdue", "true"), ("limit", "500")]
        let points = try await login.pages("/v1/reports", week, most: 4)
        let overdue = try await login.pages("/v1/tasks", late, most: 4)
        try await measure("map: the first 500 reports", [points[0]], Self.paint)
        try await measure("map: all of its reports", points, nil)
        try await measure("map: what is late", overdue, nil)
    }

    private func tasks(_ city: CityRows) async throws {
        let (grids, departments) = (city.some(\.grid), city.some(\.department))
        let (department, grid) = (("department", departments.frequent), ("grid", grids.frequent))
        let category = city.some(\.category).frequent
        let questions: [(String, [(String, String)])] = [
            ("overdue", [("overdue", "true")]), ("in conflict", [("conflict", "true")]),
            ("at a stage", [("stage", "dispatched")]), ("at the first stage", [("stage", "accepted")]),
            ("that nobody touched", [("untouched", "true")]),
            ("that nobody touched, of a grid", [("untouched", "true"), grid]),
            ("of a department", [department]), ("of a rare department", [("department", departments.other)]),
            ("of a grid", [grid]), ("of a department in a grid", [department, grid]),
            ("of a rare department in a grid", [("department", departments.other), grid]),
            ("of a department in a rare grid", [department, ("grid", grids.other)]),
            ("of a department, overdue", [department, ("overdue", "true")]),
            ("of a department at a stage", [department, ("stage", "verified")]),
            ("of a person", [("person", "王7")]), ("of a person at a stage", [("person", "王7"), ("stage", "accepted")]),
            ("of a group", [("group", "handler")]), ("of a group in a grid", [("group", "collector"), grid]),
            ("with a text", [("text", "垃圾")]), ("with a rare text", [("text", "无证经营的黑网吧")]),
            ("with a text of none", [("text", "没有这词的")]),
            ("with a text in a grid", [("text", "噪音"), grid]),
            ("with a text of a department, overdue", [("text", "停车"), department, ("overdue", "true")]),
            ("of a category", [("text", category)]),
        ]
        for (what, values) in questions {
            try await measure("tasks \(what)", [path("/v1/tasks", values + [("limit", "50")])], Self.filter)
        }
    }

    private func reports(_ city: CityRows) async throws {
        let (grids, departments) = (city.some(\.grid), city.some(\.department))
        let (department, grid) = (("department", departments.frequent), ("grid", grids.frequent))
        let category = city.some(\.category).frequent
        let month = [("since", moment(daysAgo: 130)), ("until", moment(daysAgo: 100))]
        let questions: [(String, [(String, String)])] = [
            ("newest", []), ("with a text", [("text", "垃圾")]), ("with three words", [("text", "小区 停车 噪音")]),
            ("with a rare text", [("text", "无证经营的黑网吧")]), ("with a text of none", [("text", "没有这词的")]),
            ("of a grid", [grid]), ("of a category", [("category", category)]),
            ("of a department", [department]), ("of a rare department", [("department", departments.other)]),
            ("at a stage of none", [("stage", "returned")]),
            ("at a stage, closed", [("stage", "closed")]), ("urgent", [("priority", "urgent")]),
            ("of a person", [("person", "王7")]), ("overdue", [("overdue", "true")]),
            ("in conflict", [("conflict", "true")]), ("of a month", month),
            ("of a month with a text", month + [("text", "垃圾")]),
            ("of a month of a department in a grid", month + [department, grid]),
            ("of a month of a department in a rare grid", month + [department, ("grid", grids.other)]),
            ("with a text, overdue", [("text", "垃圾"), ("overdue", "true")]),
            ("of the last day, closed", [("since", moment(daysAgo: 1)), ("stage", "closed")]),
            ("of a category, a department and a stage", [("category", category), department, ("stage", "verified")]),
        ]
        for (what, values) in questions {
            try await measure("reports \(what)", [path("/v1/reports", values + [("limit", "50")])], Self.filter)
        }
        for (what, values) in [
            ("a grid", [grid]), ("a category", [("category", category)]),
            ("overdue", [("overdue", "true")]), ("a text", [("text", "垃圾")]), ("a stage", [("stage", "verified")]),
        ] {
            let given = values + [("since", moment(daysAgo: 7)), ("limit", "500")]
            try await measure("map with \(what): 500 of a week", [path("/v1/reports", given)], Self.filter)
        }
        let year = [("since", moment(daysAgo: 365)), grid, ("limit", "500")]
        try await measure("map with a grid: 500 of a year", [path("/v1/reports", year)], Self.filter)
    }

    /// Cases from all over the list, each asked for once: what is read is not in memory from before.
    private func cases() async throws {
        var pages: [[String]] = []
        for days in stride(from: 360, to: 0, by: -360 / rounds) {
            let span = [("since", moment(daysAgo: days)), ("until", moment(daysAgo: days - 1)), ("limit", "1")]
            let found = try await login.json(path("/v1/reports", span))["reports"]?.list?.first
            guard let found, let id = found["id"]?.text else { continue }
            let near = [
                ("category", found["fields"]?["category"]?.text ?? ""), ("grid", found["fields"]?["grid"]?.text ?? ""),
                ("since", moment(daysAgo: days + 14)), ("until", moment(daysAgo: days - 14)), ("limit", "200"),
            ]
            pages.append(["/v1/reports/\(id)", "/v1/reports/\(id)/case", path("/v1/reports", near)])
        }
        try await measure("case: report and case", rounds: pages.map { Array($0.prefix(2)) }, Self.page)
        try await measure("case: its history", rounds: pages.map { [$0[0] + "/history"] }, Self.page)
        try await measure("case: what is near", rounds: pages.map { [$0[2]] }, Self.page)
    }

    /// Counts are kept while nothing changes, for some seconds.
    private func boards(_ city: CityRows) async throws {
        let department = ("department", city.some(\.department).frequent)
        let grid = ("grid", city.some(\.grid).frequent)
        let questions: [(String, [(String, String)])] = [
            ("of all", []), ("of a department", [department]), ("of a grid", [grid]),
            ("of a department in a grid", [department, grid]),
            ("of a person", [("person", "王7")]), ("of a group", [("group", "handler")]),
            ("of dispatchers", [("group", "dispatcher")]),
        ]
        var took = [[UInt64]](repeating: [], count: questions.count)
        var cost = [Double](repeating: 0, count: questions.count)
        let rounds = 6
        for _ in 0..<rounds {
            // After its while, the node counts again.
            try await Task.sleep(for: .milliseconds(5_100))
            for (index, question) in questions.enumerated() {
                let usage = Usage(of: process)
                took[index] += try await times([[path("/v1/board", question.1)]])
                cost[index] += usage.cpuMicroseconds / 1000
            }
        }
        for (index, question) in questions.enumerated() {
            record("counts \(question.0)", Latencies(took[index]), Self.filter)
            results.record(part, "counts \(question.0), processor", cost[index] / Double(rounds), "ms")
        }
    }

    private func wall() async throws {
        for (what, path) in [
            ("its newest", "/v1/reports?limit=6"), ("what is late", "/v1/tasks?overdue=true&limit=6"),
            ("conflicts", "/v1/reports?conflict=true&limit=6"), ("status", "/v1/status"),
        ] {
            try await measure("wall: \(what)", [path], Self.filter)
        }
        let days = moment(daysAgo: 29).prefix(10) + "/" + moment(daysAgo: 0).prefix(10)
        let figures = path("/v1/indicators", [("period", String(days)), ("by", "department")])
        try await measure("wall: indicators of a month", rounds: Array(repeating: [figures], count: 5), nil)
    }

    // MARK: Measuring

    private func path(_ path: String, _ values: [(String, String)]) -> String { ConsoleLogin.path(path, values) }

    private func moment(daysAgo: Int) -> String {
        Date(timeIntervalSinceNow: -Double(daysAgo) * 86_400).formatted(.iso8601)
    }

    private func measure(_ what: String, _ paths: [String], _ target: Double?) async throws {
        try await measure(what, rounds: Array(repeating: paths, count: paths.count > 1 ? rounds / 3 : rounds), target)
    }

    /// Each round is what one screen asks for: its requests count together.
    private func measure(_ what: String, rounds: [[String]], _ target: Double?) async throws {
        let usage = Usage(of: process)
        record(what, Latencies(try await times(rounds)), target)
        let milliseconds = usage.cpuMicroseconds / 1000 / Double(rounds.count)
        results.record(part, "\(what), processor", milliseconds, "ms")
    }

    private func times(_ rounds: [[String]]) async throws -> [UInt64] {
        let book = RequestBook(requests: rounds.flatMap { $0.map(login.request) })
        let outcome = try await LoadGenerator(port: login.port, clients: 1).run(book)
        guard outcome.refused == 0, outcome.took.count == book.count else {
            throw LoadGenerator.Failed(
                description: "\(rounds[0]): \(outcome.refusal ?? "\(outcome.took.count) of \(book.count) answers")")
        }
        var rest = outcome.took[...]
        return rounds.map { round in
            defer { rest = rest.dropFirst(round.count) }
            return rest.prefix(round.count).reduce(0, +)
        }
    }

    private func record(_ what: String, _ latencies: Latencies, _ target: Double?) {
        let text = target.map { "\(Int($0)) ms" } ?? ""
        results.record(part, "\(what), p50", latencies.milliseconds(0.5), "ms")
        results.record(part, "\(what), p95", latencies.milliseconds(0.95), "ms", target: text)
        results.record(part, "\(what), max", latencies.milliseconds(1), "ms")
    }
}
