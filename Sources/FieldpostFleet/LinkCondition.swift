/// What a link does to what goes over it.
package struct LinkCondition: Hashable, Sendable {
    /// Bytes a second, each way; nil: as fast as it goes.
    package var bytesPerSecond: Int?
    /// Milliseconds on the way.
    package var delayMilliseconds: Int64
    /// Takes everything and passes nothing on, not even that a side hung up: like a link whose NAT forgot it.
    package var isBlackHole: Bool

    package init(bytesPerSecond: Int? = nil, delayMilliseconds: Int64 = 0, isBlackHole: Bool = false) {
        self.bytesPerSecond = bytesPerSecond
        self.delayMilliseconds = delayMilliseconds
        self.isBlackHole = isBlackHole
    }

    /// Nothing changes on the way.
    var isPlain: Bool { self == LinkCondition() }
}
