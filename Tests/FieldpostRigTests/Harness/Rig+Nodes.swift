import FieldpostNode
import Foundation
import Testing

@testable import fieldpost

extension Rig {
    /// The built program lies beside the tests.
    static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("fieldpost").path

    /// Central and gateways, each linked to it; killed at the end. `folder`: below the rig's directory.
    func fleet(gateways: Int = 1, in folder: String = "fleet", launch: Launch = Launch()) async throws -> Fleet {
        let grids = (1...gateways).map { ["G9\($0)01"] }
        let fleet = try await Fleet.start(
            program: Self.program, grids: grids, directory: directory + "/" + folder, launch: launch)
        atEnd { fleet.kill() }
        return fleet
    }

    /// A node that is not started yet; killed at the end. `directory`: nil for one below the rig's.
    func node(
        _ role: String, named name: String, in directory: String? = nil, dials peers: [String] = []
    ) throws -> NodeProcess {
        let node = NodeProcess(
            program: Self.program, role: role, name: name, directory: directory ?? self.directory + "/" + name,
            listens: role == "central", arguments: peers.flatMap { ["--dial", $0] })
        try node.prepare()
        atEnd { node.kill() }
        return node
    }

    /// Starts a node, measures how long it takes until it is ready, and returns a client of its API.
    @discardableResult
    func start(_ node: NodeProcess, _ launch: Launch = Launch()) async throws -> FieldpostClient {
        let start = ContinuousClock.now
        let status = try await node.start(launch)
        let duration = ContinuousClock.now - start
        measure { $0.readyMaximum = max($0.readyMaximum ?? .zero, duration) }
        return try FieldpostClient(at: status.httpAddress ?? "")
    }

    /// From a report's acceptance at the first gateway until it is at central: the middle one of nine.
    func latency(_ fleet: Fleet) async throws -> Duration {
        var taken: [Duration] = []
        for _ in 0..<9 {
            let before = try await fleet.central.socket.status().journal.reports
            let start = ContinuousClock.now
            try await feed(1, to: fleet.intakes[1])
            let isThere = try await Self.waits(30, pause: .milliseconds(1)) {
                try await fleet.central.socket.status().journal.reports > before
            }
            check(isThere, "a report did not arrive within 30 s")
            taken.append(ContinuousClock.now - start)
        }
        return taken.sorted()[taken.count / 2]
    }

    /// Waits for something to hold, asking again after each pause; false when it did not within so many seconds.
    static func waits(
        _ seconds: Double = 20, pause: Duration = .milliseconds(20), until condition: () async throws -> Bool
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        repeat {
            if try await condition() { return true }
            try await Task.sleep(for: pause)
        } while ContinuousClock.now < deadline
        return false
    }
}

extension Fleet {
    /// By name, for feeding and looking.
    var intakes: [Intake] {
        [Intake(name: central.name, client: centralClient)]
            + zip(gateways, gatewayClients).map { Intake(name: $0.name, client: $1) }
    }

    var gatewayIntakes: [Intake] { Array(intakes.dropFirst()) }
}

/// A node that takes reports in.
struct Intake: Sendable {
    let name: String
    let client: FieldpostClient
}
