import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Testing

extension Rigs {
    /// Databases and whole state directories put back from an earlier copy, at a gateway and at central.
    @Suite(.timeLimit(.minutes(30))) struct RestoredRig {
        /// What was restored, and whether changes came in at the node before it met its peers again.
        struct Case: Sendable, CustomStringConvertible {
            let victim: String
            /// Everything that the state directory held: the lease, the list of who is let in, and all else.
            let isWholeDirectory: Bool
            let writesFirst: Bool

            static let all = ["gateway-1", "central"].flatMap { victim in
                [false, true].flatMap { whole in
                    [false, true].map { Case(victim: victim, isWholeDirectory: whole, writesFirst: $0) }
                }
            }

            /// Central lost its photos with the rest.
            fileprivate var isCentralsDisk: Bool { victim == "central" && isWholeDirectory }

            var description: String {
                "\(victim), \(isWholeDirectory ? "directory" : "database") restored"
                    + (writesFirst ? ", changes before it met its peers" : "")
            }

            /// How the one alarm begins.
            fileprivate var account: String {
                if !isWholeDirectory { return "The database was restored from a copy: " }
                return victim == "central"
                    ? "This node was restored from a copy: gateway " : "The machine was restored from a copy"
            }
        }

        @Test func `A restored node and its peers end up whole, and one alarm says what happened`() async throws {
            let rounds = Rig.count(1, long: 7)
            try await Rig.run("restored", least: 400 * rounds, photos: 100 * rounds) { rig in
                for round in 0..<rounds {
                    for (number, restored) in Case.all.enumerated() {
                        try await Self.restore(restored, rig, in: "trial-\(round)-\(number)")
                    }
                }
            }
        }

        private static func restore(_ restored: Case, _ rig: Rig, in folder: String) async throws {
            rig.countTrial()
            let earlier = rig.ledger.page
            let town = try await rig.fleet(in: folder)
            defer { town.kill() }
            let node = town.nodes.first { $0.name == restored.victim } ?? town.central
            for intake in town.intakes { try await rig.feed(12, to: intake) }
            try await town.converge(within: 30)
            rig.check(await node.stop(), "\(node.name) did not end well")
            let backup = rig.directory + "/backup"
            try? FileManager.default.removeItem(atPath: backup)
            try Template.copy(node.directory, to: backup)
            let copied = rig.ledger.page.since(earlier)
            try await rig.start(node)

            for intake in town.intakes { try await rig.feed(12, to: intake) }
            try await feedAlone(town.intakes[0], rig)
            let doors = try await Doors.change(town, restored)
            try await town.converge(within: 30)
            // Central's own changes are at the gateways only where they concern them.
            for intake in town.gatewayIntakes {
                let reports = rig.ledger.page.since(earlier).acknowledged(by: intake.name).reports.keys.prefix(4)
                for report in reports { try await Feed(rig: rig, intake: town.intakes[0]).edit(report) }
            }
            try await town.converge(within: 30)
            // What only the node's own disk had is no part of the promise.
            try await rig.lookForPhotos(at: town.intakes[0], in: rig.ledger.page.since(earlier))
            let held = try await held(rig.ledger.page.since(earlier), copied: copied, town, restored, rig)
            rig.check(await node.stop(), "\(node.name) did not end well")
            try putBack(backup, to: node, whole: restored.isWholeDirectory)

            for link in town.links { await link.cut() }
            try await rig.start(node)
            let before = rig.ledger.page
            if restored.writesFirst {
                for intake in town.intakes { try await rig.feed(6, to: intake) }
            }
            for link in town.links { try await link.heal() }
            await agree(town, rig, "\(restored)")
            for intake in town.intakes { try await rig.feed(6, to: intake) }
            await agree(town, rig, "\(restored), later")
            let late = rig.ledger.page.since(before)
            // Photos that came in at central alone went with its files.
            let new = held.since(copied).acknowledged(by: "central").photos
            let gone = restored.isCentralsDisk ? Set(new.keys) : []
            rig.measure { $0.excused += gone.count }
            for page in [held, late] {
                try await rig.look(at: town.intakes[0], for: page, photos: false)
                try await rig.lookForPhotos(at: town.intakes[0], in: page.withoutPhotos(gone))
                for intake in town.gatewayIntakes {
                    try await rig.look(at: intake, for: page.acknowledged(by: intake.name))
                }
            }
            let alarms = try await node.socket.status().alarms
            rig.check(
                alarms.count == 1 && alarms[0].hasPrefix(restored.account), "\(restored): its alarms are \(alarms)")
            for other in town.nodes where other.name != node.name {
                let alarms = try await other.socket.status().alarms
                rig.check(alarms.isEmpty, "\(restored): \(other.name) has alarms: \(alarms)")
            }
            try await doors.check(restored, rig)
        }

        /// A report in the grid that no gateway serves: it is at central alone.
        private static func feedAlone(_ central: Intake, _ rig: Rig) async throws {
            let feed = Feed(rig: rig, intake: central)
            var report = feed.make().report
            report.set(.grid, GeneratedReport.grid(of: 0))
            feed.sent(report)
            try await central.create(report)
            feed.acknowledged(report)
        }

        /// What the copy or another node has. What central wrote since the copy, and no gateway holds, goes with
        /// central's database: nothing else may.
        private static func held(
            _ page: Ledger.Page, copied: Ledger.Page, _ town: Town, _ restored: Case, _ rig: Rig
        ) async throws -> Ledger.Page {
            guard restored.victim == "central" else { return page }
            let alone = try await rig.centralsAlone(page.since(copied), town.gatewayIntakes)
            let lost = alone.count
            rig.check(lost > 0, "\(restored): nothing was at central alone")
            rig.measure { $0.excused += lost }
            return page.without(alone)
        }

        private static func putBack(_ backup: String, to node: NodeProcess, whole: Bool) throws {
            let files = FileManager.default
            for name in try files.contentsOfDirectory(atPath: node.directory) where name != "log" {
                guard whole || name.hasPrefix("journal.sqlite") else { continue }
                try files.removeItem(atPath: node.directory + "/" + name)
            }
            for name in try files.contentsOfDirectory(atPath: backup) {
                guard whole || name.hasPrefix("journal.sqlite") else { continue }
                try files.copyItem(atPath: backup + "/" + name, toPath: node.directory + "/" + name)
            }
        }

        private static func agree(_ town: Town, _ rig: Rig, _ moment: String) async {
            for gateway in town.gateways {
                do {
                    let difference = try await Pair.difference(gateway: gateway, central: town.central, within: 20)
                    rig.check(difference == nil, "\(moment): no agreement: \(difference ?? "")")
                } catch {
                    rig.fail("\(moment): \(error)")
                }
            }
        }
    }
}

