package import FieldpostCore

/// What arrives from a peer.
package enum Arrival: Sendable {
    case message(Message)
    /// Bytes of an incomplete message, reported at most once a second. On a slow link a large message may take minutes,
    /// and the peer is alive all that time.
    case progress
}
