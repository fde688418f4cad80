/// What a link does to what goes over it.
struct LinkCondition: Hashable, Sendable {
    /// Bytes a second, each way; nil: as fast as it goes.
    var bytesPerSecond: Int?
    /// Milliseconds on the way.
    var delayMilliseconds: Int64 = 0
    /// Takes everything and passes nothing on, not even that a side hung up: like a link whose NAT forgot it.
    var isBlackHole = false

    /// Nothing changes on the way.
    var isPlain: Bool { self == LinkCondition() }
}
