/// Limits of people who log in at gateways.
extension Limits {
    /// People who may log in at one gateway: a community station has 5 to 50. And bytes of the list of them, which
    /// crosses a link of 64 kbit/s in 8 s. It goes ahead of everything else when somebody is added or revoked.
    package static let people = 256
    package static let peopleBytes = 64 * 1024
    /// Grids of one person.
    package static let personGrids = 64
    /// Bytes of what a password is checked against. That of scrypt has 89.
    package static let verifierBytes = 256
    /// Seconds in which a code for a pairing can be redeemed.
    package static let pairingSeconds = 600
}
