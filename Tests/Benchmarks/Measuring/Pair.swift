import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit

/// A central node and one gateway, as processes, with a link between them that can be cut.
struct Pair: Sendable {
    let fleet: Fleet
    private let place: TemporaryDirectory

    static func start(_ options: Options) async throws -> Pair {
        let place = try TemporaryDirectory()
        do {
            let fleet = try await Fleet.start(program: options.binary, grids: [["G10110"]], directory: place.path)
            let pair = Pair(fleet: fleet, place: place)
            try await pair.connects()
            return pair
        } catch {
            place.remove()
            throw error
        }
    }

    func end() async {
        _ = await fleet.stop()
        place.remove()
    }

    var gateway: NodeProcess { fleet.gateways[0] }
    var central: NodeProcess { fleet.central }
    var link: Relay { fleet.links[0] }

    func gatewayPort() async throws -> Int { try await Self.port(of: gateway) }
    func centralPort() async throws -> Int { try await Self.port(of: central) }

    static func port(of node: NodeProcess) async throws -> Int {
        let address = try await node.socket.status().httpAddress
        return address?.split(separator: ":").last.flatMap { Int($0) } ?? 0
    }

    private func connects() async throws {
        let isConnected = try await waits(20) { try await gateway.socket.status().peers.contains(where: \.isConnected) }
        guard isConnected else { throw LoadGenerator.Failed(description: "the gateway does not connect") }
    }

    /// Breaks the link until the gateway knows.
    func cut() async throws {
        await link.cut()
        _ = try await waits(20) { try await !gateway.socket.status().peers.contains(where: \.isConnected) }
    }

    func usage() throws -> (gateway: Usage, central: Usage) {
        guard let gateway = gateway.processID, let central = central.processID else {
            throw LoadGenerator.Failed(description: "a node has ended")
        }
        return (Usage(of: gateway), Usage(of: central))
    }

    /// Has central carry out a resync, and waits for its end.
    @discardableResult
    func resyncs(_ mode: ResyncJob.Mode) async throws -> ResyncJob {
        let number = try await central.socket.resync(gateway: gateway.name, mode: mode).value.number
        while true {
            let job = try await central.socket.job(number).value
            if job.state.isOver { return job }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until central has confirmed all that the gateway holds.
    func settle(within seconds: Double) async throws {
        let isSettled = try await waits(seconds, pause: .milliseconds(50)) {
            let journal = try await gateway.socket.status().journal
            return journal.receipt >= journal.head
        }
        guard isSettled else { throw LoadGenerator.Failed(description: "central lacks entries after \(seconds) s") }
    }
}
