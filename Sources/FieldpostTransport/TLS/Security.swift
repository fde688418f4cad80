/// How the bytes of a connection are kept from strangers.
package enum Security: Sendable {
    /// Not at all: for a network that nobody else is on.
    case plain
    /// TLS 1.3 with certificates on both sides. Whoever dials says what for; a listener hears of it.
    case tls(TLSIdentity, for: Purpose = .session)
}
