import Crypto

/// An entry's bytes as they were first written, their hash, and their content.
package struct SealedEntry: Sendable {
    package let dot: Dot
    package let bytes: [UInt8]
    package let hash: Hash256
    package let content: Content

    package enum Content: Sendable {
        case entry(Entry)
        /// The bytes are kept and relayed, but not merged. `reason` is for people.
        case quarantined(reason: String)
    }

    package init(dot: Dot, bytes: [UInt8], content: Content) {
        self.dot = dot
        self.bytes = bytes
        self.hash = Chain.hash(entry: bytes)
        self.content = content
    }

    /// An entry with only its hash. The node that sent it withheld the bytes, because they were corrupt or redacted.
    /// The chain still covers the hash.
    package init(dot: Dot, withheld hash: Hash256) {
        self.dot = dot
        self.bytes = []
        self.hash = hash
        self.content = .quarantined(reason: Self.withheldReason)
    }

    /// Why a withheld entry is not merged, for people. Journals store this text and compare it: it must not change.
    package static let withheldReason = "only its hash came: its holder has the bytes no longer"

    package var isWithheld: Bool { bytes.isEmpty }

    /// The entry, when its bytes could be read.
    package var entry: Entry? {
        if case .entry(let entry) = content { entry } else { nil }
    }
}

/// Converts between entries and their bytes. The byte format belongs to the wire; the journal only converts.
package protocol EntryCoding: Sendable {
    func encode(_ entry: Entry) -> [UInt8]
    /// Reads the bytes of the entry at `dot`. Bytes that cannot be read, or that name another dot, come back
    /// quarantined, never as an error: one bad entry does not stop the sync.
    func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry
    /// The dot that an entry's bytes name, whatever else they contain; nil when they name none.
    func dot(of bytes: [UInt8]) -> Dot?
}

/// An entry as a batch or a journal holds it: its bytes, or only its hash when the bytes are corrupt or redacted.
package enum PackedEntry: Hashable, Sendable {
    case bytes([UInt8])
    case withheld(Hash256)
}
