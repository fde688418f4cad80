package import FieldpostCore
package import FieldpostJournal

/// What the HTTP rooms may ask of the running node.
package protocol NodeService: Sendable {
    var journal: Journal { get }
    /// The clocks of this moment, for an entry made here.
    func stamp() -> Stamp
    func status() async throws(JournalError) -> NodeStatus
    /// A digest over all reports held here, or at central over those in one gateway's scope, named as in `resync`:
    /// equal on two nodes exactly when they show the same. Reads every report's digest.
    func digest(gateway: String?) async throws -> NodeDigest
    /// What central does about the entries of its gateways. Throws `ResyncError.notCentral` at a gateway.
    func upkeep() throws(ResyncError) -> any GatewayUpkeep
}

extension NodeService {
    /// Writes down what an administrator does, before it is done.
    package func record(_ account: String, author: String) async throws(JournalError) {
        try await journal.record(account, author: author, stamp: stamp())
    }
}

/// How far a resync got.
package struct ResyncState: Codable, Hashable, Sendable {
    /// Entries compared so far, of `total`.
    package var done: UInt64
    package var total: UInt64
    /// Entries that were missing here and were added.
    package var added: UInt64
    package var isFinished: Bool

    private enum CodingKeys: String, CodingKey {
        case done, total, added
        case isFinished = "is_finished"
    }

    package init(done: UInt64, total: UInt64, added: UInt64, isFinished: Bool) {
        self.done = done
        self.total = total
        self.added = added
        self.isFinished = isFinished
    }
}

package enum ResyncError: Error, Hashable, Sendable {
    /// Only central pulls.
    case notCentral
    case unknownGateway(String)
    /// Several gateways match.
    case ambiguousGateway(String)
    case notConnected(String)
    /// The session ended first; what was added stays.
    case interrupted(String)
}

extension ResyncError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notCentral:
            "Only central can be asked about a gateway, and this node is one. Nothing was changed; ask at central."
        case .unknownGateway(let name): "No gateway \(name) is known here. `fieldpost status` lists those that are."
        case .ambiguousGateway(let name): "Several gateways match \(name). Give more digits of the NodeID."
        case .notConnected(let name): "Gateway \(name) is not connected. Nothing was changed; try again when it is."
        case .interrupted(let reason):
            "The session ended before the resync did (\(reason)). What was added stays; start it again."
        }
    }
}

/// What two nodes compare to know that they hold the same.
package struct NodeDigest: Codable, Hashable, Sendable {
    package var reports: Int
    /// 64 hexadecimal digits.
    package var digest: String

    package init(reports: Int, digest: String) {
        self.reports = reports
        self.digest = digest
    }
}
