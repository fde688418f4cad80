/// A new token. Its text is shown only this once.
package struct NewToken: Codable, Hashable, Sendable {
    package var number: Int
    package var token: String
    /// By central's clock, RFC 3339.
    package var ends: String

    package init(number: Int, token: String, ends: String) {
        self.number = number
        self.token = token
        self.ends = ends
    }
}
