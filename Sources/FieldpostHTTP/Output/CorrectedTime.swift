/// When something happened, by this node's wall clock, if another clock made the stamp.
struct CorrectedTime: Hashable, Sendable {
    /// RFC 3339, UTC.
    let at: String
    /// The largest possible error.
    let uncertaintyMilliseconds: UInt64
}
