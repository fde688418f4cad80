import FieldpostNode
import Foundation
import Testing

@testable import fieldpost

extension Rigs {
    /// Databases and whole directories put back from an earlier copy, at a gateway and at central.
    @Suite(.timeLimit(.minutes(30))) struct RestoredRig {
        /// What was restored, and whether changes came in at the node before it met its peer again.
        struct Case: Sendable, CustomStringConvertible {
            let victim: String
            /// The lease, which lies beside the database, came back with it.
            let isWholeDirectory: Bool
            let writesFirst: Bool

            static let all = ["gateway-1", "central"].flatMap { victim in
                [false, true].flatMap { whole in
                    [false, true].map { Case(victim: victim, isWholeDirectory: whole, writesFirst: $0) }
                }
            }

            var description: String {
                "\(victim), \(isWholeDirectory ? "directory" : "database") restored"
                    + (writesFirst ? ", changes before it met its peer" : "")
            }
        }

        @Test func `A restored node and its peer end up whole, and one alarm says what happened`() async throws {
            try await Rig.run("restored") { rig in
                for round in 0..<Rig.count(1, long: 7) {
                    for (number, restored) in Case.all.enumerated() {
                        try await Self.restore(restored, rig, in: "trial-\(round)-\(number)")
                    }
                }
                rig.measure { $0.acknowledged = rig.ledger.page.count }
            }
        }

        private static func restore(_ restored: Case, _ rig: Rig, in folder: String) async throws {
            rig.countTrial()
            let earlier = rig.ledger.page
            let fleet = try await rig.fleet(in: folder)
            defer { fleet.kill() }
            let node = fleet.nodes.first { $0.name == restored.victim } ?? fleet.central
            for intake in fleet.intakes { try await rig.feed(12, to: intake) }
            _ = try await fleet.converge(within: 30)
            rig.check(await node.stop(), "\(node.name) did not end well")
            let backup = rig.directory + "/backup"
            try? FileManager.default.removeItem(atPath: backup)
            try Template.copy(node.directory, to: backup)
            try await rig.start(node)

            for intake in fleet.intakes { try await rig.feed(12, to: intake) }
            // Central's own changes are at the gateway only where they concern it.
            for intake in fleet.gatewayIntakes {
                let reports = rig.ledger.page.since(earlier).acknowledged(by: intake.name).reports.keys.prefix(4)
                for report in reports { try await Feed(rig: rig, intake: intake).edit(report) }
            }
            _ = try await fleet.converge(within: 30)
            let held = Self.heldByBoth(rig.ledger.page.since(earlier), fleet, restored)
            rig.check(await node.stop(), "\(node.name) did not end well")
            try putBack(backup, to: node, whole: restored.isWholeDirectory)

            await fleet.links[0].cut()
            try await rig.start(node)
            let before = rig.ledger.page
            if restored.writesFirst {
                for intake in fleet.intakes { try await rig.feed(6, to: intake) }
            }
            try await fleet.links[0].heal()
            await agree(fleet, rig, "\(restored)")
            for intake in fleet.intakes { try await rig.feed(6, to: intake) }
            await agree(fleet, rig, "\(restored), later")
            let late = rig.ledger.page.since(before)
            for page in [held, late] {
                try await rig.look(at: fleet.intakes[0], for: page)
                try await rig.look(at: fleet.intakes[1], for: page.acknowledged(by: fleet.gateways[0].name))
            }
            let alarms = try await node.socket.status().alarms
            rig.check(alarms.count == 1, "\(restored): \(alarms.count) alarms: \(alarms)")
        }

        /// What either the peer or the copy still has. Reports made at central that concern no gateway are only in
        /// central's own database: those after the copy go with it.
        private static func heldByBoth(_ page: Ledger.Page, _ fleet: Fleet, _ restored: Case) -> Ledger.Page {
            restored.victim == "central" ? page.acknowledged(by: fleet.gateways[0].name) : page
        }

        private static func putBack(_ backup: String, to node: NodeProcess, whole: Bool) throws {
            let files = FileManager.default
            for name in try files.contentsOfDirectory(atPath: node.directory) where name.hasPrefix("journal") {
                guard whole || name.hasPrefix("journal.sqlite") else { continue }
                try files.removeItem(atPath: node.directory + "/" + name)
            }
            for name in try files.contentsOfDirectory(atPath: backup) where name.hasPrefix("journal") {
                let target = node.directory + "/" + name
                if !files.fileExists(atPath: target) { try files.copyItem(atPath: backup + "/" + name, toPath: target) }
            }
        }

        private static func agree(_ fleet: Fleet, _ rig: Rig, _ moment: String) async {
            let difference = try? await Pair.difference(
                gateway: fleet.gateways[0], central: fleet.central, within: 15)
            rig.check(difference == nil, "\(moment): no agreement: \(difference ?? "")")
        }
    }
}
