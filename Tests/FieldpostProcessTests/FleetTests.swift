import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import GRDB
import TestKit
import Testing

/// Real nodes on loopback, step by step.
@Suite(.serialized, .timeLimit(.minutes(15))) struct FleetTests {
    private func post(_ count: Int, to fleet: Fleet, from start: Int = 0) async throws -> [ReportID] {
        var ids: [ReportID] = []
        for case .report(let report) in ReportSource.generated(count: start + count, seed: 7).dropFirst(start) {
            _ = try await fleet.gatewayClients[0].create(report)
            ids.append(report.id)
        }
        return ids
    }

    @Test func `What a gateway accepted while its link was cut reaches central when it heals`() async throws {
        try await Program.withFleet { fleet in
            await fleet.links[0].cut()
            let ids = try await post(20, to: fleet)
            #expect(try await fleet.central.socket.status().journal.reports == 0)
            try await fleet.links[0].heal()
            _ = try await fleet.converge(within: 120)
            for id in ids { _ = try await fleet.centralClient.report(id) }
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `An urgent report overtakes a backlog on a slow link, and stands once when the backlog has come`()
        async throws
    {
        try await Program.withFleet { fleet in
            _ = try await fleet.converge(within: 120)
            await fleet.links[0].cut()
            let backlog = 60
            for case .report(var report) in ReportSource.generated(count: backlog, seed: 15) {
                report.set(.priority, "normal")
                let printable = (0..<24_000).map { _ in UInt8.random(in: 0x20...0x7E) }
                report.set(.text, String(decoding: printable, as: UTF8.self))
                _ = try await fleet.gatewayClients[0].create(report)
            }
            fleet.links[0].condition = LinkCondition(bytesPerSecond: 32 * 1024, delayMilliseconds: 20)
            try await fleet.links[0].heal()
            #expect(try await waits { try await fleet.gateways[0].socket.status().peers.first?.isConnected == true })
            guard case .report(var urgent) = ReportSource.generated(count: 1, seed: 16)[0] else { return }
            urgent.set(.priority, "urgent")
            let id = urgent.id
            _ = try await fleet.gatewayClients[0].create(urgent)
            #expect(try await waits(120) { (try? await fleet.centralClient.report(id)) != nil })
            let status = try await fleet.central.socket.status()
            #expect(status.journal.early == 1 && status.journal.reports < backlog)

            fleet.links[0].condition = LinkCondition()
            _ = try await fleet.converge(within: 120)
            let last = try await fleet.central.socket.status()
            #expect(last.journal.early == 0 && last.journal.reports == backlog + 1 && last.journal.orphans == 0)
            #expect(try await fleet.centralClient.report(id).report["history"]?.list?.count == 1)
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `An edit at central reaches the gateway that wrote the report`() async throws {
        try await Program.withFleet { fleet in
            let id = try await post(1, to: fleet)[0]
            _ = try await fleet.converge(within: 120)
            _ = try await fleet.centralClient.patch(id, ReportEdit(fields: ["stage": .text("dispatched")]))
            let arrived = try await waits {
                try await fleet.gatewayClients[0].report(id).report["fields"]?["stage"]?.text == "dispatched"
            }
            #expect(arrived)
        }
    }

    @Test func `A report made at central reaches only the gateway that serves its grid`() async throws {
        try await Program.withFleet(grids: [["10014"], ["10018"]]) { fleet in
            guard case .report(var report) = ReportSource.generated(count: 1, seed: 9)[0] else { return }
            report.fields["grid"] = .text("10018")
            _ = try await fleet.converge(within: 120)
            _ = try await fleet.centralClient.create(report)
            #expect(try await waits { (try? await fleet.gatewayClients[1].report(report.id)) != nil })
            _ = try await fleet.converge(within: 120)
            #expect((try? await fleet.gatewayClients[0].report(report.id)) == nil)
        }
    }

    @Test func `A killed gateway comes back with all that it acknowledged`() async throws {
        try await Program.withFleet { fleet in
            await fleet.links[0].cut()
            let ids = try await post(5, to: fleet)
            fleet.gateways[0].kill()
            _ = try await fleet.gateways[0].start()
            for id in ids { _ = try await fleet.gatewayClients[0].report(id) }
        }
    }

    @Test func `A resync restores entries that central has lost, and says how many`() async throws {
        try await Program.withFleet { fleet in
            _ = try await post(50, to: fleet)
            _ = try await fleet.converge(within: 120)
            #expect(await fleet.central.stop())
            try Self.lose(entries: 7, of: fleet.central.directory)
            _ = try await fleet.central.start()
            #expect(
                try await waits { try await fleet.central.socket.status().peers.first?.isConnected == true })

            let named = try await Self.resync(["--verify"], of: fleet)
            #expect(named.status == 1 && named.job.state == .finished && named.job.differing == 7)
            #expect(named.job.differences.allSatisfy { $0.kind == "entry" && $0.side == "central" })
            #expect(named.job.moved == 0 && (named.job.repairBytes ?? 0) > 0)
            let repaired = try await Self.resync(["--repair"], of: fleet)
            #expect(repaired.status == 0 && repaired.job.moved == 7 && repaired.job.differing == 0)
            for mode in [[], ["--deep"], ["--full"], ["--blobs"], ["--gateway-from-central"]] {
                let equal = try await Self.resync(mode, of: fleet)
                #expect(equal.status == 0 && equal.job.moved == 0 && equal.job.state == .finished, "\(mode)")
            }
            let (code, acts) = try await Program.run(["audit", "--state-directory", fleet.central.directory])
            let account = String(decoding: acts, as: UTF8.self).split(separator: "\n").first ?? ""
            #expect(code == 0 && account.contains("  operator (uid "))
            #expect(account.contains("Ended the resync 7 (rebuild) of gateway-1: equal."))
            _ = try await fleet.converge(within: 120)
        }
    }

    private static func resync(_ options: [String], of fleet: Fleet) async throws -> (status: Int32, job: ResyncJob) {
        let (status, output) = try await Program.run(
            ["resync", "gateway-1", "--json", "--state-directory", fleet.central.directory] + options)
        let last = try #require(output.split(separator: UInt8(ascii: "\n")).last)
        return (status, try JSONDecoder().decode(ResyncJob.self, from: Data(last)))
    }

    private static func lose(entries count: Int, of directory: String) throws {
        let queue = try DatabaseQueue(path: directory + "/journal.sqlite")
        try queue.write { db in
            try db.execute(
                sql: "DELETE FROM entries WHERE place IN (SELECT place FROM entries ORDER BY place LIMIT ? OFFSET 10)",
                arguments: [count])
            #expect(db.changesCount == count)
        }
        try queue.close()
    }

    @Test func `Only central gives the digest of one gateway`() async throws {
        try await Program.withFleet { fleet in
            let error = await #expect(throws: ClientError.self) {
                try await fleet.gateways[0].socket.digest(gateway: "gateway-1")
            }
            guard case .refused(409, let problem) = error else {
                Issue.record("not refused: \(String(describing: error))")
                return
            }
            #expect(problem.type == "urn:fieldpost:problem:not-central")
        }
    }

    @Test func `Central may dial the gateway as well`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let gateway = try Program.node("gateway", "station-1", in: place.path + "/gateway", listens: true)
        let address = try #require(try await gateway.start().peerAddress)
        defer { gateway.kill() }
        let central = try Program.node(
            "central", "central", in: place.path + "/central", listens: false, ["--dial", address])
        let id = try await central.start().node
        defer { central.kill() }
        _ = try await central.socket.addGateway(
            node: try await gateway.socket.status().node, name: "station-1", grids: "10014")
        let (code, output) = try await Program.run(
            ["enroll", "--central-id", id, "--state-directory", gateway.directory])
        #expect(code == 0, "\(output)")
        let report = try #require(ReportSource.generated(count: 1, seed: 3).reports.first)
        _ = try await gateway.socket.statusText()
        let client = try FieldpostClient(at: try await gateway.socket.status().httpAddress ?? "")
        _ = try await client.create(report)
        #expect(try await waits { try await central.socket.status().journal.reports == 1 })
    }
}
