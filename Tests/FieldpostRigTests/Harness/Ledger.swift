import FieldpostClient
import FieldpostCore
import Synchronization

/// One change that was sent to a node, with all that it says.
struct Write: Hashable, Sendable {
    enum Kind: Sendable {
        case report, note, edit, photo
    }

    let kind: Kind
    let report: ReportID
    /// The name of the node that it was sent to.
    let node: String
    let author: String
    /// As `Content.normal` writes values.
    var fields: [String: JSONValue] = [:]
    /// A note's text, an edit's comment, or the SHA-256 of a photo that is attached.
    var text = ""
}

/// What daemons acknowledged: every report, note, edit and photo, with its content. A promise was given for each of
/// them.
final class Ledger: Sendable {
    /// All that was acknowledged up to a moment.
    struct Page: Sendable {
        /// By the key that each was sent under; a report's is its own id.
        fileprivate(set) var writes: [EntryID: Write] = [:]

        var count: Int { writes.count }

        var reports: [ReportID: Write] {
            let creations = writes.values.filter { $0.kind == .report }
            return Dictionary(creations.map { ($0.report, $0) }) { first, _ in first }
        }

        /// Photos that a change names, each with its report.
        var photos: [Hash256: ReportID] {
            let named = writes.values.filter { $0.kind == .photo }
            return Dictionary(
                named.compactMap { write in Hash256(hex: write.text).map { ($0, write.report) } },
                uniquingKeysWith: { first, _ in first })
        }

        /// What one node acknowledged.
        func acknowledged(by node: String) -> Page { filter { $0.node == node } }

        /// What was acknowledged after an earlier page.
        func since(_ earlier: Page) -> Page {
            Page(writes: writes.filter { earlier.writes[$0.key] == nil })
        }

        /// What concerns these reports.
        func about(_ ids: Set<ReportID>) -> Page { filter { ids.contains($0.report) } }

        func filter(_ isWanted: (Write) -> Bool) -> Page { Page(writes: writes.filter { isWanted($0.value) }) }

        /// Without what was sent under these keys.
        func without(_ keys: Set<EntryID>) -> Page { Page(writes: writes.filter { !keys.contains($0.key) }) }

        func only(_ keys: Set<EntryID>) -> Page { Page(writes: writes.filter { keys.contains($0.key) }) }

        /// Without the changes that name these photos.
        func withoutPhotos(_ photos: Set<Hash256>) -> Page {
            filter { $0.kind != .photo || Hash256(hex: $0.text).map { !photos.contains($0) } ?? true }
        }

        /// Any few of it.
        func first(_ count: Int) -> Page {
            Page(writes: Dictionary(uniqueKeysWithValues: writes.prefix(count).map { ($0.key, $0.value) }))
        }

        func of(_ kind: Write.Kind) -> Int { writes.values.count { $0.kind == kind } }
    }

    private struct State {
        var page = Page()
        /// Also what was not answered: a node may show it.
        var sent: [EntryID: Write] = [:]
        /// The last reports acknowledged, each ready to be edited elsewhere.
        var latest: [ReportID] = []
        var serial = 0
    }

    private static let latestKept = 48

    private let state = Mutex(State())

    /// All until now.
    var page: Page { state.withLock(\.page) }

    /// Everything that was ever sent.
    var sent: [EntryID: Write] { state.withLock(\.sent) }

    /// A number that no other change of this ledger has.
    func nextSerial() -> Int {
        state.withLock { state in
            state.serial += 1
            return state.serial
        }
    }

    func sent(_ key: EntryID, _ write: Write) { state.withLock { $0.sent[key] = write } }

    /// What was sent under a key is promised from now on.
    func acknowledged(_ key: EntryID) {
        state.withLock { state in
            guard let write = state.sent[key] else { return }
            state.page.writes[key] = write
            guard write.kind == .report else { return }
            state.latest.append(write.report)
            if state.latest.count > Self.latestKept { state.latest.removeFirst() }
        }
    }

    /// One of the reports that came in last, anywhere.
    func latestReport() -> ReportID? { state.withLock { $0.latest.randomElement() } }

    /// A report that this node acknowledged; nil when there is none yet.
    func anyReport(of node: String) -> ReportID? {
        // The first one met in a dictionary is any one.
        page.writes.values.first { $0.kind == .report && $0.node == node }?.report
    }
}
