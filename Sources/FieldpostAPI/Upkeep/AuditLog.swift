/// The last audit events of a node's administrators, newest first, at most `Limits.pageReports`.
package struct AuditLog: Codable, Hashable, Sendable {
    package struct Element: Codable, Hashable, Sendable {
        /// RFC 3339, UTC, by the node's own wall clock at that time. Nil if the time is unknown.
        package var at: String?
        /// The dot of the entry that records this.
        package var dot: String
        /// Who did it: the user who ran the command, the token that a gateway presented, or `fieldpost` itself.
        package var author: String
        package var account: String

        package init(at: String?, dot: String, author: String, account: String) {
            self.at = at
            self.dot = dot
            self.author = author
            self.account = account
        }
    }

    package var events: [Element]

    package init(events: [Element]) { self.events = events }
}
