/// One quarantined entry, with the beginning of its bytes: the answer of `fieldpost quarantine show`.
package struct QuarantineDetail: Codable, Hashable, Sendable {
    package var dot: String
    /// Why it is not merged, as text for people.
    package var reason: String
    /// `unreadable`, `corrupt`, `withheld` or `beyond-share`.
    package var cause: String
    /// The size of the bytes that are kept.
    package var bytes: Int
    /// Hexadecimal SHA-256 that its chain covers. Nil if that is damaged.
    package var hash: String?
    /// Its first bytes, hexadecimal.
    package var start: String

    package init(dot: String, reason: String, cause: String, bytes: Int, hash: String?, start: String) {
        (self.dot, self.reason, self.cause) = (dot, reason, cause)
        (self.bytes, self.hash, self.start) = (bytes, hash, start)
    }
}
