package import FieldpostCore
package import FieldpostNode
package import FieldpostTransport
import NIOPosix

/// At a gateway: asks a central node to enroll it.
package struct EnrollmentRequest: Sendable {
    private let identity: TLSIdentity
    private let endpoint: Endpoint
    private let enroll: Enroll

    /// The central node that answered, and its answer.
    package struct Answer: Hashable, Sendable {
        package let central: NodeID
        package let fingerprint: Fingerprint
        package let enrolled: Enrolled
    }

    /// Throws the errors of the TLS library about the key.
    package init(key: NodeKey, central: Endpoint, name: String, grids: [String], token: TokenSecret?) throws {
        identity = try key.identity()
        endpoint = central
        enroll = Enroll(name: name, grids: grids, token: token)
    }

    /// Pauses before the connection is made again. A central node with a flood of strangers closes connections that
    /// have not yet proved that they may stay.
    private static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2)]

    /// May be repeated. Connects again when a connection ends without an answer. `central` is the node that must
    /// answer: another node is told nothing. Nil accepts any node.
    package func send(to central: NodeID?) async throws(EnrollmentError) -> Answer {
        do {
            for pause in Self.pauses {
                let channel = try await dial()
                do {
                    return try await ask(channel, central)
                } catch where Self.isAbandoned(error) {
                    try await Task.sleep(for: pause)
                }
            }
            return try await ask(try await dial(), central)
        } catch let error as EnrollmentError {
            throw error
        } catch {
            throw .unreachable(endpoint, reason: "\(error)")
        }
    }

    /// Whether the connection ended without an answer.
    private static func isAbandoned(_ error: any Error) -> Bool {
        error as? HandshakeError == .closed || (error as? Violation)?.code == .timeout
    }

    private func dial() async throws -> PeerChannel {
        try await Transport.dial(
            endpoint, security: .tls(identity, for: .enrollment), group: MultiThreadedEventLoopGroup.singleton)
    }

    private func ask(_ channel: PeerChannel, _ central: NodeID?) async throws -> Answer {
        let peer: PeerIdentity?
        do {
            peer = try await channel.identify()
        } catch {
            await channel.abandon()
            throw error
        }
        guard let peer, central == nil || central == peer.node else {
            let violation = Violation(.wrongIdentity, "this is not the central node that the gateway asks")
            await channel.refuse(violation)
            throw EnrollmentError.otherCentral
        }
        return try Answer(
            central: peer.node, fingerprint: Fingerprint(gateway: identity.node, central: peer.node),
            enrolled: Self.enrolled(try await channel.ask(.enroll(enroll))))
    }

    private static func enrolled(_ message: Message) throws -> Enrolled {
        switch message {
        case .enrolled(let enrolled): return enrolled
        case .goodbye(let goodbye): throw EnrollmentError.refused(goodbye.detail)
        default: throw Violation(.unexpectedMessage, "the node sent another message than an answer to the enrollment")
        }
    }
}

/// Why a gateway was not enrolled. Nothing was changed at the gateway.
package enum EnrollmentError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreachable(Endpoint, reason: String)
    /// Another node answered than the one that the token, or the file `central.id`, names.
    case otherCentral
    /// Central refused, with this text.
    case refused(String)

    package var description: String {
        switch self {
        case .unreachable(let endpoint, let reason):
            "No central node answers at \(endpoint) (\(reason)). Nothing was changed. Check the address and the link."
        case .otherCentral:
            "Another node answers here than the central node that made the token, or with which this gateway is "
                + "enrolled. The address is wrong, or somebody intercepts the connection. The token was not sent, and "
                + "nothing was changed."
        case .refused(let reason):
            "Central refused: \(reason). Nothing was changed here."
        }
    }
}
