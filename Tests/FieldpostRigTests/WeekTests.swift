import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// A gateway whose uplink is gone for a week, and the people who work there.
@Suite(.runs(unless: WallClock.hindrance), .timeLimit(.minutes(15))) struct WeekTests {
    private static let password = "坂田 2026 correct horse"
    private static let accounts: [(name: String, role: String, group: String?, grids: [String])] = [
        ("赵敏", "staff", "collector", ["南坑一"]), ("陈伟", "staff", "handler", ["南坑一"]),
        ("周主任", "dispatcher", nil, ["南坑一"]), ("李强", "dispatcher", nil, []),
    ]

    /// A node with those who log in there.
    private struct Place {
        let exchange: HTTPExchange

        init(_ node: NodeProcess) async throws {
            exchange = try HTTPExchange(address: try #require(try await node.socket.status().httpAddress))
        }

        func asks(_ name: String, _ method: HTTPMethod, _ path: String, _ body: String? = nil) async throws -> Visit {
            try await Visitor(exchange, name: name, password: WeekTests.password).send(method, path, body)
        }

        /// Takes a step, which must be possible.
        func step(_ name: String, _ report: String, _ code: String, _ more: String = "") async throws {
            let met = try await asks(name, .POST, "/v1/reports/\(report)/steps", #"{"step": "\#(code)"\#(more)}"#)
            #expect(met.isAnswered, "\(name) \(code): \(met.text)")
        }
    }

    private static func report(_ number: Int, at node: NodeProcess) async throws -> String {
        var report = ReportSource.generated(count: 1, seed: UInt64(60 + number)).reports[0]
        report.fields["grid"] = .text("南坑一")
        _ = try await node.socket.create(report)
        return "\(report.id)"
    }

    @Test func `For a week without a link staff log in, work and see deadlines, and central has all of it after`()
        async throws
    {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let clock = try WallClock(directory: folder.path)
        let launch = clock.launch(["FIELDPOST_HTTP_OPEN": "false"])
        try await Program.withFleet(grids: [["南坑一"]], launch: launch) { fleet in
            let (station, central) = (try await Place(fleet.gateways[0]), try await Place(fleet.central))
            for account in Self.accounts {
                _ = try await fleet.central.socket.setAccount(
                    account.name, role: account.role, group: account.group, grids: account.grids,
                    password: Self.password)
            }
            var cases: [String] = []
            for number in 0..<3 { cases.append(try await Self.report(number, at: fleet.gateways[0])) }
            let (usual, torn, late) = (cases[0], cases[1], cases[2])
            _ = try await fleet.converge(within: 60)
            for (report, limit) in [(usual, "10 working_days"), (torn, "10 working_days"), (late, "8 urgent_hours")] {
                try await central.step("李强", report, "filed", #", "limit": "\#(limit)""#)
                try await central.step("李强", report, "dispatched", #", "department": "市政""#)
            }
            _ = try await fleet.converge(within: 60)
            #expect(try await waits(60) { try await station.asks("赵敏", .GET, "/v1/tasks").isAnswered })
            await fleet.links[0].cut()

            // The first day.
            try clock.set(.ahead(seconds: 86_400))
            let tasks = try await station.asks("陈伟", .GET, "/v1/tasks?group=handler")
            #expect(cases.allSatisfy(tasks.text.contains) && tasks.text.contains(#""deadline""#), "\(tasks.text)")
            let overdue = try await station.asks("陈伟", .GET, "/v1/tasks?overdue=true")
            #expect(overdue.text.contains(late) && !overdue.text.contains(usual), "\(overdue.text)")
            try await station.step("陈伟", usual, "claimed", #", "assignee": "陈伟""#)
            try await station.step("陈伟", usual, "handling")

            // The third day: one case is torn between two dispatchers who do not hear each other.
            try clock.set(.ahead(seconds: 3 * 86_400))
            try await station.step("陈伟", torn, "returned", #", "reason": "不属本科室""#)
            try await station.step("周主任", torn, "dispatched", #", "department": "城管""#)
            try await central.step("李强", torn, "dispatched", #", "department": "环卫""#)
            try await station.step("陈伟", usual, "feedback", #", "reason": "已更换井盖""#)

            // The fifth day, after a power cut at the station.
            fleet.gateways[0].kill()
            _ = try await fleet.gateways[0].start(launch)
            try clock.set(.ahead(seconds: 5 * 86_400))
            let waiting = try await station.asks("赵敏", .GET, "/v1/tasks?group=collector")
            #expect(waiting.text.contains(usual) && !waiting.text.contains(late), "\(waiting.text)")
            try await station.step("赵敏", usual, "verified")
            let denied = try await station.asks("赵敏", .POST, "/v1/reports/\(usual)/steps", #"{"step": "closed"}"#)
            #expect(denied.status == 403)
            let found = try await station.asks(
                "赵敏", .POST, "/v1/reports", #"{"channel": "app", "grid": "南坑一", "text": "护栏倒伏"}"#)
            let new = try #require(found.json?["id"]?.text)

            try clock.set(.ahead(seconds: 7 * 86_400))
            #expect(try await station.asks("周主任", .GET, "/v1/reports/\(usual)/case").text.contains(#""verified""#))
            try await fleet.links[0].heal()
            _ = try await fleet.converge(within: 120)

            // Everything is at central, and what two decided is marked.
            for name in ["陈伟", "赵敏"] {
                let history = try await central.asks("李强", .GET, "/v1/reports/\(usual)/history")
                #expect(history.text.contains(#""author":"\#(name)""#))
            }
            let done = try await central.asks("李强", .GET, "/v1/reports/\(usual)/case").json
            #expect(done?["stage"]?.text == "verified" && done?["disputes"]?.list?.isEmpty == true)
            let kept = try await central.asks("李强", .GET, "/v1/reports/\(new)")
            #expect(kept.isAnswered && kept.text.contains(#""author":"赵敏""#))
            for place in [central, station] {
                let name = place.exchange.address == central.exchange.address ? "李强" : "周主任"
                let both = try await place.asks(name, .GET, "/v1/reports/\(torn)/case")
                #expect(both.json?["disputes"]?.list?.count == 1, "\(both.text)")
                #expect(both.text.contains("城管") && both.text.contains("环卫"))
                #expect(try await place.asks(name, .GET, "/v1/tasks?conflict=true").text.contains(torn))
            }
            let isRaised = try await waits(60) {
                let events = try await central.asks("李强", .GET, "/v1/events").json?["events"]?.list ?? []
                return events.contains { $0["report"]?.text == late && $0["kind"]?.text == "overdue" }
            }
            #expect(isRaised)
            try await central.step("李强", usual, "closed")
        }
    }
}
