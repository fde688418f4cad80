import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import GRDB
import NIOHTTP1
import TestKit
import Testing

/// Resyncs as jobs of real nodes: through cut links, killed nodes and a lost gateway.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ResyncTests {
    private func post(_ count: Int, to fleet: Fleet) async throws {
        for case .report(let report) in ReportSource.generated(count: count, seed: 7) {
            _ = try await fleet.gatewayClients[0].create(report)
        }
        _ = try await fleet.converge(within: 120)
    }

    /// Stops central, deletes every second entry of the gateway there, and starts it again.
    private func loseHalf(_ fleet: Fleet) async throws -> UInt64 {
        #expect(await fleet.central.stop())
        let queue = try DatabaseQueue(path: fleet.central.directory + "/journal.sqlite")
        let lost = try await queue.write { db in
            try db.execute(
                sql: """
                    DELETE FROM entries WHERE place & 1 AND place & 0xffffffffff > 10 AND place >> 40 IN
                        (SELECT number FROM origins WHERE node <> (SELECT node FROM identity))
                    """)
            return UInt64(db.changesCount)
        }
        try queue.close()
        _ = try await fleet.central.start()
        return lost
    }

    private func connects(_ fleet: Fleet) async throws -> Bool {
        try await waits(120) { try await fleet.central.socket.status().peers.first?.isConnected == true }
    }

    /// Bytes a second.
    private static let slow = 12 * 1024

    private func job(_ number: Int, of fleet: Fleet) async throws -> ResyncJob {
        try await fleet.central.socket.job(number).value
    }

    @Test func `A repair waits for the link, stands over kills, and moves what it had not moved yet`() async throws {
        try await Program.withFleet { fleet in
            try await post(1600, to: fleet)
            let digest = try await fleet.gateways[0].socket.digest()
            await fleet.links[0].cut()
            let lost = try await loseHalf(fleet)
            #expect(lost > 300)
            let number = try await fleet.central.socket.resync(gateway: "gateway-1", mode: .repair).value.number
            #expect(try await waits { try await job(number, of: fleet).words.contains("link") })
            fleet.central.kill()
            _ = try await fleet.central.start()
            #expect(try await job(number, of: fleet).state == .waiting)

            // Slow enough that half of it has gone when central is killed again.
            fleet.links[0].condition = LinkCondition(bytesPerSecond: Self.slow)
            try await fleet.links[0].heal()
            #expect(try await waits(120) { try await job(number, of: fleet).moved > 0 })
            // Paused, it moves nothing, until it is resumed.
            _ = try await fleet.central.socket.changeJob(number, "pause")
            let paused = try await job(number, of: fleet)
            #expect(paused.state == .paused && paused.moved > 0 && paused.moved < lost)
            try await Task.sleep(for: .seconds(1.5))
            #expect(try await job(number, of: fleet) == paused)
            _ = try await fleet.central.socket.changeJob(number, "resume")
            #expect(try await waits(120) { try await job(number, of: fleet).moved > paused.moved })
            let moved = try await job(number, of: fleet).moved
            #expect(moved < lost)
            #expect(try await waits(120) { try savedMoved(fleet) >= moved })
            fleet.central.kill()
            fleet.gateways[0].kill()
            _ = try await fleet.gateways[0].start()
            _ = try await fleet.central.start()
            #expect(try await connects(fleet))
            fleet.links[0].condition = LinkCondition()
            #expect(try await waits(120) { try await job(number, of: fleet).state == .finished })
            let end = try await job(number, of: fleet)
            #expect(end.differing == 0)
            // What was moved just before the pause or the kill may not be counted, as its step was not over.
            let step = UInt64(Limits.jobRepairStep)
            #expect(end.moved + 2 * step >= lost && end.moved <= lost + step, "\(end.moved) of \(lost)")
            #expect(try await fleet.central.socket.digest(gateway: "gateway-1").digest == digest.digest)
            let events = try await fleet.central.socket.auditLog().list.events.map(\.account)
            #expect(events.contains { $0.hasPrefix("Ended the resync \(number) (repair) of gateway-1: equal") })
        }
    }

    private func savedMoved(_ fleet: Fleet) throws -> UInt64 {
        let data = try Data(contentsOf: URL(fileURLWithPath: fleet.central.directory + "/jobs.json"))
        return try JSONDecoder().decode([ResyncJob].self, from: data).first?.moved ?? 0
    }

    @Test func `A job can be paused, resumed and cancelled, and one that is over stays as it is`() async throws {
        try await Program.withFleet { fleet in
            try await post(20, to: fleet)
            await fleet.links[0].cut()
            let central = fleet.central.socket
            let number = try await central.resync(gateway: "gateway-1", mode: .verify).value.number
            // The same question twice is one job.
            #expect(try await central.resync(gateway: "gateway-1", mode: .verify).value.number == number)
            #expect(try await central.changeJob(number, "pause").value.state == .paused)
            try await fleet.links[0].heal()
            #expect(try await connects(fleet))
            try await Task.sleep(for: .seconds(2))
            #expect(try await job(number, of: fleet).state == .paused)
            _ = try await central.changeJob(number, "resume")
            #expect(try await waits(120) { try await job(number, of: fleet).state == .finished })
            #expect(await Program.isRefused(409, saying: "over") { _ = try await central.changeJob(number, "cancel") })

            await fleet.links[0].cut()
            let other = try await central.resync(gateway: "gateway-1", mode: .repair).value.number
            #expect(try await central.changeJob(other, "cancel").value.state == .cancelled)
            #expect(await Program.isRefused(404) { _ = try await central.job(99) })
            #expect(await Program.isRefused(404) { _ = try await central.resync(gateway: "nowhere", mode: .verify) })
            #expect(
                await Program.isRefused(409, saying: "central") {
                    _ = try await fleet.gateways[0].socket.resync(gateway: "gateway-1", mode: .verify)
                })
            // A file that cannot be read stops nothing, and is kept.
            #expect(await fleet.central.stop())
            try Data("{".utf8).write(to: URL(fileURLWithPath: fleet.central.directory + "/jobs.json"))
            _ = try await fleet.central.start()
            #expect(try await central.jobs().value.jobs.isEmpty)
            #expect(FileManager.default.fileExists(atPath: fleet.central.directory + "/jobs.json.damaged"))
        }
    }

    @Test func `A pull of everything stops with a pause, and goes on after a kill of central`() async throws {
        try await Program.withFleet { fleet in
            try await post(700, to: fleet)
            let digest = try await fleet.gateways[0].socket.digest()
            let lost = try await loseHalf(fleet)
            #expect(try await connects(fleet))
            fleet.links[0].condition = LinkCondition(bytesPerSecond: Self.slow)
            let central = fleet.central.socket
            let number = try await central.resync(gateway: "gateway-1", mode: .full).value.number
            #expect(try await waits(120) { try await job(number, of: fleet).moved > 0 })
            _ = try await central.changeJob(number, "pause")
            let paused = try await job(number, of: fleet)
            #expect(paused.state == .paused && paused.moved < lost)
            // Its session ends, so nothing more comes but what a new one says.
            try await Task.sleep(for: .seconds(1))
            let carried = fleet.links[0].bytes.up
            try await Task.sleep(for: .seconds(3))
            let more = fleet.links[0].bytes.up - carried
            #expect(more < UInt64(Self.slow), "\(more) bytes")
            #expect(try await job(number, of: fleet) == paused)
            _ = try await central.changeJob(number, "resume")
            #expect(try await waits(120) { try await job(number, of: fleet).state == .running })
            fleet.central.kill()
            _ = try await fleet.central.start()
            fleet.links[0].condition = LinkCondition()
            #expect(try await waits(120) { try await job(number, of: fleet).state == .finished })
            #expect(try await job(number, of: fleet).moved < lost, "what came before stays")
            #expect(try await fleet.central.socket.digest(gateway: "gateway-1").digest == digest.digest)
        }
    }

    @Test func `Lists leave out what differs, and only jobs that take a rate get one, and keep it`() async throws {
        try await Program.withFleet { fleet in
            try await post(40, to: fleet)
            let lost = try await loseHalf(fleet)
            #expect(try await connects(fleet))
            let central = fleet.central.socket
            let number = try await central.resync(gateway: "gateway-1", mode: .verify).value.number
            #expect(try await waits(120) { try await job(number, of: fleet).state == .finished })
            let named = try await job(number, of: fleet)
            #expect(named.differing == lost && named.differences.count == Int(lost))
            let listed = try await central.jobs(.finished).value.jobs
            #expect(listed.map(\.number) == [number] && listed.allSatisfy(\.differences.isEmpty))
            #expect(listed.first?.differing == lost)
            #expect(try await central.jobs(.running).value.jobs.isEmpty)
            #expect(
                await Program.isRefused(400, saying: "rate") {
                    _ = try await central.resync(gateway: "gateway-1", mode: .full, rate: 20_000)
                })
            #expect(await Program.isRefused(400) { _ = try await central.exchange.send(.GET, "/v1/jobs?state=lost") })
            // Kept to its rate, a repair takes as long as it must.
            let cost = try #require(named.repairBytes)
            #expect(cost > lost * 100 && cost < lost * 4000, "\(cost) bytes for \(lost) entries")
            let start = ContinuousClock.now
            let slow = try await central.resync(gateway: "gateway-1", mode: .repair, rate: Limits.jobLeastRate).value
            #expect(try await waits(120) { try await job(slow.number, of: fleet).state == .finished })
            #expect(ContinuousClock.now - start > .seconds(Int(cost) / Limits.jobLeastRate / 2))
            #expect(try await job(slow.number, of: fleet).differing == 0)
        }
    }

    @Test func `A gateway that lost its journal is rebuilt from central, equal by digest`() async throws {
        try await Program.withFleet { fleet in
            try await post(60, to: fleet)
            for case .report(let report) in ReportSource.generated(count: 10, seed: 9) {
                _ = try await fleet.centralClient.create(report)
            }
            _ = try await fleet.converge(within: 120)
            #expect(await fleet.gateways[0].stop())
            let directory = fleet.gateways[0].directory
            for name in try FileManager.default.contentsOfDirectory(atPath: directory)
            where name.hasPrefix("journal") || name.hasPrefix("lease") {
                try FileManager.default.removeItem(atPath: directory + "/" + name)
            }
            _ = try await fleet.gateways[0].start()
            #expect(try await connects(fleet))
            let (status, output) = try await Program.run(
                [
                    "resync", "gateway-1", "--gateway-from-central", "--json", "--state-directory",
                    fleet.central.directory,
                ])
            #expect(status == 0, "\(String(bytes: output, encoding: .utf8) ?? "")")
            _ = try await fleet.converge(within: 120)
            let rebuilt = try await fleet.gateways[0].socket.digest()
            #expect(rebuilt.reports >= 60)
            #expect(try await fleet.central.socket.digest(gateway: "gateway-1").digest == rebuilt.digest)
        }
    }
}
