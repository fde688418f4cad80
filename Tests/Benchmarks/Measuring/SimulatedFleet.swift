import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostStore
import FieldpostTransport
import Foundation
import TestKit

/// Central as a process, and gateways that exist only in this process.
struct SimulatedFleet: Sendable {
    let central: NodeProcess
    let gateways: [SimulatedGateway]
    let address: Endpoint
    private let place: TemporaryDirectory

    /// Enrolls the gateways before central starts. `fill`: what else its journal holds.
    static func start(
        _ count: Int, _ options: Options, fill: (Journal) async throws -> Void = { _ in }
    ) async throws -> SimulatedFleet {
        let place = try TemporaryDirectory()
        let filled = try FilledNode(directory: place.path + "/central")
        let gateways = try (0..<count).map { try SimulatedGateway(number: $0) }
        let journal = try filled.journal(.central)
        for part in stride(from: 0, to: count, by: Filling.together) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for gateway in gateways[part..<min(count, part + Filling.together)] {
                    group.addTask {
                        try await journal.enroll(
                            gateway.enrollment, account: "enrolled \(gateway.name)", author: "bench",
                            stamp: Filling.stamp)
                    }
                }
                try await group.waitForAll()
            }
        }
        try await fill(journal)
        try journal.close()
        let central = NodeProcess(
            program: options.binary, role: "central", name: "central", directory: filled.directory, listens: true,
            arguments: [])
        let status = try await central.start()
        guard let address = status.peerAddress.flatMap({ Endpoint($0) }) else {
            throw LoadGenerator.Failed(description: "central does not listen")
        }
        return SimulatedFleet(central: central, gateways: gateways, address: address, place: place)
    }

    func end() async {
        _ = await central.stop()
        central.kill()
        place.remove()
    }

    var connected: Int { gateways.count { $0.isConnected } }

    /// Opens the sessions a few at a time, runs `body` when all are there, and ends them. `interval`: between two
    /// reports of a gateway.
    func converse(
        backlogs: [[Batch]] = [], interval: Duration? = nil, _ body: @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (number, gateway) in gateways.enumerated() {
                tasks.addTask { [address] in
                    // Whoever could not connect is missing in the figures, and named there.
                    try? await gateway.live(
                        with: address, backlog: backlogs.isEmpty ? [] : backlogs[number], interval: interval,
                        seed: UInt64(number))
                }
                // Central sees at most so many at once that have not proved who they are.
                if number % 32 == 31 { _ = try await waits(2) { connected >= number - 64 } }
            }
            _ = try await waits(30) { connected == gateways.count }
            try await body()
            tasks.cancelAll()
        }
    }
}
