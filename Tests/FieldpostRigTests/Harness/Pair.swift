import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Synchronization
import TestKit

/// Central and gateways, without links that could be cut.
final class Pair: Sendable {
    let central: NodeProcess
    private let makers: [@Sendable (String) throws -> NodeProcess]
    private let started = Mutex<[NodeProcess]>([])

    /// `gateways`: makes each, given the address that it is to dial; each serves the grids of its number.
    init(central: NodeProcess, gateways: [@Sendable (String) throws -> NodeProcess]) {
        self.central = central
        makers = gateways
    }

    /// Central first.
    func start(_ rig: Rig) async throws -> [Intake] {
        var intakes = [try await rig.start(central)]
        let address = try await central.socket.status().peerAddress ?? ""
        for (number, make) in zip(1..., makers) {
            let gateway = try make(address)
            started.withLock { $0.append(gateway) }
            try await gateway.enroll(with: central, grids: Rig.grids(of: number))
            intakes.append(try await rig.start(gateway))
        }
        return intakes
    }

    var gateways: [NodeProcess] { started.withLock { $0 } }

    func kill() {
        for gateway in gateways { gateway.kill() }
        central.kill()
    }

    /// Waits until all hold the same; a fault of the rig when they do not.
    func agree(_ rig: Rig, within seconds: Double = 30) async throws {
        rig.check(!gateways.isEmpty, "there is no gateway to agree with")
        for gateway in gateways {
            let difference = try await Self.difference(gateway: gateway, central: central, within: seconds)
            rig.check(difference == nil, "no agreement within \(Int(seconds)) s: \(difference ?? "")")
        }
    }

    /// Waits for two nodes to agree. Nil when they do; what still stands between them when it takes too long.
    static func difference(gateway: NodeProcess, central: NodeProcess, within seconds: Double) async throws -> String? {
        var difference: String?
        _ = try await waits(seconds) {
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
