import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Testing

@testable import FieldpostHTTP

/// Tasks, events and bulk steps through the API. What each filter finds is tested at the journal.
@Suite struct TaskTests {
    private static func step(_ api: API, _ path: String, _ members: String) async throws {
        let answer = try await api.post(path + "/steps", "{\(members)}")
        try #require(answer.status == 201, "\(members): \(answer.text("detail") ?? "")")
    }

    private static func id(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    @Test func `a task says where it stands, who is asked, what is next and how much time is left`() async throws {
        try await withAPI { api in
            let path = try await api.report(#""category": "AQ03", "text": "消防通道被占用", "grid": "10014""#)
            let new = try await api.get("/v1/tasks")
            #expect(new.status == 200 && new.count("tasks") == 1 && new["complete"] as? Bool == true)
            #expect(new.text("tasks.0.report") == Self.id(path) && new.text("tasks.0.stage") == "accepted")
            #expect(new.text("tasks.0.groups.0") == "dispatcher" && new.text("tasks.0.text") == "消防通道被占用")
            #expect(new["next"] == nil && new["tasks.0.deadline"] == nil)

            try await Self.step(api, path, #""step": "filed""#)
            try await Self.step(api, path, #""step": "dispatched", "department": "市政""#)
            try await Self.step(api, path, #""step": "claimed", "assignee": "王敏""#)
            for query in [
                "", "?person=%E7%8E%8B%E6%95%8F", "?department=%E5%B8%82%E6%94%BF", "?grid=10014", "?group=handler",
                "?stage=dispatched&grid=10014&person=%E7%8E%8B%E6%95%8F",
            ] {
                let found = try await api.get("/v1/tasks" + query)
                #expect(found.count("tasks") == 1, "\(query)")
                #expect(found.text("tasks.0.stage") == "dispatched" && found.text("tasks.0.label.zh") == "派遣")
                #expect(found.text("tasks.0.departments.0") == "市政" && found.text("tasks.0.persons.0") == "王敏")
                #expect(found.text("tasks.0.groups.0") == "handler" && found.text("tasks.0.category") == "AQ03")
                // AQ03 has 4 hours. The test's clock stands.
                #expect(found.text("tasks.0.deadline.at") == "2018-05-01T04:30:00.000Z")
                #expect(found["tasks.0.deadline.left_ms"] as? Int == 4 * 3_600_000)
                #expect(found["tasks.0.conflict"] as? Bool == false && found["tasks.0.suspended"] as? Bool == false)
                let next = (found["tasks.0.next"] as? [[String: Any]])?.compactMap { $0["step"] as? String } ?? []
                #expect(Set(next).isSuperset(of: ["handling", "feedback", "returned"]))
                #expect(found.text("tasks.0.version").map { "\"\($0)\"" } == (try await api.get(path)).tag)
            }
            for query in ["?overdue=true", "?conflict=true", "?stage=closed", "?grid=10018", "?group=dispatcher"] {
                #expect(try await api.get("/v1/tasks" + query).count("tasks") == 0, "\(query)")
            }
            try await Self.step(
                api, path, #""step": "suspended", "reason": "等材料", "until": "2018-06-01T18:00:00+08:00""#)
            #expect(try await api.get("/v1/tasks").body.description.contains("suspended"))
        }
    }

    @Test func `pages go on with a cursor, from cases with a deadline to reports that nobody accepted`() async throws {
        try await withAPI { api in
            var expected: [String] = []
            for limit in ["3", "1", "2"] {
                let path = try await api.report()
                try await Self.step(api, path, #""step": "filed", "limit": "\#(limit) urgent_hours""#)
                expected.append(Self.id(path))
            }
            expected = [expected[1], expected[2], expected[0]]
            var fresh: [String] = []
            for _ in 0..<3 { fresh.append(Self.id(try await api.report())) }
            expected += fresh.reversed()
            for limit in 1...7 {
                for (query, wanted) in [("", expected), ("&untouched=true", Array(expected.suffix(3)))] {
                    let first = "/v1/tasks?limit=\(limit)\(query)"
                    var (found, path) = ([String](), first)
                    while !path.isEmpty {
                        let page = try await api.get(path)
                        found += (page["tasks"] as? [[String: Any]] ?? []).compactMap { $0["report"] as? String }
                        path = page.text("next").map { "\(first)&cursor=\($0)" } ?? ""
                    }
                    #expect(found == wanted, "limit \(limit)\(query)")
                }
            }
            #expect(try await api.get("/v1/tasks?untouched=true&grid=nowhere").count("tasks") == 0)
        }
    }

    @Test func `a query that makes no sense is refused by name`() async throws {
        try await withAPI { api in
            for query in [
                "limit=0", "limit=501", "cursor=x", "cursor=A4AAAAAAAAAA", "cursor=AwAAAAAAAAAA", "overdue=false",
                "conflict=1", "untouched=1", "group=%E5%B8%82", "person=", "who=me",
            ] {
                let answer = try await api.get("/v1/tasks?\(query)")
                #expect(answer.status == 400 && answer.problem == "bad-query", "\(query)")
            }
            for query in ["since=x", "since=-1", "limit=0", "after=1"] {
                #expect(try await api.get("/v1/events?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test func `who holds a page gets the next one when something changes, and not before`() async throws {
        try await withAPI { api in
            let path = try await api.report(#""category": "AQ03", "grid": "10014""#)
            let first = try await api.get("/v1/tasks?grid=10014")
            let tag = first.tag
            #expect(!tag.isEmpty)
            #expect(try await api.get("/v1/tasks?grid=10014", ["If-None-Match": first.tag]).status == 304)
            let waiting = ["If-None-Match": first.tag, "Prefer": "wait=1"]
            let idle = ContinuousClock.now
            let unchanged = try await api.get("/v1/tasks?grid=10014", waiting)
            #expect(unchanged.status == 304 && ContinuousClock.now - idle >= .milliseconds(900))
            #expect(unchanged.headers[HTTPField.Name("Preference-Applied")!] == "wait=1")

            async let answer = api.get("/v1/tasks?grid=10014", ["If-None-Match": tag, "Prefer": "wait=60"])
            // A report elsewhere is no change for who asks.
            _ = try await api.report(#""category": "AQ03", "grid": "10018""#)
            try await Task.sleep(for: .milliseconds(200))
            try await Self.step(api, path, #""step": "accepted""#)
            let start = ContinuousClock.now
            let changed = try await answer
            #expect(changed.status == 200 && changed.tag != first.tag && ContinuousClock.now - start < .seconds(45))
            #expect(changed.text("tasks.0.groups.0") == "collector")
            // Without a tag, or with that of another page, the answer comes at once.
            let soon = ContinuousClock.now
            #expect(try await api.get("/v1/tasks", ["Prefer": "wait=60"]).status == 200)
            #expect(try await api.get("/v1/tasks", ["Prefer": "wait=60", "If-None-Match": first.tag]).status == 200)
            #expect(ContinuousClock.now - soon < .seconds(45))
        }
    }

    @Test func `tasks are found by the text of their reports`() async throws {
        try await withAPI { api in
            var paths: [String] = []
            for text in ["井盖松动", "电动车进楼", "井盖缺失", "井盖异响"] {
                paths.append(try await api.report(#""text": "\#(text)", "grid": "10014""#))
            }
            for path in paths.prefix(3) {
                try await Self.step(api, path, #""step": "filed", "limit": "2 urgent_hours""#)
            }
            while try await api.node.journal.indexSearch() {}
            func found(_ query: String) async throws -> [String] {
                let page = try await api.get("/v1/tasks?text=%E4%BA%95%E7%9B%96" + query)
                #expect(page.status == 200 && page["complete"] as? Bool == true)
                return (0..<(page.count("tasks") ?? 0)).compactMap { page.text("tasks.\($0).report") }
            }
            // The untouched one comes last.
            #expect(try await found("") == [paths[0], paths[2], paths[3]].map(Self.id))
            #expect(try await found("&group=dispatcher&grid=10014") == [paths[0], paths[2], paths[3]].map(Self.id))
            #expect(try await found("&overdue=true").isEmpty)
            let page = try await api.get("/v1/tasks?text=%E4%BA%95&limit=2")
            #expect(page.count("tasks") == 2)
            let next = try await api.get("/v1/tasks?text=%E4%BA%95&limit=2&cursor=\(page.text("next") ?? "")")
            #expect(next.text("tasks.0.report") == Self.id(paths[3]) && next["next"] == nil)
            #expect(try await api.get("/v1/tasks?text=-").problem == "bad-query")
        }
    }

    @Test func `no more requests wait than are allowed, in sum and of one caller`() {
        let waits = RequestWaits(all: Limits.waitingTasks, ofCaller: Limits.waitingTasksOfCaller)
        let callers = (0..<Limits.waitingTasks).map { Caller.terminal(name: "P-\($0)", channel: "terminal") }
        for _ in 0..<Limits.waitingTasksOfCaller { #expect(waits.enter(callers[0])) }
        #expect(!waits.enter(callers[0]))
        waits.leave(callers[0])
        #expect(waits.enter(callers[0]))
        let left = Limits.waitingTasks - Limits.waitingTasksOfCaller
        for caller in callers.dropFirst().prefix(left) { #expect(waits.enter(caller)) }
        #expect(!waits.enter(callers[left + 1]) && !waits.enter(.trusted))
        waits.leave(callers[1])
        #expect(waits.enter(.trusted))
    }

    @Test func `preferences for a wait are read as RFC 7240 has them`() {
        func wait(_ text: String) -> Int? { Preference.wait([HTTPField.Name("Prefer")!: text]) }
        #expect(wait("wait=30") == 30 && wait("return=minimal, wait=5; x") == 5 && wait("wait = 7") == 7)
        #expect(
            wait("wait=99999999999999999999") == Limits.taskWaitSeconds && wait("wait=4000") == Limits.taskWaitSeconds)
        #expect(wait("wait") == nil && wait("wait=-1") == nil && wait("wait=x") == nil && wait("waits=3") == nil)
    }

    @Test func `events about deadlines are listed from a number on`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            try await Self.step(api, path, #""step": "filed", "limit": "1 urgent_hours""#)
            #expect(try await api.get("/v1/events").count("events") == 0)
            _ = try await api.node.journal.raiseCaseEvents(now: 1_600_000_000_000)
            let all = try await api.get("/v1/events")
            #expect(all.count("events") == 2 && all["next"] as? Int == 2)
            #expect(all.text("events.0.kind") == "due-soon" && all.text("events.1.kind") == "overdue")
            #expect(all.text("events.1.report") == Self.id(path))
            #expect(all.text("events.1.deadline") == "2018-05-01T01:30:00.000Z")
            #expect(all.text("events.1.raised_at") == "2020-09-13T12:26:40.000Z")
            let later = try await api.get("/v1/events?since=1&limit=1")
            #expect(later.count("events") == 1 && later["events.0.number"] as? Int == 2)
            #expect(try await api.get("/v1/events?since=2")["next"] as? Int == 2)
            // Once the reporter has taken the report back, nobody is told of it.
            let report = try #require(ReportID(text: Self.id(path)))
            _ = try await api.node.intake.take(
                Submission(caller: .reporter(report), .hiding(of: report, seen: nil)))
            let hidden = try await api.get("/v1/events")
            #expect(hidden.count("events") == 0 && hidden["next"] as? Int == 2)
        }
    }

    @Test func `each of several steps is answered by itself`() async throws {
        try await withAPI { api in
            let ids = [Self.id(try await api.report()), Self.id(try await api.report())]
            let body = #"""
                {"steps": [
                {"report": "\#(ids[0])", "step": "dispatched", "department": "市政", "idempotency_key": "k-1"},
                {"report": "\#(ids[1])", "step": "closed"},
                {"report": "\#(ids[1])", "step": "dispatched"},
                {"report": "x", "step": "accepted"}, {"report": "\#(ids[1])", "step": "accepted", "stage": "x"},
                {"report": "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05", "step": "accepted"},
                {"report": "\#(ids[0])", "step": "handling"}]}
                """#
            let answer = try await api.post("/v1/steps", body)
            #expect(answer.status == 200 && answer.count("results") == 7)
            let results = answer["results"] as? [[String: Any]] ?? []
            #expect(results.map { $0["status"] as? Int } == [201, 409, 422, 422, 400, 404, 201])
            #expect(answer.text("results.1.problem.type") == "urn:fieldpost:problem:step-not-possible")
            #expect(try await api.get("/v1/reports/\(ids[0])/case").text("stage") == "handling")
            let tag = try await api.get("/v1/reports/\(ids[0])").tag
            #expect(answer.text("results.6.version").map { "\"\($0)\"" } == tag)
            // Again: the step with a key is the same one, the other is taken again or refused.
            let again = try await api.post("/v1/steps", body)
            #expect(again["results.0.replayed"] as? Bool == true && again["results.6.status"] as? Int == 409)

            for body in [
                #"{"steps": []}"#, #"{"steps": {}}"#, "{}", #"{"steps": [1]}"#,
                #"{"steps": [\#(Array(repeating: "{}", count: Limits.bulkSteps + 1).joined(separator: ","))]}"#,
            ] { #expect(try await api.post("/v1/steps", body).status == 422, "\(body.prefix(40))") }
        }
    }
}
