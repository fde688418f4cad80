/// How the bytes of a connection are protected.
package enum Security: Sendable {
    /// Not protected: for a network that nobody else uses.
    case plain
    /// TLS 1.3 with certificates on both sides. The dialling side chooses the purpose, and the listener learns it.
    case tls(TLSIdentity, for: Purpose = .session)
}
