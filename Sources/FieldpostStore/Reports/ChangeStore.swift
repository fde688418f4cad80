package import FieldpostCore

/// What happened at this node, in the order in which it happened here. It tells each change once: an entry where it was
/// first stored, whatever gap it closed, and events that follow from entries.
package protocol ChangeStore: Sendable {
    /// The position after the last change that was committed. Positions count up. They mean something only in one
    /// incarnation of the node.
    var changesEnd: Int64 { get }

    /// Changes from a position on. One call takes a few tens of milliseconds at most.
    func changes(_ query: ChangeQuery) async throws(JournalError) -> ChangePage
}

/// Which changes are wanted. All given conditions must hold.
package struct ChangeQuery: Hashable, Sendable {
    /// The position of the first one.
    package var from: Int64 = 1
    /// Empty: all kinds.
    package var kinds: Set<ChangeKind> = []
    package var report: ReportID?
    /// Field → the value that the report shows now: the category, grid and department.
    package var matching: [FieldName: String] = [:]
    /// Only reports that show one of these grids now. Nil: all. For a caller who may see no others.
    package var grids: Set<String>?
    /// Also what concerns no report: settings, incidents and audit events.
    package var includesNode = false
    /// Changes on a page.
    package var limit = Limits.pageChanges

    package init() {}

    package static let fields: [FieldName] = [.category, .grid, .department]
}

package struct ChangePage: Sendable {
    package let changes: [RecordedChange]
    /// The position after all that were looked at.
    package let next: Int64
    /// There was nothing more.
    package let isEnd: Bool

    package init(changes: [RecordedChange], next: Int64, isEnd: Bool) {
        self.changes = changes
        self.next = next
        self.isEnd = isEnd
    }
}

/// The words by which clients choose changes.
package enum ChangeKind: String, Hashable, Sendable, CaseIterable {
    /// Of an entry. One entry may be several.
    case created, changed, note, step, reopened, attachment, removed, other
    case setting, incident, audit
    /// An entry whose contents were removed at this gateway, because central holds them, or cannot be read.
    case pruned, unreadable
    /// What follows from entries.
    case conflictBegan = "conflict-began"
    case conflictEnded = "conflict-ended"
    /// The contents of entries are here again.
    case restored
    case dueSoon = "due-soon"
    case overdue
}

package struct RecordedChange: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case entry(Entry)
        /// The dot of an entry without readable contents.
        case missing(Dot)
        case deadline(CaseEvent)
        case event
    }

    package let position: Int64
    package let kinds: [ChangeKind]
    /// Nil for what concerns no report.
    package let report: ReportID?
    package let content: Content

    package init(position: Int64, kinds: [ChangeKind], report: ReportID?, _ content: Content) {
        self.position = position
        self.kinds = kinds
        self.report = report
        self.content = content
    }
}

extension Entry {
    /// What the entry does.
    package var changeKinds: [ChangeKind] {
        switch kind {
        case .incident: return [.incident]
        case .auditEvent: return [.audit]
        case .setting: return [.setting]
        case .unknown: return [.other]
        case .change: break
        }
        var kinds: [ChangeKind] = []
        // Each new report has a channel, and no edit may set one.
        if depth == 1, change.fields[.channel] != nil {
            kinds.append(.created)
        } else if !change.fields.isEmpty {
            kinds.append(.changed)
        }
        if !change.notes.isEmpty { kinds.append(.note) }
        if !change.traces.isEmpty { kinds.append(.step) }
        if change.traces.contains(where: { $0.stage == "reopened" }) { kinds.append(.reopened) }
        if !change.attachments.isEmpty { kinds.append(.attachment) }
        if !change.removals.isEmpty { kinds.append(.removed) }
        return kinds.isEmpty ? [.other] : kinds
    }
}
