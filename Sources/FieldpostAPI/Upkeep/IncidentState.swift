/// Something that happened to the node's journal, as the admin socket tells it.
package struct IncidentState: Codable, Hashable, Sendable {
    /// RFC 3339, UTC, by the node's own wall clock then; nil when nobody measured the moment.
    package var at: String?
    /// Where the entry that tells of it stands.
    package var dot: String
    /// What happened, in the journal's own words.
    package var account: String
    /// A person has seen to it: it raises no alarm any more.
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
