import FieldpostCore
import FieldpostStore

/// The corrections for the clocks that made the stamps of one answer.
struct ClockCorrections: Sendable {
    private let measures: [NodeID: [BootID: ClockMeasure]]

    /// For stamps of this node alone.
    static let none = ClockCorrections()

    private init() { measures = [:] }

    /// Reads the measures once for all stamps. This node's own stamps need no measure.
    init(for stamps: [(origin: Origin, stamp: Stamp)], in journal: any Store) async throws(JournalError) {
        let own = journal.origin.node
        let foreign = stamps.filter { $0.origin.node != own }.map { (node: $0.origin.node, boot: $0.stamp.boot) }
        measures = foreign.isEmpty ? [:] : try await journal.clockMeasures(of: foreign)
    }

    /// For everything that an answer shows of a report. Each clock is read once, for any number of entries.
    init(of report: Report, in journal: any Store) async throws(JournalError) {
        try await self.init(for: report.history.map { ($0.dot.origin, $0.stamp) }, in: journal)
    }

    /// Returns nil if that clock was not measured since that boot.
    func corrected(_ stamp: Stamp, of node: NodeID) -> CorrectedTime? {
        guard let time = measures[node]?[stamp.boot]?.corrected(stamp), let at = Timestamp.text(time.wallMilliseconds)
        else { return nil }
        return CorrectedTime(at: at, uncertaintyMilliseconds: time.uncertaintyMilliseconds)
    }
}
