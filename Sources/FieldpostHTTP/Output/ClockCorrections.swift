import FieldpostCore
import FieldpostNode
import FieldpostStore

/// How the clocks that made the stamps of one answer stood to this node's.
struct ClockCorrections: Sendable {
    private let measures: [NodeID: [BootID: ClockMeasure]]

    /// Reads the measures once for all stamps. This node's own stamps need none.
    init(for stamps: [(origin: Origin, stamp: Stamp)], at node: any NodeService) async throws(JournalError) {
        let own = node.journal.origin.node
        let foreign = stamps.filter { $0.origin.node != own }.map { (node: $0.origin.node, boot: $0.stamp.boot) }
        measures = foreign.isEmpty ? [:] : try await node.journal.clockMeasures(of: foreign)
    }

    /// For all that is shown of a report. Each clock is read once, however many entries it stamped.
    init(of report: Report, at node: any NodeService) async throws(JournalError) {
        try await self.init(for: report.history.map { ($0.dot.origin, $0.stamp) }, at: node)
    }

    /// Nil where nobody measured that clock since that boot.
    func corrected(_ stamp: Stamp, of node: NodeID) -> CorrectedTime? {
        guard let time = measures[node]?[stamp.boot]?.corrected(stamp), let at = Timestamp.text(time.wallMilliseconds)
        else { return nil }
        return CorrectedTime(at: at, uncertaintyMilliseconds: time.uncertaintyMilliseconds)
    }
}
