import FieldpostNode
import Foundation
import Testing

@testable import fieldpost

extension Rigs {
    /// A card is copied, and both copies are put to work: two nodes that think they are the same one.
    @Suite(.timeLimit(.minutes(10))) struct ClonedRig {
        @Test func `Two clones lose nothing, and a person is told`() async throws {
            try await Rig.run("cloned") { rig in
                for round in 0..<Rig.count(2, long: 10) { try await Self.clone(rig, number: round) }
                rig.measure { $0.acknowledged = rig.ledger.page.count }
            }
        }

        private static func clone(_ rig: Rig, number: Int) async throws {
            rig.measure { $0.trials += 1 }
            let earlier = rig.ledger.page
            let folder = "clones-\(number)"
            let fleet = try await rig.fleet(in: folder)
            defer { fleet.kill() }
            let original = fleet.gateways[0]
            try await rig.feed(12, to: fleet.gatewayIntakes[0])
            _ = try await fleet.converge(within: 30)
            rig.check(await original.stop(), "the original did not end well")
            let copy = rig.directory + "/\(folder)/copy"
            try Template.copy(original.directory, to: copy)
            await fleet.links[0].cut()

            let peer = try await fleet.central.socket.status().peerAddress ?? ""
            let port = peer.split(separator: ":").last.flatMap { Int($0) } ?? 0
            let link = try await Relay(target: port)
            await link.cut()
            let clone = try rig.node("gateway", named: "clone", in: copy, dials: ["127.0.0.1:\(link.port)"])
            let nodes = [original, clone]
            var intakes: [Intake] = []
            for node in nodes { intakes.append(Intake(name: node.name, client: try await rig.start(node))) }
            // Both write while neither has a link; then each has one in turn, twice.
            let order = number % 2 == 0 ? [fleet.links[0], link] : [link, fleet.links[0]]
            for _ in 0..<2 {
                for intake in intakes { try await rig.feed(8, to: intake) }
                for turn in order {
                    try await turn.heal()
                    _ = try await Rig.waits(5) { try await Self.isSettled(nodes) }
                    await turn.cut()
                }
            }
            let page = rig.ledger.page.since(earlier)
            for intake in intakes { try await rig.look(at: intake, for: page.acknowledged(by: intake.name)) }
            let central = try await Shown.read(fleet.centralClient)
            let own = try await Shown.read(intakes[0].client).texts.merging(Shown.read(intakes[1].client).texts) { $1 }
            rig.check(
                page.reports.keys.allSatisfy { central.texts[$0] != nil || own[$0] != nil },
                "a report is at neither clone, nor at central")
            var alarms: [String] = []
            for node in [fleet.central] + nodes { alarms += (try? await node.socket.status().alarms) ?? [] }
            rig.check(!alarms.isEmpty, "nobody is told of the clone")
            clone.kill()
        }

        /// Whether a node is connected, and has nothing waiting.
        private static func isSettled(_ nodes: [NodeProcess]) async throws -> Bool {
            for node in nodes {
                guard let peer = try? await node.socket.status().peers.first, peer.isConnected else { continue }
                return peer.entriesWaitingUp == 0
            }
            return false
        }
    }
}
