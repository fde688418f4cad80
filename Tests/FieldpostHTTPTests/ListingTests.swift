import FieldpostCore
import FieldpostHTTP
import FieldpostStore
import HummingbirdTesting
import Testing

@Suite struct ListingTests {
    @Test func `all pages together contain each report once, newest first`() async throws {
        try await withAPI { api in
            var made: [String] = []
            for number in 0..<7 {
                let path = try await api.report(#""text": "第\#(number)件""#)
                made.append(String(path.dropFirst("/v1/reports/".count)))
            }
            var listed: [String] = []
            var query = "?limit=3"
            for size in [3, 3, 1] {
                let page = try await api.get("/v1/reports" + query)
                #expect(page.status == 200)
                #expect(page.count("reports") == size)
                listed += (0..<size).compactMap { page.text("reports.\($0).id") }
                query = "?limit=3&cursor=" + (page.text("next") ?? "none")
            }
            #expect(query.hasSuffix("none"))
            #expect(listed == made.reversed())
        }
    }

    @Test func `a filter shows the reports with that shown value`() async throws {
        try await withAPI { api in
            let first = try await api.report(#""category": "AQ03", "priority": "urgent", "grid": "坂田-3""#)
            let second = try await api.report(#""category": "SZ01", "department": "龙岗供电局", "stage": "filed""#)
            func ids(_ query: String) async throws -> [String] {
                let page = try await api.get("/v1/reports?" + query)
                #expect(page.status == 200)
                let count = try #require(page.count("reports"))
                return (0..<count).compactMap { page.text("reports.\($0).id") }.map { "/v1/reports/" + $0 }
            }
            #expect(try await ids("category=AQ03") == [first])
            #expect(try await ids("priority=urgent&channel=terminal") == [first])
            #expect(try await ids("grid=%E5%9D%82%E7%94%B0-3") == [first])
            #expect(try await ids("stage=filed") == [second])
            #expect(try await ids("department=%E9%BE%99%E5%B2%97%E4%BE%9B%E7%94%B5%E5%B1%80") == [second])
            #expect(try await ids("conflict=false") == [second, first])
            #expect(try await ids("conflict=true") == [])
            #expect(try await ids("category=AQ03&stage=filed") == [])
        }
    }

    @Test func `reports are found by words, people, deadlines and times`() async throws {
        try await withAPI { api in
            let first = try await api.report(
                #""category": "AQ03", "text": "三单元井盖松动", "grid": "BT-03", "captured_at": "2018-05-01T08:30:00+08:00""#)
            let second = try await api.report(#""category": "SZ01", "text": "路灯不亮，旁边有井", "reporter": "王敏""#)
            for step in [
                #""step": "filed", "limit": "1 urgent_hours""#, #""step": "dispatched", "department": "市政""#,
                #""step": "claimed", "assignee": "李强""#,
            ] {
                #expect(try await api.post(first + "/steps", "{\(step)}").status == 201)
            }
            func ids(_ query: String) async throws -> [String] {
                let page = try await api.get("/v1/reports?" + query)
                #expect(page.status == 200, "\(query)")
                return (0..<(page.count("reports") ?? 0)).compactMap { page.text("reports.\($0).id") }
                    .map { "/v1/reports/" + $0 }
            }
            #expect(try await api.get("/v1/reports?text=%E4%BA%95")["complete"] as? Bool == false)
            while try await api.node.journal.indexSearch() {}
            #expect(try await api.get("/v1/reports?text=%E4%BA%95")["complete"] == nil)
            #expect(try await ids("text=%E4%BA%95") == [second, first])
            #expect(try await ids("text=%E4%BA%95%E7%9B%96%20bt") == [first])
            #expect(try await ids("text=%E4%BA%95&category=SZ01") == [second])
            #expect(try await ids("text=%E6%B6%88%E9%98%B2") == [first], "the name of its category")
            #expect(try await ids("person=%E6%9D%8E%E5%BC%BA") == [first])
            #expect(try await ids("overdue=true").isEmpty)
            api.node.clock.milliseconds += 2 * 3_600_000
            #expect(try await ids("overdue=true&text=%E6%9D%BE") == [first])
            #expect(try await ids("since=2018-05-01T00:30:00Z&until=2018-05-01T00:30:00Z").contains(first))
            #expect(try await !ids("until=2018-05-01T00:29:59Z").contains(first))
        }
    }

    @Test func `faults of a query are shown up to the limit of an answer, each in short`() async throws {
        try await withAPI { api in
            let many = try await api.get("/v1/reports?" + (0..<500).map { "x\($0)=1" }.joined(separator: "&"))
            #expect(many.status == 400 && many.count("errors") == 32)
            let long = try await api.get("/v1/reports?e" + String(repeating: "%CC%81", count: 900) + "=1")
            let name = try #require(long.text("errors.0.parameter"))
            #expect(long.problem == "bad-query" && name.utf8.count < 200)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=501", "limit=x", "conflict=maybe", "cursor=x", "cursor=AQAAAAAAAAAA", "colour=red",
        "category=",
        "limit=1&limit=2", "text=%EF%BC%8C", "text=",
        "person=", "overdue=false", "since=2026", "until=1969-01-01T00:00:00Z", "grid=%FF", "grid=%C3%28",
        "grid=%E4%B8%", "grid=%zz", "grid=%+1",
    ])
    func `a query that cannot be understood is refused, with the parameter's name`(query: String) async throws {
        try await withAPI { api in
            let answer = try await api.get("/v1/reports?" + query)
            #expect(answer.status == 400)
            #expect(answer.problem == "bad-query")
            #expect(answer.text("errors.0.parameter").map { query.hasPrefix($0 + "=") } == true)
        }
    }
}
