import NIOSSL

/// Why no TLS connection came about.
package enum HandshakeError: Error, Hashable, Sendable {
    case timeout
    /// The connection ended first.
    case closed
    /// The peer speaks no TLS.
    case plain
    /// No version of TLS that both take: this side takes 1.3 alone.
    case version
    /// The peer showed no certificate.
    case noCertificate
    /// The peer asks for a certificate, and this side has shown none that it takes.
    case certificateRefused
    /// The two agree on no application protocol.
    case otherProtocol
    /// In the words of the TLS library.
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
        ("EOF during handshake", .closed),
    ]
}

extension HandshakeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timeout: "the TLS handshake took too long"
        case .closed: "the connection ended before the TLS handshake was through"
        case .plain: "the peer speaks no TLS; is `insecure` set there, or is it something else than a Fieldpost node?"
        case .version: "the peer does not speak TLS 1.3, and nothing older is taken"
        case .noCertificate: "the peer showed no certificate"
        case .certificateRefused: "the peer does not take this node's certificate"
        case .otherProtocol:
            "the peer offers none of the protocols \(Purpose.allCases.map(\.rawValue).joined(separator: ", "))"
        case .other(let reason): "TLS failed: \(reason)"
        }
    }
}
