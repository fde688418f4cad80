package import FieldpostCore

/// A change that someone wants to make here. The journal gives it a dot, a causal context and a depth.
package struct Draft: Sendable {
    package var id: EntryID
    package var report: ReportID
    package var intent: Intent
    /// What the author had seen, as the terminal sent it. Nil: what this node holds now.
    package var seen: ReportVersion?
    package var author: String
    package var stamp: Stamp
    package var change: Change

    /// `create`: the report must be new. `edit`: it must exist.
    package enum Intent: Sendable {
        case create, edit
    }

    /// The change makes the report urgent. It is accepted longest while the disk fills up.
    package var isUrgent: Bool { change.fields[.priority] == .urgent }

    package init(
        id: EntryID, report: ReportID, intent: Intent, seen: ReportVersion? = nil, author: String, stamp: Stamp,
        change: Change
    ) {
        self.id = id
        self.report = report
        self.intent = intent
        self.seen = seen
        self.author = author
        self.stamp = stamp
        self.change = change
    }
}
