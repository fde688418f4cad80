/// What a new token is for.
struct TokenRequest: Hashable, Sendable {
    /// The name of the gateway, and the grids whose reports it may see. Nil: as the gateway asks.
    var name: String?
    var grids: [String]?
    /// The gateway that is revoked when the new one enrolls. The new one takes over its name and grids.
    var replaces: String?
    var seconds: UInt64

    init(name: String?, grids: [String]?, replaces: String? = nil, seconds: UInt64) {
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.seconds = seconds
    }
}
