import FieldpostCore
import Synchronization

/// The merge states of large reports, so that adding an entry does not read the whole report again. Only the writer
/// uses them. A state that is not here is computed from the entries.
///
/// A state that is taken out can be changed without a copy, and is then put back. If a transaction does not commit, the
/// states that it put back are forgotten. Code that changes or removes stored entries must forget the states.
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

    /// Adds a state. If there are too many, removes those that were not used for longest. Removes this one too if it is
    /// too large by itself.
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

    /// The transaction, or a part of it, was undone.
    func rollBack() {
        contents.withLock { contents in
            for report in contents.unsettled { _ = contents.remove(report) }
            contents.unsettled = []
        }
    }

    func forget(_ report: ReportID) { contents.withLock { _ = $0.remove(report) } }

    func forgetAll() { contents.withLock { $0 = Contents() } }
}
