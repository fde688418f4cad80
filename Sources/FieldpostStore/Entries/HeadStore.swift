package import FieldpostCore

/// The heads of this node's origins, what peers said of them, and the incarnations that follow from that.
package protocol HeadStore: Sendable {
    /// How far this node's present origin reaches.
    func head() async throws(JournalError) -> Head

    /// The heads of all origins of a node that are held here, oldest first.
    func heads(of node: NodeID) async throws(JournalError) -> [Head]

    /// What a gateway's hello says: the heads of its own origins, and for each the last receipt of central that it can
    /// prove. At most `Limits.greetingOrigins` heads, the present one among them.
    ///
    /// `central`: for whom; nil: for any central node. `turn`: counts hellos. If more heads are of interest than fit,
    /// each hello begins with others.
    func greeting(
        to central: NodeID?, turn: Int
    ) async throws(JournalError) -> (heads: [Head], receipts: [Receipt])

    /// At a gateway: notes central's receipt for entries of this node. Throws `.violation(fork)` when its chain differs
    /// from the one held here, and `.violation(rewound)` when it reaches beyond.
    func acknowledge(_ receipt: Receipt, stamp: Stamp) async throws(JournalError)

    /// At a gateway: compares central's heads with the ones held here. Those that agree are noted as receipts.
    func compare(
        _ heads: [Head], proofs: [Origin: HeadProof], with central: Origin
    ) async throws(JournalError) -> HeadsVerdict

    /// Up to `Limits.locatePoints` heads after `agreed` and up to `upTo`, evenly spread, `upTo` the last.
    func points(of origin: Origin, after agreed: UInt64, upTo: UInt64) async throws(JournalError) -> [Head]

    /// At central: where a gateway's points agree with what is held.
    func locate(_ points: [Head]) async throws(JournalError) -> Located

    /// Begins a new incarnation, unless its cause no longer stands. Sessions that spoke for the old one have to end.
    func begin(_ start: IncarnationStart) async throws(JournalError)
}
