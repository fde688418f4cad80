import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import NIOHTTP1
import TestKit
import Testing

/// Grids that central's administrators take from a gateway and give back, over TLS.
@Suite(.serialized, .timeLimit(.minutes(10))) struct TakenGridTests {
    @Test(arguments: [true, false])
    func `When a grid is taken from a gateway, its reports leave, and they return with the grid`(isConnected: Bool)
        async throws
    {
        try await Program.withFleet(grids: [["10014"], ["10014", "10018"]]) { fleet in
            var reports = ReportSource.generated(count: 2, seed: 12).reports
            for (number, grid) in ["10014", "10018"].enumerated() {
                reports[number].fields["grid"] = .text(grid)
                _ = try await fleet.gatewayClients[0].create(reports[number])
            }
            _ = try await fleet.converge(within: 120)
            let south = fleet.gatewayClients[1]
            for report in reports { _ = try await south.report(report.id) }

            if !isConnected { await fleet.links[1].cut() }
            try await set("10018", at: fleet)
            _ = try await fleet.centralClient.patch(reports[0].id, ReportEdit(fields: ["stage": .text("secret")]))
            if !isConnected { try await fleet.links[1].heal() }
            #expect(
                try await waits(120) {
                    await Program.isRefused(410) { _ = try await south.report(reports[0].id) }
                })
            for list in ["", "/notes", "/history"] {
                let isSaid = await Program.isRefused(410, saying: "no longer in this station's scope") {
                    _ = try await south.exchange.send(.GET, "/v1/reports/\(reports[0].id)\(list)")
                }
                #expect(isSaid, "\(list)")
            }
            _ = try await south.report(reports[1].id)
            _ = try await fleet.converge(within: 120)
            #expect(try await fleet.gateways[1].socket.digest().reports == 1)
            #expect(try await fleet.gateways[0].socket.digest().reports == 2)

            try await set("10018,10014", at: fleet)
            #expect(
                try await waits(120) {
                    // Refused until it has come back.
                    let report = try? await south.report(reports[0].id).report
                    return report?["fields"]?["stage"]?.text == "secret"
                })
            _ = try await fleet.converge(within: 120)
            #expect(try await fleet.central.socket.status().alarms.isEmpty)
        }
    }

    private func set(_ grids: String, at fleet: Fleet) async throws {
        let (code, output) = try await Program.run(
            ["gateways", "grids", "gateway-2", "--set", grids, "--state-directory", fleet.central.directory])
        #expect(code == 0, "\(String(decoding: output, as: UTF8.self))")
    }
}
