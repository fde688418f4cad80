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
    var isUrgent: Bool { change.fields[.priority] == .text("urgent") }

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

/// Proves that a change is durable. Only the journal makes one, after the commit with `synchronous=FULL` has returned.
package struct Committed: Hashable, Sendable {
    package let entry: Entry
    /// What the author has seen once it knows that this entry is stored. For the `ETag` of the answer.
    package let version: ReportVersion
    /// The same change was accepted before under the same id, and this is that entry.
    package let isRepeat: Bool
    /// The report with this entry, as this journal holds it.
    package let overview: ReportOverview

    init(entry: Entry, overview: ReportOverview?, isRepeat: Bool) {
        self.entry = entry
        self.overview = overview ?? Report(id: entry.report, folding: [entry]).overview
        self.isRepeat = isRepeat
        var version = ReportVersion(context: entry.context, depth: entry.depth)
        // A vector that names this entry also claims all entries before it. If the author had not seen those, the
        // version leaves this entry out too. Then the next edit becomes a sibling, and hides nothing.
        if entry.previousSeq <= entry.context[entry.dot.origin] { version.context.include(entry.dot) }
        self.version = version
    }
}

/// Proves that this node holds an origin's entries durably up to a head. A receipt requires it.
package struct DurableHead: Hashable, Sendable {
    package let head: Head
    init(head: Head) { self.head = head }
}

/// Proves that this node holds the feed durably up to a cursor.
package struct DurableCursor: Hashable, Sendable {
    package let cursor: FeedCursor
    init(cursor: FeedCursor) { self.cursor = cursor }
}
