import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import TestKit
import Testing

/// A gateway with a retention of three seconds, and its central node, over TCP.
@Suite(.serialized, .timeLimit(.minutes(15))) struct RetentionTests {
    private func pruned(_ gateway: NodeProcess) async throws -> Int {
        try await gateway.socket.status().journal.retention?.reportsPruned ?? -1
    }

    @Test func `What central holds is pruned after the retention, still known, and rehydrated for a late edit`()
        async throws
    {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let central = try Program.node("central", "central", in: place.path + "/central")
        let status = try await central.start()
        defer { central.kill() }
        let (atCentral, address) = (
            try FieldpostClient(at: status.httpAddress ?? ""), try #require(status.peerAddress)
        )
        let gateway = try Program.node(
            "gateway", "station-1", in: place.path + "/gateway", ["--dial", address, "--retention", "3s"])
        try await gateway.enroll(with: central)
        let atGateway = try FieldpostClient(at: try await gateway.start().httpAddress ?? "")
        defer { gateway.kill() }

        let made = ReportSource.generated(count: 5, seed: 11).reports
        for report in made { _ = try await atGateway.create(report) }
        #expect(try await waits(120) { try await pruned(gateway) == 5 })
        let digest = try await central.socket.digest()
        #expect(try await gateway.socket.digest() == digest && digest.reports == 5)
        #expect(await Program.isRefused(410) { _ = try await atGateway.report(made[0].id) })
        #expect(try await atGateway.reports()["reports"]?.list?.isEmpty == true)
        // A terminal that lost its answer sends the report again.
        #expect(try await atGateway.create(made[0]).wasThere)

        // A resync of pruned reports neither adds nor deletes anything.
        let (code, _) = try await Program.run(["resync", "station-1", "--state-directory", central.directory])
        #expect(code == 0)
        #expect(try await central.socket.digest() == digest)

        // A late edit at central: the whole report comes back, shows both changes, and is pruned again.
        _ = try await atCentral.patch(made[1].id, ReportEdit(fields: ["stage": .text("closed")]))
        #expect(
            try await waits(120) {
                guard let report = try? await atGateway.report(made[1].id).report else { return false }
                return report["fields"]?["stage"]?.text == "closed" && report["gaps"]?.list?.isEmpty == true
                    && report["history"]?.list?.count == 2
            })
        // And a late edit here.
        let edited = try await atGateway.patch(made[2].id, ReportEdit(fields: ["stage": .text("closed")]))
        #expect(!edited.isReplay)
        #expect(try await waits(120) { try await pruned(gateway) == 5 })
        #expect(try await gateway.socket.digest() == central.socket.digest())
        #expect(try await gateway.socket.status().alarms.isEmpty)
        #expect(try await central.socket.status().alarms.isEmpty)

        // Nothing is pruned while central is away.
        #expect(await central.stop())
        let late = ReportSource.generated(count: 8, seed: 11).reports.suffix(3)
        for report in late { _ = try await atGateway.create(report) }
        let before = try await gateway.socket.status()
        #expect(
            try await waits(120) {
                try await gateway.socket.status().uptimeSeconds > before.uptimeSeconds + 2
            })
        #expect(try await pruned(gateway) == 5)
        _ = try await central.start()
        #expect(try await waits(120) { try await pruned(gateway) == 8 })
        #expect(try await gateway.socket.digest() == central.socket.digest())
        #expect(await gateway.stop())
    }
}
