/// Central's sealing keys, as the admin socket lists them. It never has a private key.
package struct SealingList: Codable, Sendable {
    package struct Element: Codable, Sendable {
        package var id: String
        /// New contact data is sealed to it.
        package var current: Bool
        /// The private key is here, so what was sealed to it can be opened.
        package var held: Bool

        package init(id: String, current: Bool, held: Bool) {
            self.id = id
            self.current = current
            self.held = held
        }
    }

    package var keys: [Element]

    package init(keys: [Element]) { self.keys = keys }
}
