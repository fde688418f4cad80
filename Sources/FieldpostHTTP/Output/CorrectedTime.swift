/// When something happened, by this node's wall clock, though the clock that stamped it was another.
struct CorrectedTime: Hashable, Sendable {
    /// RFC 3339, UTC.
    let at: String
    /// The bound of the error.
    let uncertaintyMilliseconds: UInt64
}
