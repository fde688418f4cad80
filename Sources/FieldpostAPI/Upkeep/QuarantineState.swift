/// An entry that is kept but not merged, as the admin socket tells it: never its content.
package struct QuarantineState: Codable, Hashable, Sendable {
    package var dot: String
    /// Why it is not merged, for people.
    package var reason: String
    /// Bytes kept of it; 0 where only its hash ever came.
    package var bytes: Int

    package init(dot: String, reason: String, bytes: Int) {
        self.dot = dot
        self.reason = reason
        self.bytes = bytes
    }
}
