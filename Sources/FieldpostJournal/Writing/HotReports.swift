import FieldpostCore
import Synchronization

/// The merge states of reports that grow large, so that adding to one does not read all of it again. Known to the
/// writer alone; what is not here is made anew from the entries.
///
/// A state that is taken out is changed without a copy, and put back. What a transaction put back is forgotten when
/// that does not commit. Whoever changes or takes away entries that are held forgets the states.
final class HotReports: Sendable {
    private struct Held {
        let state: MergeState
        let bytes: Int
        let use: UInt64
    }

    private struct Contents {
        var states: [ReportID: Held] = [:]
        var uses: UInt64 = 0
        var bytes = 0
        /// Put back by the running transaction.
        var unsettled: Set<ReportID> = []

        mutating func remove(_ report: ReportID) -> MergeState? {
            guard let held = states.removeValue(forKey: report) else { return nil }
            bytes -= held.bytes
            return held.state
        }
    }

    private let contents = Mutex(Contents())

    func take(_ report: ReportID) -> MergeState? { contents.withLock { $0.remove(report) } }

    /// Lets go of those used longest ago while there are too many, and of this one if it is too large by itself.
    func put(_ state: MergeState) {
        contents.withLock { contents in
            contents.uses += 1
            let held = Held(state: state, bytes: state.reckonedBytes, use: contents.uses)
            contents.states[state.report] = held
            contents.bytes += held.bytes
            contents.unsettled.insert(state.report)
            while contents.bytes > Limits.hotReportBytes,
                let oldest = contents.states.min(by: { $0.value.use < $1.value.use })?.key
            {
                _ = contents.remove(oldest)
            }
        }
    }

    /// The transaction was committed.
    func settle() { contents.withLock { $0.unsettled = [] } }

    /// The transaction, or a part of it, is undone.
    func rollBack() {
        contents.withLock { contents in
            for report in contents.unsettled { _ = contents.remove(report) }
            contents.unsettled = []
        }
    }

    func forget(_ report: ReportID) { contents.withLock { _ = $0.remove(report) } }

    func forgetAll() { contents.withLock { $0 = Contents() } }
}
