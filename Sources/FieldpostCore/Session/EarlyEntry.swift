/// An urgent entry of a gateway, ahead of its chain.
package struct EarlyEntry: Hashable, Sendable {
    package var dot: Dot
    /// At most `Limits.earlyEntryBytes`.
    package var bytes: [UInt8]

    package init(dot: Dot, bytes: [UInt8]) {
        self.dot = dot
        self.bytes = bytes
    }
}
