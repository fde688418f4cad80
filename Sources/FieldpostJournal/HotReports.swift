import FieldpostCore
import Synchronization

/// The merge states of reports that grow large, so that adding to one does not read all of it again. Known to the
/// writer alone; what is not here is made anew from the entries.
///
/// A state that is taken out is changed without a copy, and put back. What a transaction put back is forgotten when
/// that does not commit. Whoever changes or takes away entries that are held forgets the states.
final class HotReports: Sendable {
    private struct Contents {
        var states: [ReportID: (state: MergeState, use: UInt64)] = [:]
        var uses: UInt64 = 0
        var entries = 0
        /// Put back by the running transaction.
        var unsettled: Set<ReportID> = []
    }

    private let contents = Mutex(Contents())

    func take(_ report: ReportID) -> MergeState? {
        contents.withLock { contents in
            guard let held = contents.states.removeValue(forKey: report) else { return nil }
            contents.entries -= held.state.counts.entries
            return held.state
        }
    }

    /// Lets go of those used longest ago while there are too many.
    func put(_ state: consuming MergeState) {
        let (report, count) = (state.report, state.counts.entries)
        contents.withLock { [state] contents in
            contents.uses += 1
            contents.states[report] = (state, contents.uses)
            contents.entries += count
            contents.unsettled.insert(report)
            while contents.entries > Limits.hotReportEntries, contents.states.count > 1,
                let oldest = contents.states.min(by: { $0.value.use < $1.value.use })
            {
                contents.states[oldest.key] = nil
                contents.entries -= oldest.value.state.counts.entries
            }
        }
    }

    /// The transaction was committed.
    func settle() { contents.withLock { $0.unsettled = [] } }

    /// The transaction, or a part of it, is undone.
    func rollBack() {
        contents.withLock { contents in
            for report in contents.unsettled {
                contents.entries -= contents.states.removeValue(forKey: report)?.state.counts.entries ?? 0
            }
            contents.unsettled = []
        }
    }

    func forgetAll() { contents.withLock { $0 = Contents() } }
}
