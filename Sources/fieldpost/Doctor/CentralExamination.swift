import FieldpostCore
import FieldpostGateway
import FieldpostNode
import FieldpostTransport
import Glibc
import NIOCore
import NIOPosix

/// Whether a gateway's central node can be reached: the name, TCP, TLS with the right key, and the protocol. It says
/// nothing but the preamble, so a session that stands is not disturbed.
struct CentralExamination: Sendable {
    let settings: NodeSettings
    let key: NodeKey?

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        for text in settings.dial {
            if let endpoint = Endpoint(text) { findings.append(await finding(of: endpoint)) }
        }
        return findings
    }

    private func finding(of endpoint: Endpoint) async -> Finding {
        let mend = "reports are safe here meanwhile. Check cable, address and firewall on the way to \(endpoint)"
        do throws(UnknownHost) {
            _ = try endpoint.resolved()
        } catch {
            return .fault("central", "\(error)", mend: "correct `dial`, or mend the name service; \(mend)")
        }
        let clock = ContinuousClock()
        let start = clock.now
        let channel: PeerChannel
        do {
            guard let security = try security() else {
                return .warning("central", "\(endpoint) was not tried: this node has no key", mend: "see above")
            }
            channel = try await Transport.dial(
                endpoint, security: security, group: MultiThreadedEventLoopGroup.singleton)
        } catch {
            return .fault("central", "\(endpoint) does not answer: \(ConnectFailure(error))", mend: mend)
        }
        let connected = clock.now
        do throws(HandshakeError) {
            let peer = try await channel.identify()
            if let peer, let pin = CentralPin(stateDirectory: settings.stateDirectory).read(), peer.node != pin {
                await channel.abandon()
                return .fault(
                    "central",
                    "\(endpoint) is another node, \(peer.node.short)…, and not the central node of this gateway",
                    mend: "correct `dial`. If central was really replaced, enroll again (GUIDE.md)")
            }
        } catch {
            await channel.abandon()
            return .fault("central", "\(endpoint): \(error)", mend: "see that `insecure` is the same on both sides")
        }
        let secured = clock.now
        let times = "TCP \(Self.time(connected - start)), TLS \(Self.time(secured - connected))"
        do {
            switch try await channel.greeting() {
            case .hello(let hello):
                return .ok(
                    "central", "\(endpoint) is \(hello.name), \(times), hello \(Self.time(clock.now - secured))")
            case .goodbye(let goodbye):
                return .fault(
                    "central", "\(endpoint) refuses this gateway: \(goodbye.detail)",
                    mend: "ask central's administrators: `fieldpost gateways` there")
            default: return .fault("central", "\(endpoint) does not begin with a hello", mend: "upgrade both sides")
            }
        } catch {
            return .fault(
                "central", "\(endpoint) (\(times)): \(error)",
                mend: "look at central: `fieldpost doctor central` there")
        }
    }

    /// Nil without a key, where one is needed.
    private func security() throws -> Security? {
        if settings.insecure { return .plain }
        return try key.map { .tls(try $0.identity()) }
    }

    private static func time(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        return Quantity.span(milliseconds: UInt64(max(0, milliseconds)))
    }
}

/// Why no connection came about, in a few words.
struct ConnectFailure: CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        let first = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        description = (first as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(first)"
    }
}
