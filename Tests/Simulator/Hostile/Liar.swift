import FieldpostCore
import FieldpostWire

/// A gateway that is enrolled at central and lies. It has no journal, only the entries that it forged and those that
/// central sent it.
final class Liar {
    /// One of its incarnations: the entries that it serves, with their chain.
    struct History {
        let origin: Origin
        private(set) var entries: [[UInt8]] = []
        private(set) var chains: [Hash256]
        /// The last seq of each report.
        private var last: [ReportID: UInt64] = [:]

        init(origin: Origin) {
            self.origin = origin
            chains = [Chain.start(of: origin)]
        }

        var next: UInt64 { UInt64(entries.count) + 1 }
        var head: Head { Head(origin: origin, seq: UInt64(entries.count), chain: chains[entries.count]) }

        func previous(of report: ReportID) -> UInt64 { last[report] ?? 0 }

        mutating func append(_ bytes: [UInt8], report: ReportID) {
            last[report] = next
            entries.append(bytes)
            chains.append(Chain.link(chains[chains.count - 1], Chain.hash(entry: bytes)))
        }

        /// Starts a different history after a seq.
        mutating func forget(after seq: Int) {
            entries.removeLast(max(entries.count - seq, 0))
            chains.removeLast(max(chains.count - seq - 1, 0))
        }
    }

    /// The author of what it writes in its own name.
    static let author = "liar"

    /// Its id and its link. Its disk stays empty.
    let node: SimulatedNode
    let lies: [Lie]
    let grids: [String]
    var incarnations: [History]
    /// The entries that central sent it.
    var heard: [Dot: Entry] = [:]
    var cursor: FeedCursor?
    var session: LiarSession?
    /// Its writes that central has not stored yet, by number.
    var waiting: Set<Int> = []

    init(node: SimulatedNode, lies: [Lie], grids: [String], first: Incarnation) {
        self.node = node
        self.lies = lies
        self.grids = grids
        incarnations = [History(origin: Origin(node: node.id, incarnation: first))]
    }

    func tells(_ lie: Lie) -> Bool { lies.contains(lie) }
}
