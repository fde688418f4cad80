import FieldpostCore
import FieldpostNode
import Foundation
import Testing

@testable import fieldpost

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
            try await Rig.run("wrong clock") { rig in
                for round in 0..<Rig.count(1, long: 4) {
                    for clock in Clock.allCases { try await Self.live(with: clock, round: round, rig) }
                }
                rig.measure { $0.acknowledged = rig.ledger.page.count }
            }
        }

        #if DEBUG
        @Test(arguments: ["orderByWallClock", "ignoreClock"])
        func `The rig finds a merge that does not go by what authors had seen`(fault: String) async throws {
            try await Rig.finds(fault, "wrong clock") { rig in
                try await Self.live(with: .past, round: 0, rig, ["FIELDPOST_TEST_FAULT": fault])
            }
        }
        #endif

        private static func live(
            with clock: Clock, round: Int, _ rig: Rig, _ environment: [String: String] = [:]
        ) async throws {
            let folder = "\(clock)-\(round)"
            let fleet = try await rig.fleet(in: folder, launch: Launch(environment: environment))
            let gateway = fleet.gateways[0]
            rig.check(await gateway.stop(), "the gateway did not end well")
            let wallClock = try WallClock(directory: rig.directory + "/\(folder)")
            try wallClock.set(clock.setting)
            let launch = wallClock.launch(environment)
            let intake = Intake(name: gateway.name, client: try await rig.start(gateway, launch))
            let now = try await gateway.socket.status().now
            rig.check(!now.hasPrefix(Self.thisYear), "the gateway's clock says \(now)")

            let before = rig.ledger.page.reports.keys
            try await rig.feeding([intake, fleet.intakes[0]], workers: 1) {
                for turn in 0..<12 {
                    if clock == .jumping {
                        try wallClock.set(turn % 2 == 0 ? .ahead(seconds: WallClock.decade) : WallClock.epoch)
                    }
                    let count = rig.ledger.page.count
                    _ = try await Rig.waits(5) { rig.ledger.page.count > count + 3 }
                }
            }
            let new = rig.ledger.page.reports.filter { !before.contains($0.key) && $0.value.node == gateway.name }
            _ = try await fleet.converge(within: 30)
            let edits = CausalEdits(rig: rig, fleet: fleet, gateway: intake)
            for report in new.keys.prefix(2) { try await edits.try(report) }
            _ = try await fleet.converge(within: 30)
            try await Self.look(fleet, for: new, rig)
            for node in fleet.nodes { rig.check(await node.stop(), "\(node.name) did not end well") }
            rig.countTrial()
        }

        private static func look(_ fleet: Fleet, for reports: [ReportID: Ledger.Report], _ rig: Rig) async throws {
            let page = rig.ledger.page.about(Set(reports.keys))
            for intake in fleet.intakes { try await rig.look(at: intake, for: page) }
        }

        private static var thisYear: String { String(Date.now.formatted(.iso8601).prefix(4)) }
    }
}

/// Edits of one report at a gateway and at central, each knowing those before it, and one that does not.
private struct CausalEdits {
    let rig: Rig
    let fleet: Fleet
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
        let edit = ReportEdit(fields: ["stage": .text(stage), "author": .text("核查员")], version: seen)
        _ = try await intake.client.patch(report, edit)
        rig.ledger.acknowledged(edit.key, Ledger.Edit(report: report, node: intake.name))
    }
}
