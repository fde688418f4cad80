/// Something that happened to the node's journal, as the admin socket tells it.
package struct IncidentState: Codable, Hashable, Sendable {
    /// RFC 3339, UTC, by the node's own wall clock then; nil when nobody measured the moment.
    package var at: String?
    /// Where the entry that tells of it stands.
    package var dot: String
    /// What happened, in the journal's own words.
    package var account: String
    /// A person has seen to it: it raises no alarm any more.
    package var isSettled: Bool

    private enum CodingKeys: String, CodingKey {
        case at, dot, account
        case isSettled = "is_settled"
    }

    package init(at: String?, dot: String, account: String, isSettled: Bool) {
        self.at = at
        self.dot = dot
        self.account = account
        self.isSettled = isSettled
    }
}
