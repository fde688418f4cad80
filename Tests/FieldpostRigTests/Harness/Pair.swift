import FieldpostNode
import Synchronization

@testable import fieldpost

/// Central and one gateway, without a link that could be cut.
final class Pair: Sendable {
    let central: NodeProcess
    private let makeGateway: @Sendable (String) throws -> NodeProcess
    private let started = Mutex<NodeProcess?>(nil)

    /// `gateway`: makes it, given the address that it is to dial.
    init(central: NodeProcess, gateway: @escaping @Sendable (String) throws -> NodeProcess) {
        self.central = central
        makeGateway = gateway
    }

    /// Central first.
    func start(_ rig: Rig, _ launch: Launch = Launch()) async throws -> [Intake] {
        let central = try await rig.start(central, launch)
        let gateway = try makeGateway(try await self.central.socket.status().peerAddress ?? "")
        started.withLock { $0 = gateway }
        try await gateway.enrol(with: self.central)
        return [
            Intake(name: self.central.name, client: central),
            Intake(name: gateway.name, client: try await rig.start(gateway, launch)),
        ]
    }

    var gateway: NodeProcess? { started.withLock { $0 } }

    func kill() {
        gateway?.kill()
        central.kill()
    }

    /// Waits until both hold the same; a fault of the rig when they do not.
    func agree(_ rig: Rig, within seconds: Double = 30) async throws {
        guard let gateway else { return }
        let difference = try await Self.difference(gateway: gateway, central: central, within: seconds)
        rig.check(difference == nil, "no agreement within \(Int(seconds)) s: \(difference ?? "")")
    }

    /// Waits for two nodes to agree. Nil when they do; what still stands between them when it takes too long.
    static func difference(gateway: NodeProcess, central: NodeProcess, within seconds: Double) async throws -> String? {
        var difference: String?
        _ = try await Rig.waits(seconds) {
            difference = try await Self.difference(gateway: gateway, central: central)
            return difference == nil
        }
        return difference
    }

    private static func difference(gateway: NodeProcess, central: NodeProcess) async throws -> String? {
        guard let peer = try? await gateway.socket.status().peers.first,
            let known = try? await central.socket.status().peers.first(where: { $0.name == gateway.name })
        else { return "one does not answer, or knows no peer" }
        guard peer.isConnected else { return "no session, \(peer.lastError ?? known.lastError ?? "without a reason")" }
        guard peer.entriesWaitingUp == 0 else { return "\(peer.entriesWaitingUp ?? 0) entries wait to go up" }
        guard known.entriesWaitingDown == 0 else { return "\(known.entriesWaitingDown ?? 0) entries wait to go down" }
        let own = try await gateway.socket.digest()
        let held = try await central.socket.digest(gateway: gateway.name)
        guard own.digest != held.digest else { return nil }
        return "\(gateway.name) has \(own.reports) reports and central \(held.reports) of its scope; digests differ"
    }
}
