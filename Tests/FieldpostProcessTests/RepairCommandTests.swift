import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// A real node with a damaged journal, and its repair.
@Suite(.serialized, .timeLimit(.minutes(15))) struct RepairCommandTests {
    private func repair(_ directory: String, _ flags: String...) async throws -> (status: Int32, JSONValue) {
        let result = try await Program.run(["repair", "--state-directory", directory, "--json"] + flags)
        let object = try? JSONDecoder().decode(JSONValue.self, from: result.output)
        return (result.status, object ?? .null)
    }

    @Test func `A gateway whose journal was spoiled refuses to start, is repaired, and loses nothing`() async throws {
        try await Program.withFleet { fleet in
            let directory = fleet.gateways[0].directory
            await fleet.links[0].cut()
            for case .report(let report) in ReportSource.generated(count: 20, seed: 7) {
                _ = try await fleet.gatewayClients[0].create(report)
            }
            #expect(try await repair(directory).status == 69)
            fleet.gateways[0].kill()

            let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory + "/journal.sqlite"))
            try file.write(contentsOf: Data(count: 100))
            try file.close()
            let start = ["gateway", "--state-directory", directory, "--http", "127.0.0.1:0"]
            #expect(try await Program.run(start).status == 65)

            let checked = try await repair(directory, "--check")
            #expect(checked.status == 0 && checked.1["is_damaged"]?.boolean == true)
            #expect(checked.1["entries"]?.double == 20)
            #expect(try await Program.run(start).status == 65)
            let repaired = try await repair(directory)
            #expect(repaired.status == 0 && repaired.1["is_rebuilt"]?.boolean == true)
            #expect(repaired.1["reports"]?.double == 20)
            let again = try await repair(directory)
            #expect(again.status == 0 && again.1["is_damaged"]?.boolean == false)
            let said = try await Program.run(["repair", "--state-directory", directory])
            #expect(String(decoding: said.output, as: UTF8.self).contains("`fieldpost repair --force`"))
            let forced = try await repair(directory, "--force")
            #expect(forced.status == 0 && forced.1["is_rebuilt"]?.boolean == true)
            #expect(forced.1["is_damaged"]?.boolean == false && forced.1["reports"]?.double == 20)

            _ = try await fleet.gateways[0].start()
            try await fleet.links[0].heal()
            #expect(try await waits { try await fleet.central.socket.status().journal.reports == 20 })
            let client = fleet.centralClient
            for case .report(let report) in ReportSource.generated(count: 20, seed: 7) {
                _ = try await client.report(report.id)
            }
        }
    }

    @Test func `Without a journal there is nothing to repair`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let directory = place.path + "/node"
        #expect(try await Program.run(["init", "gateway", "--directory", directory]).status == 0)
        #expect(try await repair(directory).status == 74)
        #expect(try await Program.run(["repair", "--state-directory", directory, "--check", "--force"]).status == 64)
    }
}
