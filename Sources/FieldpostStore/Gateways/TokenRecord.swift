package import FieldpostCore

/// An enrollment token as central stores it: everything except its secret.
package struct TokenRecord: Hashable, Sendable {
    package let number: Int
    /// The name of the gateway and the grids whose reports it may see. Nil: as the gateway asks.
    package let name: String?
    package let grids: [String]?
    /// The gateway that is revoked when the new one enrolls. The new one takes over its name and grids, unless this
    /// token names others.
    package let replaces: NodeID?
    /// Milliseconds since 1970 by central's clock.
    package let madeAt: Int64
    package let endsAt: Int64
    /// The gateway that used the token.
    package let gateway: NodeID?

    package init(
        number: Int, name: String?, grids: [String]?, replaces: NodeID? = nil, madeAt: Int64, endsAt: Int64,
        gateway: NodeID?
    ) {
        self.number = number
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.madeAt = madeAt
        self.endsAt = endsAt
        self.gateway = gateway
    }
}
