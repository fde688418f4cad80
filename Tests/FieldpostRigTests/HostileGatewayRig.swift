import FieldpostCore
import FieldpostNode
import FieldpostTransport
import Foundation
import Testing

@testable import fieldpost

extension Rigs {
    /// Gateways that were let in, and then answer with garbage, stall, drip or talk without an end.
    @Suite(.timeLimit(.minutes(15))) struct HostileGatewayRig {
        @Test func `A gateway that was taken over harms neither central nor the gateway beside it`() async throws {
            try await Rig.run("hostile gateways") { rig in
                let fleet = try await rig.fleet()
                try await rig.feed(8, to: fleet.intakes[1])
                _ = try await fleet.converge(within: 30)
                let address = try #require(try await fleet.central.socket.status().peerAddress.flatMap { Endpoint($0) })
                let quiet = try await rig.latency(fleet)
                let memory = fleet.central.memory.resident

                var slowest = Duration.zero
                for attack in HostileGateway.Attack.allCases {
                    let thief = try await Self.thief("thief of \(attack)", central: address, fleet, rig)
                    let during = try await Self.during(attack, by: thief, rig) { try await rig.latency(fleet) }
                    slowest = max(slowest, during)
                    rig.measure {
                        $0.figures.append(("times as long beside \(attack.rawValue)", Self.times(during, quiet)))
                    }
                    rig.countTrial()
                }
                let grown = fleet.central.memory.resident - memory
                rig.check(grown < Rig.memory(64 * 1024 * 1024), "central took \(grown) bytes for them")

                let log = try String(contentsOfFile: fleet.central.directory + "/log", encoding: .utf8)
                for code in Set(HostileGateway.Attack.allCases.flatMap(\.violations)) {
                    let lines = log.split(separator: "\n").count {
                        $0.contains("session ended") && $0.contains("\(code)")
                    }
                    rig.check((0...2).contains(lines), "\(code.name) is logged \(lines) times")
                }

                // What the others say that they hold, nobody ever gets.
                let difference = try await Pair.difference(
                    gateway: fleet.gateways[0], central: fleet.central, within: 30)
                rig.check(difference == nil, "the honest gateway does not agree: \(difference ?? "")")
                let status = try await fleet.central.socket.status()
                let stored = status.journal.reports - rig.ledger.page.reports.count
                rig.check(stored == 0, "\(stored) reports that nobody reported are at central")
                rig.measure { $0.acknowledged = rig.ledger.page.count }
                try await rig.look(at: fleet.intakes[0], for: rig.ledger.page)
            }
        }

        /// A key that central knows.
        private static func thief(
            _ name: String, central: Endpoint, _ fleet: Fleet, _ rig: Rig
        ) async throws -> HostileGateway {
            let node = try rig.node("gateway", named: name)
            try await node.enrol(with: fleet.central)
            return try HostileGateway(in: node.directory, central: central)
        }

        /// Attacks again and again while `body` runs, and looks at what central says and logs of it.
        private static func during(
            _ attack: HostileGateway.Attack, by thief: HostileGateway, _ rig: Rig, _ body: () async throws -> Duration
        ) async throws -> Duration {
            let attacks = Task {
                var (count, farewells) = (0, Set<UInt16>())
                while !Task.isCancelled || count < 3 {
                    if let code = try await thief.attack(attack)?.code { farewells.insert(code) }
                    count += 1
                }
                return (count, farewells)
            }
            let taken = try await body()
            attacks.cancel()
            let (count, farewells) = try await attacks.value
            rig.check(count >= 3, "\(attack.rawValue): only \(count) sessions")
            rig.check(
                attack.violations.isEmpty || farewells.isSubset(of: attack.violations.map(\.rawValue)),
                "\(attack.rawValue): central said \(farewells)")
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
}
