package import FieldpostCore

/// A claim of a gateway that central cannot believe. It remains until the gateway stops making the claim, or until a
/// person resolves it. Repeated claims are stored once.
package struct Suspicion: Hashable, Sendable {
    package let gateway: NodeID
    /// The gateway's name for people.
    package let name: String
    package let kind: Kind
    /// What was claimed, as text for people.
    package let account: String

    package init(gateway: NodeID, name: String, kind: Kind, account: String) {
        self.gateway = gateway
        self.name = name
        self.kind = kind
        self.account = account
    }

    package enum Kind: String, Hashable, Sendable {
        /// The gateway has receipts for more than central holds, without a proof.
        case receipts
        /// The gateway names a position in the feed, or an entry from it, that central never gave out, without a proof.
        case feed
        /// The gateway gave entries of others that it cannot have.
        case entries
        /// The gateway gave an entry that differs from what its author wrote.
        case contradicted
        /// The gateway said hello under more incarnations than one gateway may have.
        case incarnations
    }
}
