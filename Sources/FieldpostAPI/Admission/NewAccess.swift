/// An access that was just added.
package struct NewAccess: Codable, Hashable, Sendable {
    package var name: String
    /// For a terminal: its token. It is shown only this once.
    package var token: String?

    package init(name: String, token: String? = nil) {
        self.name = name
        self.token = token
    }
}