/// Who was let in and shut out at the node between the copy and its being put back.
private struct Doors {
    let node: NodeProcess
    let isCentral: Bool

    static func change(_ town: Town, _ restored: Rigs.RestoredRig.Case) async throws -> Doors {
        let isCentral = restored.victim == "central"
        let node = town.nodes.first { $0.name == restored.victim } ?? town.central
        if isCentral {
            _ = try await node.socket.setAccount("后来", role: "viewer", password: "correct horse")
            try await node.socket.revokeAccess("后来")
            _ = try await node.socket.setAccount("新人", role: "viewer", password: "correct horse")
        } else {
            _ = try await node.socket.addTerminal("P-late", channel: "terminal")
            try await node.socket.revokeAccess("P-spare")
        }
        return Doors(node: node, isCentral: isCentral)
    }

    /// At a gateway audit events come back from central; at central from the list beside its journal, unless that was
    /// put back with it.
    func check(_ restored: Rigs.RestoredRig.Case, _ rig: Rig) async throws {
        let wanted: [String: String] =
            switch (isCentral, restored.isWholeDirectory) {
            case (true, true): ["李强": "given"]
            case (true, false): ["李强": "given", "后来": "revoked", "新人": "given"]
            case (false, _):
                [
                    "P-terminal": "given", "P-suishoupai": "given", "P-app": "given", "P-sensor": "given",
                    "P-spare": "revoked",
                    "P-late": "given",
                ]
            }
        let list = try await node.socket.accesses().value.access
        let found = Dictionary(list.map { ($0.name, $0.state.rawValue) }) { _, last in last }
        rig.check(found == wanted, "\(restored): who is let in there is \(found)")
    }
}
