import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// Tasks on the command line and over nodes, as staff work with them.
@Suite(.serialized, .timeLimit(.minutes(15))) struct TaskCommandTests {
    private func run(_ arguments: [String], at node: NodeProcess) throws -> (status: Int32, output: String) {
        try Tool.fieldpost(arguments + ["--state-directory", node.directory])
    }

    @Test func `Two who take a task at two nodes see each other, and staff work while the uplink is down`() async throws
    {
        try await Program.withFleet(grids: [["10014"]]) { fleet in
            var report = ReportSource.generated(count: 1, seed: 14).reports[0]
            report.fields["grid"] = .text("10014")
            _ = try await fleet.gatewayClients[0].create(report)
            _ = try await fleet.converge(within: 120)
            let (gateway, central, id) = (fleet.gateways[0], fleet.central, "\(report.id)")
            for node in [gateway, central] {
                let listed = try run(["tasks"], at: node)
                #expect(listed.status == 0 && listed.output.contains(id) && listed.output.contains("dispatcher"))
            }
            let filed = try run(["step", id, "filed", "--limit", "1 urgent_hours"], at: central)
            #expect(filed.status == 0, "\(filed.output)")
            #expect(try run(["step", id, "dispatched", "--department", "市政"], at: central).status == 0)
            _ = try await fleet.converge(within: 120)

            await fleet.links[0].cut()
            #expect(try run(["take", id, "--person", "王敏"], at: gateway).status == 0)
            let taken = try run(["take", id, "--person", "李强"], at: central)
            #expect(taken.status == 0 && taken.output.contains("李强") && !taken.output.contains("王敏"))
            let mine = try run(["tasks", "--person", "王敏", "--grid", "10014"], at: gateway)
            #expect(mine.output.contains(id) && mine.output.contains("min") && !mine.output.contains("李强"))
            #expect(try run(["tasks", "--person", "王敏"], at: central).output == "Nothing waits.\n")
            try await fleet.links[0].heal()
            _ = try await fleet.converge(within: 120)
            for node in [gateway, central] {
                for person in ["王敏", "李强"] {
                    let both = try run(["tasks", "--person", person], at: node).output
                    #expect(both.contains("王敏") && both.contains("李强"), "\(both)")
                }
            }

            // The work is done without an uplink, and central's lists follow when it is back.
            await fleet.links[0].cut()
            #expect(try run(["step", id, "feedback", "--author", "王敏"], at: gateway).status == 0)
            #expect(try run(["tasks", "--group", "collector"], at: gateway).output.contains(id))
            #expect(try run(["tasks", "--department", "市政"], at: gateway).output == "Nothing waits.\n")
            try await fleet.links[0].heal()
            _ = try await fleet.converge(within: 120)
            #expect(try run(["tasks", "--stage", "feedback", "--json"], at: central).output.contains(id))
            #expect(try run(["tasks", "--overdue"], at: central).output == "Nothing waits.\n")
            for step in ["verified", "closed"] { #expect(try run(["step", id, step], at: central).status == 0) }
            #expect(try run(["tasks"], at: central).output == "Nothing waits.\n")
            let closed = try run(["cases", "--stage", "closed"], at: central)
            #expect(closed.output.contains(id) && closed.output.contains("结案 closed"), "\(closed.output)")
            #expect(try run(["cases", "--stage", "filed"], at: central).output == "No such report is here.\n")
            #expect(try run(["tasks", "--limit", "0"], at: central).status == 64)
        }
    }

    @Test func `A request that waits hears of a change that comes by the link, and of the end of the node`()
        async throws
    {
        try await Program.withFleet(grids: [["10014"]]) { fleet in
            let exchange = fleet.centralClient.exchange
            let first = try await exchange.send(.GET, "/v1/tasks?grid=10014")
            let tag = try #require(first.headers.first(name: "ETag"))
            let headers = [("If-None-Match", tag), ("Prefer", "wait=60")]
            async let changed = exchange.send(.GET, "/v1/tasks?grid=10014", headers: headers, seconds: 120)
            try await Task.sleep(for: .milliseconds(300))
            var report = ReportSource.generated(count: 1, seed: 15).reports[0]
            report.fields["grid"] = .text("10014")
            let start = ContinuousClock.now
            _ = try await fleet.gatewayClients[0].create(report)
            let answer = try await changed
            #expect(String(decoding: answer.body, as: UTF8.self).contains("\(report.id)"))
            #expect(ContinuousClock.now - start < .seconds(45))

            let held = [("If-None-Match", try #require(answer.headers.first(name: "ETag"))), ("Prefer", "wait=60")]
            let waiting = Task { try? await exchange.send(.GET, "/v1/tasks?grid=10014", headers: held, seconds: 120) }
            try await Task.sleep(for: .milliseconds(500))
            let ending = ContinuousClock.now
            let isWell = await fleet.central.stop()
            #expect(isWell && ContinuousClock.now - ending < .seconds(45))
            _ = await waiting.value
            #expect(ContinuousClock.now - ending < .seconds(50))
        }
    }

    @Test func `Central raises the events of a case once, also over a restart`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let central = try Program.node("central", "central", in: place.path + "/central")
        let key = try NodeKey.loadOrCreate(path: central.directory + "/node.key")
        let report = ReportID.random()
        // The case was filed three hours ago and had two.
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let journal = try Journal(
            directory: central.directory, node: key.node, role: .central, codec: EntryCodec(), proofKey: key.proofs)
        let filed = Trace(
            stage: "filed", department: "", text: "", limit: "2 urgent_hours", calendar: WorkCalendar.standard.version,
            timeMilliseconds: now - 3 * 3_600_000)
        let changes = [
            Change(fields: [.text: .text("井盖松动"), .grid: .text("10014")]),
            Change(fields: [.stage: .text("filed")], traces: [filed]),
        ]
        for (change, intent) in zip(changes, [Draft.Intent.create, .edit]) {
            let draft = Draft(
                id: .random(), report: report, intent: intent, author: "王敏", stamp: .unknown, change: change)
            _ = try await journal.append(draft)
        }
        try journal.close()

        defer { central.kill() }
        for _ in 0..<2 {
            _ = try await central.start()
            func events() async throws -> [String] {
                let answer = try await central.socket.exchange.send(.GET, "/v1/events")
                let list = try JSONDecoder().decode(JSONValue.self, from: answer.body)["events"]?.list ?? []
                return list.map { "\($0["kind"]?.text ?? "") \($0["report"]?.text ?? "")" }
            }
            #expect(try await waits(120) { try await events().count == 2 })
            try await Task.sleep(for: .seconds(1))
            #expect(try await events() == ["due-soon \(report)", "overdue \(report)"])
            let overdue = try run(["tasks", "--overdue"], at: central)
            #expect(overdue.output.contains("\(report)") && overdue.output.contains("!"), "\(overdue.output)")
            #expect(await central.stop())
        }
    }
}
