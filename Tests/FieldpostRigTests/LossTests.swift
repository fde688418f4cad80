import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Testing

/// What is lost, exactly, where RELIABILITY.md says that something is.
@Suite(.timeLimit(.minutes(10))) struct LossTests {
    @Test func `What a gateway alone had goes with its card, is told, and may be sent again`() async throws {
        try await Rig.run("a card put back", least: 20) { rig in
            let town = try await rig.fleet()
            let (gateway, intake) = (town.gateways[0], town.gatewayIntakes[0])
            try await rig.feed(10, to: intake)
            try await town.converge(within: 30)
            rig.check(await gateway.stop(), "the gateway did not end well")
            let backup = rig.directory + "/backup"
            try Template.copy(gateway.directory, to: backup)
            try await rig.start(gateway)
            try await rig.feed(10, to: intake)
            try await town.converge(within: 30)
            let known = rig.ledger.page

            // What comes now is nowhere else.
            await town.links[0].cut()
            let feed = Feed(rig: rig, intake: intake)
            let kept = (0..<6).map { _ in feed.make().report }
            for report in kept { try await intake.create(report) }
            rig.check(await gateway.stop(), "the gateway did not end well")
            try FileManager.default.removeItem(atPath: gateway.directory)
            try Template.copy(backup, to: gateway.directory)
            try await rig.start(gateway)
            rig.countTrial()
            try await town.links[0].heal()
            let difference = try await Pair.difference(gateway: gateway, central: town.central, within: 30)
            rig.check(difference == nil, "no agreement: \(difference ?? "")")
            for node in town.intakes.prefix(2) {
                try await rig.look(at: node, for: known.acknowledged(by: intake.name))
                let listed = try await Rig.listed(node.client)
                rig.check(kept.allSatisfy { !listed.contains($0.id) }, "\(node.name) shows what was in no copy")
            }
            let alarms = try await gateway.socket.status().alarms
            rig.check(
                alarms.count == 1 && alarms[0].hasPrefix("The machine was restored from a copy"), "alarms: \(alarms)")

            // Terminals that kept theirs send them again: under their ids they are the same reports.
            for report in kept {
                try await intake.create(report)
                feed.acknowledged(report)
            }
            try await town.converge(within: 30)
            try await rig.lookEverywhere(town, isQuiet: false)
        }
    }
}
