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

extension Entry {
    /// Whether it claims to have seen entries of its own node alone. Only such an entry goes ahead of its chain
    /// (PROTOCOL.md, 8.24).
    package var claimsNothingOfOthers: Bool { context.pairs.allSatisfy { $0.origin.node == dot.origin.node } }
}
