import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostNode
import Foundation
import TestKit
import Testing

/// A gateway that gets a new key, and one that gets another central node.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ReplacementTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private func node(_ role: String, _ name: String, dials: [String] = []) throws -> NodeProcess {
        try Program.node(role, name, in: place.path + "/" + name, dials.flatMap { ["--dial", $0] })
    }

    @Test func `A token that replaces a gateway revokes the old key when the new one enrolls`() async throws {
        let central = try node("central", "central")
        let address = try #require(try await central.start().peerAddress)
        defer { central.kill() }
        let old = try node("gateway", "station-1", dials: [address])
        try await old.enroll(with: central, grids: ["10014"])
        try await old.start()
        defer { old.kill() }
        #expect(try await waits { try await old.socket.status().peers.first?.isConnected == true })

        let (code, output) = try await Program.run(
            ["token", "create", "--replaces", "station-1", "--state-directory", central.directory])
        #expect(code == 0)
        let file = place.path + "/token"
        try output.write(to: URL(filePath: file))
        #expect(try await central.socket.gateways().value.gateways.map(\.isConnected) == [true])
        let listed = try await central.socket.tokens().value.tokens
        #expect(listed.compactMap(\.replaces) == [try NodeKey.load(path: old.directory + "/node.key").node.description])

        let new = try node("gateway", "anew", dials: [address])
        let enrolled = try await Program.run([
            "enroll", "--central", address, "--state-directory", new.directory, "--token-file", file,
        ])
        #expect(enrolled.status == 0)
        try await new.start()
        defer { new.kill() }
        #expect(try await waits { try await new.socket.status().peers.first?.isConnected == true })
        #expect(
            try await waits { try await old.socket.status().alarms.contains { $0.contains("revoked") } })
        let states = try await central.socket.gateways().value.gateways
        #expect(Set(states.map { "\($0.name) \($0.state.rawValue)" }) == ["station-1 enrolled", "station-1 revoked"])
        #expect(states.first { $0.state == .enrolled }?.grids == ["10014"])
    }

    @Test func `A gateway that is enrolled elsewhere leaves its central node by itself`() async throws {
        let (first, second) = (try node("central", "first"), try node("central", "second"))
        let addresses = try await [first.start().peerAddress, second.start().peerAddress].compactMap(\.self)
        defer {
            first.kill()
            second.kill()
        }
        let gateway = try node("gateway", "station-1", dials: addresses)
        try await gateway.enroll(with: first)
        let client = try FieldpostClient(at: try await gateway.start().httpAddress ?? "")
        defer { gateway.kill() }
        let report = try #require(ReportSource.generated(count: 1, seed: 3).reports.first)
        _ = try await client.create(report)
        #expect(try await waits { try await first.socket.status().journal.reports == 1 })

        let made = try await second.socket.makeToken(name: nil, grids: nil, seconds: 600)
        let file = place.path + "/token"
        try Data(made.value.token.utf8).write(to: URL(filePath: file))
        let arguments = [
            "enroll", "--central", addresses[1], "--state-directory", gateway.directory, "--token-file", file,
        ]
        #expect(try await Program.run(arguments).status == ExitCode.configuration)
        #expect(try await Program.run(arguments + ["--replace"]).status == 0)
        // The second central node gets from the gateway's journal what the first one holds.
        #expect(try await waits(120) { try await second.socket.status().journal.reports == 1 })
        #expect(try await waits { try await first.socket.status().peers.allSatisfy { !$0.isConnected } })
    }
}
