import FieldpostAPI
import FieldpostCore
import FieldpostTransport
import NIOCore
import NIOPosix

/// Whether each address of a running node takes connections, as seen from this machine.
struct ListenerExamination: Sendable {
    let status: NodeStatus

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        let listeners =
            status.httpAddresses.map { ("http", $0) } + status.publicAddresses.map { ("public_http", $0) }
            + status.publicHTTPSAddresses.map { ("public_https", $0) } + status.peerAddresses.map { ("listen", $0) }
            + status.metricsAddresses.map { ("metrics", $0) }
        for (name, text) in listeners {
            guard let endpoint = Endpoint(text) else { continue }
            findings.append(await finding(name, endpoint))
        }
        return findings
    }

    private func finding(_ name: String, _ endpoint: Endpoint) async -> Finding {
        // "Every address" is no address that can be dialled.
        let host = endpoint.host == "0.0.0.0" ? "127.0.0.1" : endpoint.host == "::" ? "::1" : endpoint.host
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(Int64(Limits.doctorConnectSeconds)))
                .connect(host: host, port: endpoint.port).get()
            try? await channel.close().get()
            return .ok("listener", "\(name) \(endpoint) takes connections")
        } catch {
            return .fault(
                "listener", "\(name) \(endpoint) takes no connection: \(ConnectFailure(error))",
                mend: "a local firewall or a lack of free files may be the reason; restart the node, which loses "
                    + "nothing")
        }
    }
}
