import FieldpostCore
import FieldpostNode
import Foundation
import Testing

@testable import fieldpost

extension Rigs {
    /// Single bits of a stopped node's database are flipped; then real daemons show what they make of it.
    @Suite(.timeLimit(.minutes(30))) struct BitFlipRig {
        @Test func `A flipped bit is healed from the peer, or told: never shown as if it were right`() async throws {
            try await Rig.run("bit flips, whole nodes") { rig in
                let template = try await Template.make(rig)
                let truth = try await Truth.read(template, rig)
                for number in 0..<Rig.count(6, long: 60) {
                    let victim = number % 2 == 0 ? "gateway-1" : "central"
                    let trial = try template.copy(rig)
                    let file = trial + "/\(victim)/journal.sqlite"
                    let flip = try PageClasses(file: file).flip(number)
                    try flip.apply(to: file)
                    try await Self.look(after: "\(victim), \(flip)", in: trial, truth, rig)
                }
                rig.measure { $0.acknowledged = rig.ledger.page.count }
            }
        }

        #if DEBUG
        @Test func `The rig finds a journal that does not check what it reads`() async throws {
            try await Rig.finds("skipHashCheck", "bit flips, whole nodes") { rig in
                let template = try await Template.make(rig)
                let truth = try await Truth.read(template, rig)
                let trial = try template.copy(rig)
                let file = trial + "/gateway-1/journal.sqlite"
                for flip in try BitFlip.behind("编号", in: file) { try flip.apply(to: file) }
                let launch = Launch(environment: ["FIELDPOST_TEST_FAULT": "skipHashCheck"])
                try await Self.look(after: "a bit of a text", in: trial, truth, rig, launch)
            }
        }
        #endif

        /// Starts both nodes, lets them agree, and compares all that they show with the truth.
        private static func look(
            after flip: String, in trial: String, _ truth: Truth, _ rig: Rig, _ launch: Launch = Launch()
        ) async throws {
            rig.countTrial()
            let central = try rig.node("central", named: "central", in: trial + "/central")
            defer { central.kill() }
            guard let (centralIntake, address) = try await rig.startListener(central, after: flip, launch) else {
                return
            }
            let gateway = try rig.node("gateway", named: "gateway-1", in: trial + "/gateway-1", dials: [address])
            defer { gateway.kill() }
            guard let gatewayIntake = try await rig.startOrRepair(gateway, after: flip, launch) else { return }
            let isWhole = {
                guard try await truth.isShown(at: central) else { return false }
                return try await truth.isShown(at: gateway)
            }
            if try await !Rig.waits(8, until: isWhole) {
                _ = try? await central.socket.resync(gateway: "gateway-1") { _, _ in }
                _ = try await Rig.waits(8, until: isWhole)
            }
            for (node, intake) in [(central, centralIntake), (gateway, gatewayIntake)] {
                let status = try? await node.socket.status()
                let isTold = status.map { !$0.alarms.isEmpty || $0.journal.entriesQuarantined > 0 } ?? true
                let difference = try await truth.difference(at: intake, of: node)
                rig.check(difference == nil || isTold, "\(flip): \(node.name) silently shows \(difference ?? "")")
            }
        }
    }
}

/// What both nodes showed before anything was damaged.
private struct Truth: Sendable {
    /// By node.
    private var digests: [String: String] = [:]
    private var reports: [String: [ReportID: JSONValue]] = [:]

    static func read(_ template: Template, _ rig: Rig) async throws -> Truth {
        var truth = Truth()
        let trial = try template.copy(rig)
        for (role, name) in [("central", "central"), ("gateway", "gateway-1")] {
            let node = try rig.node(role, named: name, in: trial + "/" + name)
            let status = try await node.start()
            let client = try FieldpostClient(at: status.httpAddress ?? "")
            truth.digests[name] = try await node.socket.digest().digest
            for id in try await Shown.read(client).texts.keys {
                truth.reports[name, default: [:]][id] = Self.essence(of: try await client.report(id).report)
            }
            node.kill()
        }
        return truth
    }

    /// What follows from a report's entries. Times are told beside them as well as they are known at the moment.
    private static func essence(of report: JSONValue) -> JSONValue {
        let lists = [
            ("notes", ["id", "text"]), ("traces", ["id", "stage", "comment"]),
            ("history", ["entry", "depth", "fields"]),
        ].map { name, keys in
            (name, JSONValue.list((report[name]?.list ?? []).map { Self.part(of: $0, keys) }))
        }
        let siblings = (report["siblings"]?.object ?? [:]).mapValues { values in
            JSONValue.list((values.list ?? []).map { Self.part(of: $0, ["entry", "value"]) })
        }
        let whole = part(of: report, ["id", "fields", "conflict", "gaps"]).object ?? [:]
        return .object(
            whole.merging(lists) { $1 }.merging(["siblings": JSONValue.object(siblings)]) { $1 })
    }

    private static func part(of value: JSONValue, _ keys: [String]) -> JSONValue {
        .object((value.object ?? [:]).filter { keys.contains($0.key) })
    }

    func isShown(at node: NodeProcess) async throws -> Bool {
        (try? await node.socket.digest().digest) == digests[node.name]
    }

    /// What is not as it was, for people; nil when all is.
    func difference(at intake: Intake, of node: NodeProcess) async throws -> String? {
        guard let shown = try? await Shown.read(intake.client) else { return nil }
        let truth = reports[node.name] ?? [:]
        if let id = truth.keys.first(where: { shown.texts[$0] == nil }) { return "no report \(id) in its listing" }
        if let id = shown.texts.keys.first(where: { truth[$0] == nil }) { return "a report \(id) that never was" }
        for (id, report) in truth {
            // A refusal says that something is wrong.
            guard let shown = try? await intake.client.report(id).report else { continue }
            if Self.essence(of: shown) != report { return "report \(id) with other content" }
        }
        return try await isShown(at: node) ? nil : "the digest of another state"
    }
}
