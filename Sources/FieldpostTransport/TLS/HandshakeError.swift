import NIOSSL

/// Why a TLS connection failed.
package enum HandshakeError: Error, Hashable, Sendable {
    case timeout
    /// The connection ended first.
    case closed
    /// The peer does not use TLS.
    case plain
    /// There is no common version of TLS: this side accepts only 1.3.
    case version
    /// The peer sent no certificate.
    case noCertificate
    /// The peer requires a certificate, and has refused the one of this side.
    case certificateRefused
    /// There is no common application protocol.
    case otherProtocol
    /// The text of the TLS library.
    case other(String)

    init(_ error: any Error) {
        if let error = error as? HandshakeError {
            self = error
            return
        }
        let text = String(describing: error)
        let known = Self.words.first { text.contains($0.word) }?.error
        self = known ?? .other(text)
    }

    /// Reasons as BoringSSL names them.
    private static let words: [(word: String, error: HandshakeError)] = [
        ("PEER_DID_NOT_RETURN_A_CERTIFICATE", .noCertificate), ("NO_APPLICATION_PROTOCOL", .otherProtocol),
        ("CERTIFICATE_REQUIRED", .certificateRefused), ("ALERT_BAD_CERTIFICATE", .certificateRefused),
        ("ALERT_CERTIFICATE_UNKNOWN", .certificateRefused), ("ALERT_UNKNOWN_CA", .certificateRefused),
        ("ALERT_CERTIFICATE_EXPIRED", .certificateRefused), ("PROTOCOL_VERSION", .version),
        ("UNSUPPORTED_PROTOCOL", .version), ("WRONG_VERSION_NUMBER", .plain), ("HTTP_REQUEST", .plain),
        ("EOF during handshake", .closed), ("Connection reset by peer", .closed),
    ]
}

extension HandshakeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timeout: "the TLS handshake took too long"
        case .closed: "the connection ended before the TLS handshake was complete"
        case .plain: "the peer does not use TLS: `insecure` may be set there, or it is not a Fieldpost node"
        case .version: "the peer does not support TLS 1.3, and older versions are refused"
        case .noCertificate: "the peer sent no certificate"
        case .certificateRefused: "the peer refused this node's certificate"
        case .otherProtocol:
            "the peer supports none of the protocols \(Purpose.allCases.map(\.rawValue).joined(separator: ", "))"
        case .other(let reason): "TLS failed: \(reason)"
        }
    }
}
