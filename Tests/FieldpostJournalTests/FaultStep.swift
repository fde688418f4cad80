import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// One thing that happens to a journal in a fault trial. Doing a step again changes nothing.
enum FaultStep: Sendable {
    case create(UInt8, grid: String? = nil)
    /// Several changes at once, in one commit.
    case createTogether(ClosedRange<UInt8>)
    /// Edit number `id` of a report. The ids of a peer's reports are the seqs of its entries.
    case edit(ReportID, id: UInt8)
    /// The peer's entries with these seqs.
    case ingest(ClosedRange<Int>)
    /// The feed up to a position, with the entries of the other gateway with these seqs.
    case absorb([UInt64], position: UInt64)
    case acknowledge
    case acknowledgeFeed(UInt64)
    case register(NodeID, grids: Set<String>)
    /// Central confirms that it holds everything, and the retention time passes.
    case rest
    case prune
    case checkpoint
    case reopen

    static let peer = Samples.origin(9)
    static let other = Samples.origin(20)
    static let central = Samples.origin(30)
    static let peerRun = Samples.run(of: peer, count: 9)
    static let text = String(repeating: "x", count: 1500)

    static func report(_ number: UInt8) -> ReportID { ReportID(1000 + UInt128(number)) }

    /// Everything that a gateway's journal does: intake, receipts, the feed.
    static let gateway: [FaultStep] = [
        .create(1), .create(2), .edit(report(1), id: 101), .acknowledge, .absorb([2, 5, 9], position: 3),
        .createTogether(3...6), .checkpoint, .edit(report(2), id: 102), .reopen, .create(7), .acknowledge,
        .absorb([3, 12], position: 5), .edit(ReportID(5), id: 103), .create(8), .checkpoint, .create(9),
        .rest, .prune, .reopen, .create(10), .checkpoint, .create(11),
    ]

    /// Everything that central's journal does: pulls, its own changes, gateways and their feeds.
    static let centralNode: [FaultStep] = [
        .register(peer.node, grids: []), .ingest(1...3), .create(1, grid: "N1"), .edit(ReportID(1), id: 101),
        .ingest(4...6), .checkpoint, .register(other.node, grids: ["N1"]), .reopen, .ingest(5...8),
        .create(2, grid: "N1"), .acknowledgeFeed(1), .edit(ReportID(7), id: 102), .createTogether(3...5), .checkpoint,
        .ingest(9...9), .create(6),
    ]

    static func steps(_ role: Role) -> [FaultStep] { role == .gateway ? gateway : centralNode }
}
