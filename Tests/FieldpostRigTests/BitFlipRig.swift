import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Testing

extension Rigs {
    /// Single bits of a stopped node's database are flipped; then real daemons show what they make of it.
    @Suite(.timeLimit(.minutes(30))) struct BitFlipRig {
        @Test func `A flipped bit is healed from the peer, or told: never shown as if it were right`() async throws {
            let count = Rig.count(6, long: 60)
            try await Rig.run("bit flips, whole nodes", least: 50, photos: 50) { rig in
                let template = try await Template.make(rig, reports: 12)
                for number in 0..<count {
                    let victim = number % 2 == 0 ? "gateway-1" : "central"
                    let trial = try template.copy(rig)
                    let file = trial + "/\(victim)/journal.sqlite"
                    let flip = try PageClasses(file: file).flip(number)
                    try flip.apply(to: file)
                    try await Self.look(after: "\(victim), \(flip)", at: victim, in: trial, template, rig)
                }
                // Those that a reader would take for another number.
                let trial = try template.copy(rig)
                let file = trial + "/gateway-1/journal.sqlite"
                for flip in try BitFlip.behind("编号", in: file) { try flip.apply(to: file) }
                try await Self.look(after: "a bit in each text", at: "gateway-1", in: trial, template, rig)
                // A bit costs one entry of a few, where it costs any.
                let excused = rig.measures.excused
                rig.check(excused <= 3 * count, "\(excused) changes went with \(count) bits")
            }
        }

        /// Starts all nodes, lets them agree, and compares all that they show with what was acknowledged. All that a
        /// second node holds is there again; what central alone held may be gone, and is told then.
        private static func look(
            after flip: String, at victim: String, in trial: String, _ template: Template, _ rig: Rig
        ) async throws {
            rig.countTrial()
            let central = try rig.node("central", named: "central", in: trial + "/central")
            defer { central.kill() }
            guard let (centralIntake, address) = try await rig.startListener(central, after: flip) else { return }
            var gateways: [(node: NodeProcess, intake: Intake)] = []
            defer { for gateway in gateways { gateway.node.kill() } }
            for number in 1...template.gateways {
                let name = "gateway-\(number)"
                let node = try rig.node(
                    "gateway", named: name, in: trial + "/" + name, dials: [address], grids: Rig.grids(of: number))
                guard let intake = try await rig.startOrRepair(node, after: flip) else { return }
                gateways.append((node, intake))
            }
            try await rig.settle(gateways.map(\.node), with: central, after: flip)
            for (node, intake) in gateways {
                try await rig.admits(intake, after: flip)
                try await rig.heals(intake, for: template.page.acknowledged(by: node.name), after: flip)
                try await rig.look(at: intake, for: template.page.acknowledged(by: node.name))
            }
            try await rig.admits(centralIntake, after: flip)
            let alone = victim == "central" ? try await rig.centralsAlone(template.page, gateways.map(\.intake)) : []
            try await rig.heals(centralIntake, for: template.page.without(alone), after: flip)
            try await rig.look(at: centralIntake, for: template.page.without(alone))
            let defects = try await rig.look(at: centralIntake, for: template.page.only(alone), counting: false)
            rig.measure { $0.excused += defects.count }
            if let wrong = defects.first(where: { $0.value != Content.missing }) {
                rig.fail("\(flip): \(wrong.key) \(wrong.value)")
            }
            let status = try await central.socket.status()
            let isTold =
                status.journal.entriesCorrupt > 0 || status.alarms.contains { $0.contains("restored from a copy") }
            rig.check(
                defects.isEmpty || isTold, "\(flip): \(defects.count) are gone, and the alarms are \(status.alarms)")
        }
    }
}
