/// An access that was just given.
package struct NewAccess: Codable, Hashable, Sendable {
    package var name: String
    /// Of a terminal: the only time that it is to be had.
    package var token: String?

    package init(name: String, token: String? = nil) {
        self.name = name
        self.token = token
    }
}
