import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostTransport
import FieldpostWire
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// What those cannot who have a key, a token or a password (SECURITY.md, "What each attacker can do").
@Suite(.timeLimit(.minutes(10))) struct AttackerTests {
    /// A fleet in which two gateways and central have written, and a third that is let in for one grid.
    private static func withThief(
        _ body: (Rig, Town, HostileGateway) async throws -> Void
    ) async throws {
        try await Rig.run("let in, and hostile", least: 40) { rig in
            let town = try await rig.fleet()
            for intake in town.intakes { try await rig.feed(10, to: intake) }
            try await town.converge(within: 30)
            let node = try rig.node("gateway", named: "thief")
            try await node.enroll(with: town.central, grids: [grid])
            let victim = try await origin(of: town.gateways[0])
            let central = try #require(try await town.central.socket.status().peerAddress.flatMap { Endpoint($0) })
            let before = try await town.central.socket.gateways().value.gateways
            rig.countTrial()
            try await body(rig, town, try HostileGateway(in: node.directory, central: central, beside: victim))
            let after = try await town.central.socket.gateways().value.gateways
            rig.check(
                before.map { "\($0.node) \($0.name) \($0.state) \($0.grids)" }
                    == after.map { "\($0.node) \($0.name) \($0.state) \($0.grids)" },
                "central lets others in than before: \(after)")
            try await rig.look(at: town.intakes[0], for: rig.ledger.page)
        }
    }

    /// The one that the thief may see; made-up reports lie in it too.
    private static let grid = GeneratedReport.grid(of: 3)

    private static func origin(of node: NodeProcess) async throws -> Origin {
        let status = try await node.socket.status()
        return Origin(
            node: try #require(NodeID(hex: status.node)),
            incarnation: try #require(Incarnation(text: status.incarnation)))
    }

    @Test func `A gateway is taken for no other one, whatever its hello says`() async throws {
        try await Self.withThief { rig, town, thief in
            let victim = try await Self.origin(of: town.gateways[0])
            let outcome = try await HostileVisit(thief: thief, name: victim.node).make()
            rig.check(
                outcome.farewell?.code == Violation.Code.wrongIdentity.rawValue,
                "central said \(outcome.farewell.map { "\($0)" } ?? "nothing")")
            rig.check(outcome.shown.isEmpty, "central showed it \(outcome.shown.count) entries")
            let peer = try await town.central.socket.status().peers.first { $0.node == victim.node.description }
            rig.check(peer?.isConnected == true, "the gateway that it said to be lost its session")
        }
    }

    @Test func `A gateway sees the grids that it was given, not those that its hello names`() async throws {
        try await Self.withThief { rig, town, thief in
            let all = (0..<GeneratedPhrases.communities.count).map(GeneratedReport.grid(of:))
            let origins = [try await Self.origin(of: town.gateways[0]), try await Self.origin(of: town.central)]
            let outcome = try await HostileVisit(thief: thief, grids: all, asksFor: origins).make()
            rig.check(outcome.farewell == nil && outcome.isGreeted, "central ended it: \(String(describing: outcome))")
            rig.check(outcome.fetches == origins.count, "central answered \(outcome.fetches) of its questions")
            let moved = Set(
                rig.ledger.sent.values.filter { $0.kind == .edit && $0.fields["grid"] != nil }.map(\.report))
            let reports = rig.ledger.page.reports
            var inside = 0
            for sealed in outcome.shown {
                guard case .entry(let entry) = sealed.content, let report = reports[entry.report] else { continue }
                let lies = report.fields["grid"] == .text(Self.grid)
                if lies { inside += 1 }
                rig.check(lies || moved.contains(entry.report), "it saw report \(entry.report) of another grid")
            }
            let wanted = reports.values.count { $0.fields["grid"] == .text(Self.grid) && !moved.contains($0.report) }
            rig.check(wanted == 0 || inside > 0, "it did not see what it may: the question was never asked")
            let peer = try await town.central.socket.status().peers.first {
                $0.node == thief.peer.identity.node.description
            }
            rig.check(peer?.grids == [Self.grid], "central says that it serves \(peer?.grids ?? [])")
        }
    }

    @Test func `What a gateway writes lets nobody in, and gives nobody grids or a login`() async throws {
        try await Self.withThief { rig, town, thief in
            let all = (0..<GeneratedPhrases.communities.count).map(GeneratedReport.grid(of:))
            let friend = NodeID(publicKey: [7])
            let victim = try await Self.origin(of: town.gateways[0]).node
            let events: [[FieldName: FieldValue]] = [
                Enrollment(gateway: friend, name: "friend", grids: all).fields,
                Enrollment(gateway: thief.peer.identity.node, name: "thief", grids: all).fields,
                Enrollment(gateway: victim, state: .revoked, name: "gateway-1", grids: []).fields,
                Access(name: "小偷", role: .admin, verifier: "x").fields,
            ]
            let entries = events.enumerated().map { index, fields in
                Entry(
                    id: .random(), dot: Dot(thief.peer.origin, UInt64(index + 1)), kind: .auditEvent,
                    report: ReportID.none,
                    previousSeq: 0, context: VersionVector(), depth: 1_000_000, author: "operator", stamp: .unknown,
                    change: Change(fields: fields, notes: [Note(text: "Let in.")]))
            }
            let outcome = try await HostileVisit(thief: thief, entries: entries).make()
            rig.check(outcome.receipt == UInt64(entries.count), "central took \(outcome.receipt) of its acts in")
            let again = try await HostileVisit(thief: thief, entries: entries).make()
            rig.check(again.shown.count <= outcome.shown.count, "it sees more than before")
            let accounts = try await town.central.socket.accesses().value.access.map(\.name)
            rig.check(accounts == [Badges.login], "who may log in at central: \(accounts)")
            let roster = try String(contentsOfFile: town.central.directory + "/roster.json", encoding: .utf8)
            rig.check(!roster.contains("friend") && !roster.contains("小偷"), "they stand in the list of who is let in")
            // They are kept as that gateway's, and done nowhere: not after a start either.
            town.central.kill()
            try await rig.start(town.central)
            rig.check(
                try await town.central.socket.accesses().value.access.count == 1, "they are done at the next start")
        }
    }

    @Test func `A terminal's token holds at its own gateway alone`() async throws {
        try await Rig.run("tokens elsewhere", least: 10) { rig in
            let town = try await rig.fleet()
            try await rig.feed(10, to: town.intakes[1])
            try await town.converge(within: 30)
            rig.countTrial()
            let token = try #require(rig.known(try await town.gateways[0].socket.status().node)?.tokens["terminal"])
            for (node, wanted) in zip(town.nodes, [401, 200, 401]) {
                let address = try await node.socket.status().httpAddress ?? ""
                let terminal = try HTTPExchange(
                    address: address, authorization: "Bearer \(token)", trusting: try rig.certificate())
                let reading = await Self.status { try await terminal.send(.GET, "/v1/reports") }
                rig.check(reading == wanted, "reading at \(node.name): \(reading)")
                guard wanted == 401 else { continue }
                let body = Array(#"{"channel": "terminal", "text": "x"}"#.utf8)
                let reporting = await Self.status { try await terminal.send(.POST, "/v1/reports", body: body) }
                rig.check(reporting == wanted, "reporting at \(node.name): \(reporting)")
            }
            try await rig.look(at: town.intakes[1], for: rig.ledger.page)
        }
    }

    @Test func `Who logs in as a dispatcher, or has a token, can enroll, revoke, resync and give nothing`() async throws
    {
        try await Self.withThief { rig, town, _ in
            let calls: [(HTTPMethod, String)] = [
                (.GET, "/v1/gateways"), (.POST, "/v1/gateways/approve?gateway=thief"),
                (.POST, "/v1/gateways/revoke?gateway=gateway-1"),
                (.POST, "/v1/gateways/change?gateway=gateway-1&name=x&grids="),
                (.POST, "/v1/gateways/add?node=\(String(repeating: "7", count: 64))&name=x&grids="),
                (.POST, "/v1/gateways/reject?gateway=gateway-1"), (.GET, "/v1/tokens"),
                (.POST, "/v1/tokens?seconds=60"), (.POST, "/v1/tokens/withdraw?number=1"), (.GET, "/v1/access"),
                (.POST, "/v1/access"), (.POST, "/v1/access/revoke?name=\("李强")"), (.GET, "/v1/audit"),
                (.POST, "/v1/gateways/gateway-1/resync"), (.GET, "/v1/jobs"), (.POST, "/v1/jobs/1/cancel"),
                (.POST, "/v1/gateways/accept-clone?gateway=gateway-1"),
                (.POST, "/v1/incidents/resolve"), (.POST, "/v1/quarantine/replay"), (.GET, "/v1/digest"),
            ]
            for intake in town.intakes.prefix(2) {
                // Each path is one that the socket serves, or a 404 here would show nothing.
                let isServed = try await intake.client.exchange.send(.GET, "/v1/reports").status == 200
                rig.check(isServed, "\(intake.name): the login does not hold")
                for (method, path) in calls {
                    let encoded = path.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? path
                    let body =
                        method == .POST && path == "/v1/access"
                        ? Array(#"{"name": "小偷", "role": "admin", "password": "correct horse"}"#.utf8) : nil
                    let status = await Self.status {
                        try await intake.client.exchange.send(method, encoded, body: body)
                    }
                    rig.check([403, 404, 405].contains(status), "\(method) \(path) at \(intake.name): \(status)")
                }
            }
            for path in ["/v1/gateways", "/v1/tokens", "/v1/access", "/v1/audit", "/v1/digest"] {
                let status = await Self.status { try await town.central.socket.exchange.send(.GET, path) }
                rig.check(status == 200, "the socket does not serve \(path): \(status)")
            }
        }
    }

    private static func status(_ send: () async throws -> HTTPExchange.Answer) async -> Int {
        do {
            return try await send().status
        } catch ClientError.refused(let status, _) {
            return status
        } catch {
            return 0
        }
    }
}
