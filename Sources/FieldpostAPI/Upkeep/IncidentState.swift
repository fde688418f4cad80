/// Something that happened to the node's journal, as the admin socket reports it.
package struct IncidentState: Codable, Hashable, Sendable {
    /// RFC 3339, UTC, by the node's own wall clock at that time. Nil if the time is unknown.
    package var at: String?
    /// The dot of the entry that records this.
    package var dot: String
    /// What happened, as the journal describes it.
    package var account: String
    /// A person has resolved it, so it raises no alarm any more.
    package var isResolved: Bool

    private enum CodingKeys: String, CodingKey {
        case at, dot, account
        case isResolved = "is_resolved"
    }

    package init(at: String?, dot: String, account: String, isResolved: Bool) {
        self.at = at
        self.dot = dot
        self.account = account
        self.isResolved = isResolved
    }
}
