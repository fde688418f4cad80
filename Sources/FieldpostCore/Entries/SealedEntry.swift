import Crypto

/// An entry's bytes as they were first written, the hash of them, and what they say.
package struct SealedEntry: Sendable {
    package let dot: Dot
    package let bytes: [UInt8]
    package let hash: Hash256
    package let content: Content

    package enum Content: Sendable {
        case entry(Entry)
        /// The bytes are kept and relayed, but not merged: the reason, for people.
        case quarantined(reason: String)
    }

    package init(dot: Dot, bytes: [UInt8], content: Content) {
        self.dot = dot
        self.bytes = bytes
        self.hash = Chain.hash(entry: bytes)
        self.content = content
    }

    /// The entry, when its bytes could be read.
    package var entry: Entry? {
        if case .entry(let entry) = content { entry } else { nil }
    }
}

/// Between entries and their bytes. The bytes' form belongs to the wire; the journal only needs both ways.
package protocol EntryCoding: Sendable {
    func encode(_ entry: Entry) -> [UInt8]
    /// Reads the bytes that stand at `dot`. Bytes that cannot be read, or that name another dot, come back
    /// quarantined, never as an error: one bad entry stops no lane.
    func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry
}
