/// What a token is to let in.
struct TokenRequest: Hashable, Sendable {
    /// What the gateway shall be called, and the grids whose reports it may see; nil: as it says itself.
    var name: String?
    var grids: [String]?
    /// The gateway that is revoked when this one comes in, which takes its name and grids then.
    var replaces: String?
    var seconds: UInt64

    init(name: String?, grids: [String]?, replaces: String? = nil, seconds: UInt64) {
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.seconds = seconds
    }
}
