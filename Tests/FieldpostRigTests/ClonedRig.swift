import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

extension Rigs {
    /// A card is copied, and both copies are put to work: two nodes that think they are the same one.
    @Suite(.timeLimit(.minutes(30))) struct ClonedRig {
        @Test func `Two clones lose nothing, a person is told, and lets the second incarnation in`() async throws {
            let rounds = Rig.count(2, long: 50)
            try await Rig.run("cloned", least: 44 * rounds) { rig in
                for round in 0..<rounds { try await Self.clone(rig, number: round) }
            }
        }

        private static func clone(_ rig: Rig, number: Int) async throws {
            rig.countTrial()
            let earlier = rig.ledger.page
            let folder = "clones-\(number)"
            let town = try await rig.fleet(in: folder)
            defer { town.kill() }
            let original = town.gateways[0]
            for intake in town.intakes { try await rig.feed(8, to: intake) }
            _ = try await town.converge(within: 30)
            rig.check(await original.stop(), "the original did not end well")
            let copy = rig.directory + "/\(folder)/copy"
            try Template.copy(original.directory, to: copy)
            await town.links[0].cut()

            let peer = try await town.central.socket.status().peerAddress ?? ""
            let port = peer.split(separator: ":").last.flatMap { Int($0) } ?? 0
            let link = try await Relay(target: port)
            await link.cut()
            let clone = try rig.node(
                "gateway", named: "clone", in: copy, dials: ["127.0.0.1:\(link.port)"],
                grids: Rig.grids(of: 1))
            defer { clone.kill() }
            var twins: [Twin] = []
            for (node, link) in [(original, town.links[0]), (clone, link)] {
                let intake = try await rig.start(node)
                twins.append(Twin(node: node, link: link, intake: intake))
            }
            if number % 2 == 1 { twins.reverse() }
            // Both write while neither has a link; then each has one in turn. The one that comes back to find another
            // incarnation in its place begins a new one, which is the second that follows the same.
            for twin in twins { try await rig.feed(8, to: twin.intake) }
            for twin in twins { try await twin.meet(.isSettled, rig) }
            for twin in twins { try await rig.feed(8, to: twin.intake) }
            try await twins[0].meet(.isRefused, rig)
            try await twins[1].meet(.isSettled, rig)
            // The gateway beside them goes on as ever.
            try await rig.feed(4, to: town.gatewayIntakes[1])
            let beside = try await Pair.difference(gateway: town.gateways[1], central: town.central, within: 30)
            rig.check(beside == nil, "the gateway beside the clones does not agree: \(beside ?? "")")
            let page = rig.ledger.page.since(earlier)
            for twin in twins { try await rig.look(at: twin.intake, for: page.acknowledged(by: twin.node.name)) }
            let status = try await town.central.socket.status()
            rig.check(
                status.alarms.contains { $0.contains("was cloned, or restored twice. Its second incarnation waits") },
                "central does not say that there is a clone: \(status.alarms)")
            let words = status.alarms.filter { !$0.contains("was cloned") && !$0.contains("card was cloned") }
            rig.check(words.isEmpty, "central has other alarms: \(words)")
            guard let waiting = status.peers.first(where: \.isCloneWaiting) else {
                return rig.fail("central says of no incarnation that it waits")
            }

            let released = try await town.central.socket.acceptClone(gateway: waiting.node).accepted
            rig.check(released == 1, "\(released) incarnations were accepted")
            let event = try await town.central.socket.auditLog().list.events.first?.account ?? ""
            rig.check(event.hasPrefix("Accepted all incarnations of"), "the last audit event is \(event)")
            try await twins[0].meet(.isSettled, rig)
            try await rig.look(at: town.intakes[0], for: page)
        }
    }
}

/// One of two nodes that run from copies of one card, with a link of its own.
private struct Twin {
    let node: NodeProcess
    let link: Relay
    let intake: Intake

    enum Outcome: String {
        /// Central has all that it has.
        case isSettled = "resolved"
        /// Central takes it for a clone.
        case isRefused = "refused as a clone"
    }

    /// Gives it its link for as long as it takes to come about. It is started again first: one that has long found no
    /// link waits up to four seconds before it dials again.
    func meet(_ outcome: Outcome, _ rig: Rig) async throws {
        try await link.heal()
        node.kill()
        try await rig.start(node)
        var seen: Outcome?
        let cameAbout = try await waits(15) {
            seen = try await current()
            return seen == outcome
        }
        rig.check(cameAbout, "\(node.name) is not \(outcome.rawValue), but \(seen?.rawValue ?? "neither")")
        await link.cut()
    }

    private func current() async throws -> Outcome? {
        let status = try await node.socket.status()
        if status.alarms.contains(where: { $0.contains("takes this node for a clone") }) { return .isRefused }
        guard let peer = status.peers.first, peer.isConnected, peer.entriesWaitingUp == 0 else { return nil }
        return .isSettled
    }
}
