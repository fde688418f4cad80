package import FieldpostSync

/// Which links belong to a class, and what they may carry. From the setting `links`.
package struct LinkClass: Hashable, Sendable {
    /// Such as "lte".
    package let name: String
    /// Names of network interfaces. A name that ends with `*` stands for all that begin so.
    package var interfaces: [String]
    /// Addresses of peers.
    package var peers: [AddressPrefix]
    package var policy: LinkPolicy

    package init(name: String, interfaces: [String] = [], peers: [AddressPrefix] = [], policy: LinkPolicy = .unlimited)
    {
        self.name = name
        self.interfaces = interfaces
        self.peers = peers
        self.policy = policy
    }

    fileprivate func has(interface: String) -> Bool {
        interfaces.contains { name in
            name.hasSuffix("*") ? interface.hasPrefix(name.dropLast()) : interface == name
        }
    }
}

extension [LinkClass] {
    /// The class of a connection: the first that names the interface, else the first that names the peer.
    package func name(interface: String?, peer: String?) -> String? {
        if let interface, let found = first(where: { $0.has(interface: interface) }) { return found.name }
        guard let peer else { return nil }
        return first { $0.peers.contains { $0.contains(peer) } }?.name
    }
}
