import FieldpostAPI
package import FieldpostClient
import Foundation

/// A central node and its gateways on loopback, each a process of its own, with a link between each gateway and
/// central.
package struct Fleet: Sendable {
    package let central: NodeProcess
    package let gateways: [NodeProcess]
    /// By gateway.
    package let links: [Relay]
    package let centralClient: FieldpostClient
    package let gatewayClients: [FieldpostClient]

    package init(
        central: NodeProcess, gateways: [NodeProcess], links: [Relay], centralClient: FieldpostClient,
        gatewayClients: [FieldpostClient]
    ) {
        self.central = central
        self.gateways = gateways
        self.links = links
        self.centralClient = centralClient
        self.gatewayClients = gatewayClients
    }

    /// Starts everything below `directory`. `grids`: those each gateway serves, one list a gateway. `launch`: of all.
    /// `hasPages`: gateways also serve the residents' page.
    package static func start(
        program: String, grids: [[String]], directory: String, launch: Launch = Launch(),
        hasPages: Bool = false
    ) async throws -> Fleet {
        let central = NodeProcess(
            program: program, role: "central", name: "central", directory: directory + "/central", listens: true,
            arguments: [])
        try central.prepare()
        var started = [central]
        do {
            let status = try await central.start(launch)
            let port = status.peerAddress?.split(separator: ":").last.flatMap { Int($0) } ?? 0
            var gateways: [NodeProcess] = []
            var links: [Relay] = []
            var clients: [FieldpostClient] = []
            for (number, grids) in zip(1..., grids) {
                let link = try await Relay(target: port)
                let gateway = NodeProcess(
                    program: program, role: "gateway", name: "gateway-\(number)",
                    directory: directory + "/gateway-\(number)",
                    listens: false,
                    arguments: ["--dial", "127.0.0.1:\(link.port)"] + grids.flatMap { ["--grids", $0] }
                        + (hasPages ? ["--public-http", "127.0.0.1:0"] : []))
                try gateway.prepare()
                if !launch.isInsecure { try await gateway.enroll(with: central, grids: grids) }
                started.append(gateway)
                let status = try await gateway.start(launch)
                gateways.append(gateway)
                links.append(link)
                clients.append(try FieldpostClient(at: status.httpAddress ?? ""))
            }
            return Fleet(
                central: central, gateways: gateways, links: links,
                centralClient: try FieldpostClient(at: status.httpAddress ?? ""), gatewayClients: clients)
        } catch {
            for node in started { node.kill() }
            throw error
        }
    }

    package var nodes: [NodeProcess] { [central] + gateways }

    /// Ends all processes in good order. Returns the names of those that did not end well.
    package func stop() async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for node in nodes { group.addTask { await node.stop() ? nil : node.name } }
            return await group.reduce(into: []) { names, name in if let name { names.append(name) } }.sorted()
        }
    }

    package func kill() {
        for node in nodes { node.kill() }
    }

    /// Waits until every entry is on both sides of every link, and each gateway's digest is that which central has of
    /// its scope. Throws `FleetError.disagreement` when it takes longer than `seconds`.
    package func converge(within seconds: Int) async throws -> [Agreement] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var last: [Agreement] = []
        while ContinuousClock.now < deadline {
            if try await isSettled() {
                last = try await agreements()
                if last.allSatisfy(\.isEqual) { return last }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let open = last.filter { !$0.isEqual }.map(\.gateway).joined(separator: ", ")
        let reason = open.isEmpty ? "entries still wait" : "digests differ: \(open)"
        throw FleetError.disagreement(seconds: seconds, reason: reason)
    }

    private func isSettled() async throws -> Bool {
        for gateway in gateways {
            guard let status = try? await gateway.socket.status(), let peer = status.peers.first,
                peer.isConnected, peer.entriesWaitingUp == 0
            else { return false }
        }
        guard let status = try? await central.socket.status() else { return false }
        return status.peers.count == gateways.count && status.peers.allSatisfy { $0.entriesWaitingDown == 0 }
    }

    private func agreements() async throws -> [Agreement] {
        var agreements: [Agreement] = []
        for gateway in gateways {
            let own = try await gateway.socket.digest()
            let held = try await central.socket.digest(gateway: gateway.name)
            agreements.append(
                Agreement(gateway: gateway.name, reports: own.reports, digest: own.digest, centralDigest: held.digest))
        }
        return agreements
    }
}
