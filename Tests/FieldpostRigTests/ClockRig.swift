import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Testing

extension Rigs {
    /// A gateway whose wall clock is wrong by years, jumps or stands still.
    @Suite(.runs(unless: WallClock.hindrance), .timeLimit(.minutes(30))) struct ClockRig {
        enum Clock: String, CaseIterable, Sendable {
            case epoch, future, past, frozen, jumping

            fileprivate var setting: WallClock.Setting {
                switch self {
                case .epoch: WallClock.epoch
                case .future: .ahead(seconds: WallClock.decade)
                case .past, .jumping: .ahead(seconds: -WallClock.decade)
                case .frozen: .still(at: 1_582_977_600)
                }
            }
        }

        @Test func `A wrong clock changes neither order nor merge, and loses nothing`() async throws {
            let rounds = Rig.count(1, long: 4)
            try await Rig.run("wrong clock", least: 30 * Clock.allCases.count * rounds) { rig in
                for round in 0..<rounds {
                    for clock in Clock.allCases { try await Self.live(with: clock, round: round, rig) }
                }
            }
        }

        private static func live(with clock: Clock, round: Int, _ rig: Rig) async throws {
            let folder = "\(clock)-\(round)"
            let fleet = try await rig.fleet(in: folder)
            let gateway = fleet.gateways[0]
            rig.check(await gateway.stop(), "the gateway did not end well")
            let wallClock = try WallClock(directory: rig.directory + "/\(folder)")
            try wallClock.set(clock.setting)
            let intake = try await rig.start(gateway, wallClock.launch([:]))
            let now = try await gateway.socket.status().now
            rig.check(!now.hasPrefix(Self.thisYear), "the gateway's clock says \(now)")

            let before = rig.ledger.page
            try await rig.feeding([intake, fleet.intakes[0]], workers: 1) {
                for turn in 0..<12 {
                    if clock == .jumping {
                        try wallClock.set(turn % 2 == 0 ? .ahead(seconds: WallClock.decade) : WallClock.epoch)
                    }
                    try await rig.awaitAcknowledged(4)
                }
            }
            let new = rig.ledger.page.since(before).acknowledged(by: gateway.name).reports
            _ = try await fleet.converge(within: 30)
            let edits = CausalEdits(rig: rig, fleet: fleet, gateway: intake)
            rig.check(new.count >= 8, "only \(new.count) reports came in under the wrong clock")
            // What is not there is found missing below.
            let shown = try await Rig.listed(intake.client)
            for report in new.keys.filter(shown.contains).prefix(2) { try await edits.try(report) }
            _ = try await fleet.converge(within: 30)
            let page = rig.ledger.page.since(before)
            for intake in [fleet.intakes[0], intake] {
                try await rig.look(at: intake, for: intake.login == nil ? page.acknowledged(by: intake.name) : page)
            }
            for node in fleet.nodes { rig.check(await node.stop(), "\(node.name) did not end well") }
            rig.countTrial()
        }

        private static var thisYear: String { String(Date.now.formatted(.iso8601).prefix(4)) }
    }
}

/// Edits of one report at a gateway and at central, each knowing those before it, and one that does not.
private struct CausalEdits {
    let rig: Rig
    let fleet: Town
    let gateway: Intake

    func `try`(_ report: ReportID) async throws {
        let central = fleet.intakes[0]
        let old = try await gateway.client.report(report).version
        for (intake, stage) in [
            (central, "dispatched"), (gateway, "handling"), (central, "feedback"), (gateway, "verified"),
        ] {
            try await edit(report, to: stage, at: intake, seen: try await intake.client.report(report).version)
            _ = try await fleet.converge(within: 30)
            for other in [central, gateway] {
                let shown = try await other.client.report(report).report
                rig.check(
                    shown["fields"]?["stage"]?.text == stage && shown["siblings"]?["stage"] == nil,
                    "\(other.name) does not show the edit that knew all before it, by its clock")
            }
        }
        try await edit(report, to: "returned", at: gateway, seen: old)
        _ = try await fleet.converge(within: 30)
        for other in [central, gateway] {
            let siblings = try await other.client.report(report).report["siblings"]?["stage"]?.list ?? []
            rig.check(siblings.count > 1, "\(other.name) hides an edit made without knowing another")
        }
    }

    private func edit(_ report: ReportID, to stage: String, at intake: Intake, seen: String?) async throws {
        try await Feed(rig: rig, intake: intake).edit(report, ["stage": .text(stage)], seen: seen)
    }
}
