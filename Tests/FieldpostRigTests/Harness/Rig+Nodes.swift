import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

extension Rig {
    /// The grids that made-up reports lie in, of which each gateway serves three in four: each two gateways share
    /// some, and one grid is central's alone.
    static func grids(of gateway: Int) -> [String] {
        (0..<GeneratedPhrases.communities.count).filter { $0 > 0 && $0 % 4 != gateway % 4 }
            .map(GeneratedReport.grid(of:))
    }

    /// Central and gateways as in production, each linked to it; killed at the end. `folder`: below the rig's
    /// directory. `settings`: more lines of each gateway's file.
    func fleet(gateways: Int = 2, in folder: String = "fleet", settings: [String] = []) async throws -> Town {
        let place = directory + "/" + folder
        let central = try node("central", named: "central", in: place + "/central")
        var intakes = [try await start(central)]
        let address = try await central.socket.status().peerAddress ?? ""
        let port = address.split(separator: ":").last.flatMap { Int($0) } ?? 0
        var (nodes, links): ([NodeProcess], [Relay]) = ([], [])
        for number in 1...gateways {
            let link = try await Relay(target: port)
            let name = "gateway-\(number)"
            let gateway = try node(
                "gateway", named: name, in: place + "/" + name, dials: ["127.0.0.1:\(link.port)"],
                grids: Self.grids(of: number), settings: settings)
            try await gateway.enroll(with: central, grids: Self.grids(of: number))
            intakes.append(try await start(gateway))
            nodes.append(gateway)
            links.append(link)
        }
        return Town(
            fleet: Fleet(
                central: central, gateways: nodes, links: links, centralClient: intakes[0].client,
                gatewayClients: intakes.dropFirst().map(\.client)), intakes: intakes)
    }

    /// A node that is not started yet, configured by a file alone, with HTTP over TLS; killed at the end. `directory`:
    /// nil for one below the rig's.
    func node(
        _ role: String, named name: String, in directory: String? = nil, dials peers: [String] = [],
        grids: [String] = [], settings more: [String] = []
    ) throws -> NodeProcess {
        let certificate = try certificate()
        var settings = more + [
            "http_certificate: \(certificate)", "http_key: \(try certificateKey())", "log_level: notice",
        ]
        if !peers.isEmpty { settings.append("dial: [\(peers.map { "\"\($0)\"" }.joined(separator: ", "))]") }
        if !grids.isEmpty { settings += ["grids:"] + grids.map { "  - \"\($0)\"" } }
        let node = NodeProcess(
            program: Program.path, role: role, name: name, directory: directory ?? self.directory + "/" + name,
            listens: role == "central", settings: settings)
        try node.prepare()
        atEnd { node.kill() }
        return node
    }

    /// Starts a node, measures how long it takes until it is ready, and returns the way in to its API. The first time
    /// its operator gives out tokens, or a login.
    @discardableResult
    func start(_ node: NodeProcess, _ launch: Launch = Launch()) async throws -> Intake {
        let start = ContinuousClock.now
        let status = try await node.start(launch)
        let duration = ContinuousClock.now - start
        measure { $0.readyMaximum = max($0.readyMaximum ?? .zero, duration) }
        return try await intake(of: node, status)
    }

    func intake(of node: NodeProcess, _ status: NodeStatus) async throws -> Intake {
        let badges: Badges
        if let known = known(status.node) {
            badges = known
        } else {
            badges = try await Badges.give(at: node, isCentral: status.role == .central)
            remember(badges, of: status.node)
        }
        return try badges.intake(node.name, at: status.httpAddress ?? "", trusting: try certificate())
    }

    /// From a report's acceptance at the first gateway until it is at central: the middle one of nine.
    func latency(_ fleet: Town) async throws -> Duration {
        var taken: [Duration] = []
        for _ in 0..<9 {
            let before = try await fleet.central.socket.status().journal.reports
            let start = ContinuousClock.now
            try await feed(1, to: fleet.intakes[1], isPlain: true)
            // After one that did not come, the rig has failed: it does not wait long for others.
            let isThere = try await waits(measures.failures.isEmpty ? 30 : 1, pause: .milliseconds(1)) {
                try await fleet.central.socket.status().journal.reports > before
            }
            check(isThere, "a report did not arrive in time")
            taken.append(ContinuousClock.now - start)
        }
        return taken.sorted()[taken.count / 2]
    }

    /// Waits until so many more changes are acknowledged; a fault when they are not within 20 s.
    func awaitAcknowledged(_ count: Int) async throws {
        let before = ledger.page.count
        let isFed = try await waits(20) { ledger.page.count >= before + count }
        check(isFed, "only \(ledger.page.count - before) of \(count) changes were acknowledged within 20 s")
    }
}

/// A fleet and the ways in to its nodes.
@dynamicMemberLookup struct Town: Sendable {
    let fleet: Fleet
    /// Central's first.
    let intakes: [Intake]

    subscript<Value>(dynamicMember path: KeyPath<Fleet, Value>) -> Value { fleet[keyPath: path] }

    var gatewayIntakes: [Intake] { Array(intakes.dropFirst()) }

    func kill() { fleet.kill() }

    func stop() async -> [String] { await fleet.stop() }

    @discardableResult
    func converge(within seconds: Int) async throws -> [Agreement] { try await fleet.converge(within: seconds) }
}
