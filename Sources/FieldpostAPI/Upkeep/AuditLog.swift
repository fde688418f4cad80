/// The last audit events of a node's administrators, newest first, at most `Limits.pageReports`.
package struct AuditLog: Codable, Hashable, Sendable {
    package struct Element: Codable, Hashable, Sendable {
        /// RFC 3339, UTC, by the node's own wall clock then; nil when nobody measured the moment.
        package var at: String?
        /// Where the entry that tells of it stands.
        package var dot: String
        /// Who did it: the user who gave the command, the token that a gateway showed, or `fieldpost` itself.
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
