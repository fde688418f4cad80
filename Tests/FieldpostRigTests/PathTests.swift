import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// Somebody on the path between a gateway and central (SECURITY.md, "What each attacker can do").
@Suite(.timeLimit(.minutes(10))) struct PathTests {
    /// Somebody on the path: what is read there, and what becomes of it when it is changed.
    private static func withTap(
        insecure: Bool = false, _ body: (Rig, Tap, [NodeProcess], [Intake]) async throws -> Void
    ) async throws {
        try await Rig.run("on the path", least: 1) { rig in
            let launch = Launch(environment: insecure ? ["FIELDPOST_INSECURE": "true"] : [:])
            let central = try rig.node("central", named: "central")
            let atCentral = try await rig.start(central, launch)
            let address = try await central.socket.status().peerAddress ?? ""
            let tap = Tap(target: address.split(separator: ":").last.flatMap { Int($0) } ?? 0)
            let port = try await tap.start()
            rig.atEnd { tap.stop() }
            let grids = Rig.grids(of: 1)
            let gateway = try rig.node("gateway", named: "gateway-1", dials: ["127.0.0.1:\(port)"], grids: grids)
            if !insecure { try await gateway.enroll(with: central, grids: grids) }
            let atGateway = try await rig.start(gateway, launch)
            rig.countTrial()
            try await body(rig, tap, [central, gateway], [atCentral, atGateway])
        }
    }

    /// A text that stands nowhere else.
    private static func mark() -> String { "\(UUID())\(UUID())" }

    private static func post(_ mark: String, _ rig: Rig, _ intake: Intake) async throws {
        let feed = Feed(rig: rig, intake: intake)
        var (_, report) = feed.make()
        report.set(.text, mark)
        feed.sent(report)
        try await intake.create(report)
        feed.acknowledged(report)
    }

    /// What stands in every hello: in clear where nothing hides it.
    private static let words = ["FLDPST", "gateway-1", Rig.grids(of: 1)[0]]

    @Test func `Who is on the path reads nothing of what passes, not even who sends it`() async throws {
        try await Self.withTap { rig, tap, nodes, intakes in
            let mark = Self.mark()
            try await Self.post(mark, rig, intakes[1])
            rig.check(
                try await Pair.difference(gateway: nodes[1], central: nodes[0], within: 30) == nil, "no agreement")
            try await rig.look(at: intakes[0], for: rig.ledger.page)
            let seen = Data(tap.seen)
            rig.check(seen.count > 2000, "only \(seen.count) bytes passed by the tap")
            for word in Self.words + [mark] {
                rig.check(seen.range(of: Data(word.utf8)) == nil, "“\(word)” passes in clear")
            }
        }
    }

    @Test func `The same ear hears everything where TLS is turned off`() async throws {
        try await Self.withTap(insecure: true) { rig, tap, _, intakes in
            try await Self.post(Self.mark(), rig, intakes[1])
            let isThere = try await waits(20) {
                try await rig.look(at: intakes[0], for: rig.ledger.page, counting: false).isEmpty
            }
            rig.check(isThere, "the report is not at central")
            try await rig.look(at: intakes[0], for: rig.ledger.page)
            for word in Self.words {
                rig.check(Data(tap.seen).range(of: Data(word.utf8)) != nil, "the tap does not hear “\(word)”")
            }
        }
    }

    enum Meddling: String, CaseIterable, Sendable {
        case flipUp = "a bit on the way up"
        case flipDown = "a bit on the way down"
        case addUp = "bytes of its own"
        case again = "what passed before, again"
        case leaveOut = "a piece left out"
    }

    @Test(arguments: Meddling.allCases)
    func `Who is on the path can end a session, and change or add nothing`(meddling: Meddling) async throws {
        try await Self.withTap { rig, tap, nodes, intakes in
            try await Self.post(Self.mark(), rig, intakes[1])
            rig.check(
                try await Pair.difference(gateway: nodes[1], central: nodes[0], within: 30) == nil, "no agreement")
            let connections = tap.connections
            guard let first = rig.ledger.anyReport(of: "gateway-1") else { return }
            tap.meddle { direction, before, bytes in
                // Only what stands: the handshake is tried by the tests of TLS.
                guard before > 1500, !bytes.isEmpty else { return }
                switch (meddling, direction) {
                case (.flipUp, .up), (.flipDown, .down): bytes[bytes.count / 2] ^= 0x10
                case (.addUp, .up):
                    bytes += [0x17, 0x03, 0x03, 0x00, 0x20] + (0..<32).map { _ in .random(in: 0...255) }
                case (.again, .up): bytes += bytes
                case (.leaveOut, .up): bytes.removeLast(bytes.count / 2)
                default: break
                }
            }
            // An edit that goes down, and reports that go up: what is left out shows in what comes after it.
            try await Feed(rig: rig, intake: intakes[0]).edit(first, ["stage": .text("handling")])
            let isEnded = try await waits(20, pause: .milliseconds(300)) {
                if tap.connections > connections { return true }
                try await Self.post(Self.mark(), rig, intakes[1])
                return false
            }
            rig.check(isEnded, "\(meddling.rawValue): the session goes on")
            tap.meddle(nil)
            // A session that was cut in the middle of a record ends once as many bytes have followed: reports go on.
            let isWhole = try await waits(60) {
                try await Self.post(Self.mark(), rig, intakes[1])
                return try await Pair.difference(gateway: nodes[1], central: nodes[0], within: 3) == nil
            }
            rig.check(isWhole, "\(meddling.rawValue): no agreement after it")
            for intake in intakes { try await rig.look(at: intake, for: rig.ledger.page) }
            for node in nodes {
                let status = try await node.socket.status()
                rig.check(
                    status.alarms.isEmpty && status.journal.entriesQuarantined == 0,
                    "\(meddling.rawValue): \(node.name) took something of it: \(status.alarms)")
            }
        }
    }
}
