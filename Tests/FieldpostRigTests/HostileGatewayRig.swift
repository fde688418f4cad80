import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostTransport
import Foundation
import Testing

extension Rigs {
    /// Gateways that were let in, and then answer with garbage, stall, drip or talk without an end.
    @Suite(.timeLimit(.minutes(15))) struct HostileGatewayRig {
        @Test func `A gateway that was taken over harms neither central nor the gateway beside it`() async throws {
            try await Rig.run("hostile gateways", least: 90) { rig in
                try await Self.attack(rig, with: HostileGateway.Attack.allCases)
            }
        }

        /// SECURITY.md says twice as long; a machine that does other work meanwhile is allowed as much again.
        private static let slowdown = 4.0
        /// A median below this is too short to be a ratio of.
        private static let least = Duration.milliseconds(8)

        private static func attack(_ rig: Rig, with attacks: [HostileGateway.Attack]) async throws {
            let start = ContinuousClock.now
            let town = try await rig.fleet()
            for intake in town.gatewayIntakes { try await rig.feed(8, to: intake) }
            try await town.converge(within: 30)
            let address = try #require(try await town.central.socket.status().peerAddress.flatMap { Endpoint($0) })
            let quiet = try await rig.latency(town)
            let memory = town.central.memory.resident

            for attack in attacks {
                let thief = try await Self.thief("thief of \(attack)", central: address, town, rig)
                let during = try await Self.during(attack, by: thief, rig) { try await rig.latency(town) }
                rig.check(
                    during <= max(quiet, Self.least) * Self.slowdown,
                    "reports took \(during) to central beside \(attack.rawValue), and \(quiet) before")
                rig.countTrial()
                rig.measure {
                    $0.figures.append(("times as long beside \(attack.rawValue)", Self.times(during, quiet)))
                }
            }
            let grown = town.central.memory.resident - memory
            rig.check(memory > 0, "central's memory cannot be read")
            rig.check(grown < Rig.memory(64 * 1024 * 1024), "central took \(grown) bytes for them")
            try Self.checkLog(of: town.central, attacks, since: start, rig)

            // What the others say that they hold, nobody ever gets.
            for gateway in town.gateways {
                let difference = try await Pair.difference(gateway: gateway, central: town.central, within: 30)
                rig.check(difference == nil, "the honest gateway does not agree: \(difference ?? "")")
            }
            try await rig.look(at: town.intakes[0], for: rig.ledger.page)
            let status = try await town.central.socket.status()
            rig.check(
                status.journal.reports == rig.ledger.page.reports.count,
                "central holds \(status.journal.reports) reports of \(rig.ledger.page.reports.count)")
            rig.check(
                status.journal.entriesQuarantined + status.journal.orphans == 0, "central keeps entries of the thieves")
            for node in town.gateways {
                let alarms = try await node.socket.status().alarms
                rig.check(alarms.isEmpty, "\(node.name) has alarms: \(alarms)")
            }
        }

        /// Each reason is logged once at each host, and again only after `Limits.refusalLogSeconds`.
        private static func checkLog(
            of central: NodeProcess, _ attacks: [HostileGateway.Attack], since start: ContinuousClock.Instant,
            _ rig: Rig
        ) throws {
            let log = try String(contentsOfFile: central.directory + "/log", encoding: .utf8)
            let seconds = Int((ContinuousClock.now - start) / .seconds(1))
            let most = 1 + seconds / Int(Limits.refusalLogSeconds)
            for code in Set(attacks.flatMap(\.violations)) {
                let lines = log.split(separator: "\n").count {
                    $0.contains("session ended") && $0.contains("\(code)")
                }
                rig.check((1...most).contains(lines), "\(code.name) is logged \(lines) times in \(seconds) s")
            }
        }

        /// A key that central knows.
        private static func thief(
            _ name: String, central: Endpoint, _ town: Town, _ rig: Rig
        ) async throws -> HostileGateway {
            let node = try rig.node("gateway", named: name)
            try await node.enroll(with: town.central)
            let beside = try await town.gateways[0].socket.status()
            let victim = Origin(
                node: try #require(NodeID(hex: beside.node)),
                incarnation: try #require(Incarnation(text: beside.incarnation)))
            return try HostileGateway(in: node.directory, central: central, beside: victim)
        }

        /// Attacks again and again while `body` runs, and looks at what central says and logs of it.
        private static func during(
            _ attack: HostileGateway.Attack, by thief: HostileGateway, _ rig: Rig, _ body: () async throws -> Duration
        ) async throws -> Duration {
            // Told by a flag: a task that is cancelled attacks no more, however often it is counted.
            let end = End()
            let attacks = Task {
                var outcomes: [HostileGateway.Outcome] = []
                while !end.hasCome || outcomes.count < 3 { outcomes.append(try await thief.attack(attack)) }
                return outcomes
            }
            defer { end.come() }
            let taken = try await body()
            end.come()
            let outcomes = try await attacks.value
            let name = attack.rawValue
            let sent = outcomes.reduce(0) { $0 + $1.sent }
            rig.check(sent >= attack.least * 3, "\(name): only \(sent) were sent in \(outcomes.count) sessions")
            let shown = outcomes.reduce(0) { $0 + $1.entriesShown }
            rig.check(shown == 0, "\(name): central showed it \(shown) entries")
            let said = Set(outcomes.compactMap { $0.farewell?.code })
            let wanted = Set(attack.violations.map(\.rawValue))
            rig.check(
                said.isSubset(of: wanted) && said.isEmpty == wanted.isEmpty,
                "\(name): central said \(said), not \(wanted)")
            return taken
        }

        private static func times(_ during: Duration, _ quiet: Duration) -> String {
            "\((during / quiet * 10).rounded() / 10)"
        }
    }
}

extension HostileGateway.Attack {
    /// What central may say to it; nothing where it only waits, or is cut off. Garbage may inflate to anything.
    fileprivate var violations: [Violation.Code] {
        switch self {
        case .wrongRun, .foreignEntries: [.badBatch]
        case .garbage: [.badBatch, .inflateTooLarge]
        case .bomb: [.inflateTooLarge]
        case .falseChain: [.fork]
        case .unasked: [.unexpectedMessage]
        case .spying: [.wrongRole]
        case .drip, .stall, .chatter: []
        }
    }

    /// What it sends in each session at least.
    fileprivate var least: Int {
        switch self {
        case .drip, .chatter: 20
        default: 1
        }
    }
}
