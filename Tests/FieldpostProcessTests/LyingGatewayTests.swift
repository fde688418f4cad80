import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostTransport
import FieldpostWire
import Foundation
import TestKit
import Testing

/// What an enrolled gateway claims about central and others, over real connections, beside an honest gateway.
@Suite(.timeLimit(.minutes(15))) struct LyingGatewayTests {
    private func liar(_ fleet: Fleet, _ directory: String) async throws -> LyingGateway {
        let node = try Program.node("gateway", "liar", in: directory)
        try await node.enroll(with: fleet.central, grids: ["10014"])
        let address = try await fleet.central.socket.status().peerAddress
        return try LyingGateway(in: directory, central: try #require(address.flatMap { Endpoint($0) }))
    }

    private func suspicions(_ status: NodeStatus) -> [String] {
        status.alarms.filter { $0.contains("claims that central cannot verify") }
    }

    private func report(_ fleet: Fleet) async throws -> ReportID {
        let report = try #require(ReportSource.generated(count: 1, seed: .random(in: 0...UInt64.max)).reports.first)
        _ = try await fleet.gatewayClients[0].create(report)
        return report.id
    }

    /// The honest gateway has sent everything, and shows what central holds of its scope.
    private func agree(_ fleet: Fleet) async throws {
        let gateway = fleet.gateways[0]
        let isSettled = try await waits(120) {
            guard let peer = try? await gateway.socket.status().peers.first, peer.isConnected,
                peer.entriesWaitingUp == 0, let own = try? await gateway.socket.digest(),
                let held = try? await fleet.central.socket.digest(gateway: gateway.name)
            else { return false }
            return own.digest == held.digest
        }
        #expect(isSettled, "the honest gateway does not agree with central")
    }

    @Test func `False receipts and places in the feed change nothing, and raise one alarm`() async throws {
        try await Program.withFleet { fleet in
            let liar = try await liar(fleet, fleet.central.directory + "-liar")
            _ = try await report(fleet)
            try await agree(fleet)
            let before = try await fleet.central.socket.status()
            let incarnation = try #require(Incarnation(text: before.incarnation))
            let central = Origin(node: try #require(NodeID(hex: before.node)), incarnation: incarnation)

            let first = try await liar.speak(LyingGateway.Lies())
            let proof = try #require(first.receipt?.proof)
            #expect(proof.incarnation == incarnation)
            let beyond = Head(origin: liar.peer.origin, seq: 1 << 30, chain: .zero)
            var lies: [LyingGateway.Lies] = []
            for (index, said) in [nil, proof, HeadProof(incarnation: .random(), proof: proof.proof)].enumerated() {
                let seen = KnownEntry(dot: Dot(central, 1 << 20), hash: .zero, proof: index == 0 ? nil : proof.proof)
                lies.append(.init(receipts: [Receipt(head: beyond, proof: said)]))
                lies.append(.init(cursor: FeedCursor(incarnation: incarnation, position: 1 << 40), proof: said?.proof))
                lies.append(.init(cursor: FeedCursor(incarnation: .random(), position: 3), proof: said?.proof))
                lies.append(.init(cursor: FeedCursor(incarnation: incarnation, position: 0), seen: seen))
            }
            for (index, lie) in (lies + lies + lies).enumerated() {
                let outcome = try await liar.speak(lie)
                #expect(outcome.incarnation == incarnation, "a new incarnation after \(index) lies")
                #expect(outcome.receipt?.head.seq == UInt64(index + 2), "its own report \(index) has no receipt")
                #expect(outcome.goodbye == nil)
            }
            let status = try await fleet.central.socket.status()
            #expect(status.incarnation == before.incarnation)
            #expect(suspicions(status).count == 1 && status.alarms.count == before.alarms.count + 1)
            #expect(suspicions(status).allSatisfy { $0.contains("liar") })
            #expect(status.journal.reports == before.journal.reports + 37)
            let honest = try #require(status.peers.first { $0.name == fleet.gateways[0].name })
            #expect(honest.isConnected && honest.lastError == nil)
            _ = try await report(fleet)
            try await agree(fleet)
        }
    }

    @Test func `After a restore, a gateway cannot write in the name of others`() async throws {
        try await Program.withFleet { fleet in
            let liar = try await liar(fleet, fleet.central.directory + "-liar")
            let known = try await report(fleet)
            _ = try await liar.speak(LyingGateway.Lies())
            try await agree(fleet)
            let backup = fleet.central.directory + "-backup"
            #expect(await fleet.central.stop())
            try FileManager.default.copyItem(atPath: fleet.central.directory, toPath: backup)
            try await fleet.central.start()
            let lost = try await report(fleet)
            try await agree(fleet)
            let before = try await fleet.central.socket.status()
            #expect(await fleet.central.stop())
            try FileManager.default.removeItem(atPath: fleet.central.directory)
            try FileManager.default.copyItem(atPath: backup, toPath: fleet.central.directory)
            try await fleet.central.start()
            let isBack = try await waits {
                let status = try await fleet.central.socket.status()
                return status.incarnation != before.incarnation && status.peers.contains { $0.isConnected }
            }
            #expect(isBack)

            let node = try #require(NodeID(hex: before.node))
            let incarnation = try #require(Incarnation(text: before.incarnation))
            let gateway = try await fleet.gateways[0].socket.status()
            let victim = Origin(
                node: try #require(NodeID(hex: gateway.node)),
                incarnation: try #require(Incarnation(text: gateway.incarnation)))
            let closing: [FieldName: FieldValue] = [.stage: .text("closed"), .grid: .text("10014")]
            var lies = LyingGateway.Lies()
            lies.entries = [
                LyingGateway.entry(Dot(Origin(node: node, incarnation: incarnation), 900), report: known, closing),
                LyingGateway.entry(Dot(victim, 900), report: known, closing),
                LyingGateway.entry(Dot(victim, 901), [.text: .text("never said")]),
            ]
            lies.entries += (1...1_100).map { number in
                let invented = Origin(node: victim.node, incarnation: Incarnation(UInt128(number) << 64))
                return LyingGateway.entry(Dot(invented, 1), report: known, closing)
            }
            let outcome = try await liar.speak(lies)
            #expect(outcome.wasAskedForOthers)
            _ = try await liar.speak(LyingGateway.Lies())
            _ = try await report(fleet)
            try await agree(fleet)
            let after = try await fleet.central.socket.status()
            #expect(suspicions(after).count == 1)
            #expect((1...Limits.incarnationsPerNode).contains(after.journal.unconfirmed))
            let shown = try await fleet.centralClient.report(known).report
            #expect(shown["fields"]?["stage"]?.text != "closed")
            let unconfirmed = shown["unconfirmed"]?.list ?? []
            #expect(!unconfirmed.isEmpty && unconfirmed.allSatisfy { $0["unconfirmed"]?.boolean == true })
            #expect(unconfirmed.allSatisfy { $0["through"]?.text == liar.peer.identity.node.description })
            #expect(try await fleet.centralClient.report(lost).report["id"]?.text == lost.description)
            // The honest gateway lost nothing, and does not think that it did.
            #expect(try await fleet.gateways[0].socket.status().incarnation == gateway.incarnation)
        }
    }
}
