/// An entry that is kept but not merged, as the admin socket reports it. Never contains the entry's content.
package struct QuarantineState: Codable, Hashable, Sendable {
    package var dot: String
    /// Why it is not merged, as text for people.
    package var reason: String
    /// The size of the bytes that are kept. 0 if only the hash arrived.
    package var bytes: Int

    package init(dot: String, reason: String, bytes: Int) {
        self.dot = dot
        self.reason = reason
        self.bytes = bytes
    }
}
