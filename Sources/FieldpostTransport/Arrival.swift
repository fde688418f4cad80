package import FieldpostCore

/// What comes from a peer.
package enum Arrival: Sendable {
    case message(Message)
    /// Bytes of a message that is not whole yet, told at most once a second: on a slow link a large one may take
    /// minutes, and the peer is alive all the while.
    case progress
}
