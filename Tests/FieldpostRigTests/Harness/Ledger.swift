import FieldpostCore
import Synchronization

/// What daemons acknowledged: every report, note and edit, with its content. A promise was given for each of them.
final class Ledger: Sendable {
    struct Report: Hashable, Sendable {
        let text: Hash256
        /// The name of the node that acknowledged it.
        let node: String
    }

    struct Note: Hashable, Sendable {
        let report: ReportID
        let text: Hash256
        let node: String
    }

    struct Edit: Hashable, Sendable {
        let report: ReportID
        let node: String
    }

    /// All that was acknowledged up to a moment.
    struct Page: Sendable {
        fileprivate(set) var reports: [ReportID: Report] = [:]
        /// By idempotency key.
        fileprivate(set) var notes: [EntryID: Note] = [:]
        fileprivate(set) var edits: [EntryID: Edit] = [:]

        var count: Int { reports.count + notes.count + edits.count }

        /// What one node acknowledged.
        func acknowledged(by node: String) -> Page {
            Page(
                reports: reports.filter { $0.value.node == node }, notes: notes.filter { $0.value.node == node },
                edits: edits.filter { $0.value.node == node })
        }

        /// What was acknowledged after an earlier page.
        func since(_ earlier: Page) -> Page {
            Page(
                reports: reports.filter { earlier.reports[$0.key] == nil },
                notes: notes.filter { earlier.notes[$0.key] == nil },
                edits: edits.filter { earlier.edits[$0.key] == nil })
        }

        /// What concerns these reports.
        func about(_ ids: Set<ReportID>) -> Page {
            Page(
                reports: reports.filter { ids.contains($0.key) }, notes: notes.filter { ids.contains($0.value.report) },
                edits: edits.filter { ids.contains($0.value.report) })
        }
    }

    private let state = Mutex(Page())
    private let serial = Mutex(0)

    /// All until now.
    var page: Page { state.withLock { $0 } }

    /// A number that no other change of this ledger has.
    func nextSerial() -> Int {
        serial.withLock { serial in
            serial += 1
            return serial
        }
    }

    func acknowledged(_ report: ReportID, _ content: Report) { state.withLock { $0.reports[report] = content } }

    func acknowledged(_ key: EntryID, _ note: Note) { state.withLock { $0.notes[key] = note } }

    func acknowledged(_ key: EntryID, _ edit: Edit) { state.withLock { $0.edits[key] = edit } }

    /// A report that this node acknowledged; nil when there is none yet.
    func anyReport(of node: String) -> ReportID? {
        state.withLock { page in
            // The first one met in a dictionary is any one.
            page.reports.first { $0.value.node == node }?.key
        }
    }

    /// Contents are compared by this.
    static func digest(_ text: String) -> Hash256 { Chain.hash(entry: Array(text.utf8)) }
}
