package import FieldpostCore

/// A change that somebody wants made here. The journal gives it its dot, its context and its depth.
package struct Draft: Sendable {
    package var id: EntryID
    package var report: ReportID
    package var intent: Intent
    /// What the author had seen, as the terminal sent it back; nil: what this node holds now.
    package var seen: ReportVersion?
    package var author: String
    package var stamp: Stamp
    package var change: Change

    /// `create`: the report must be new. `edit`: it must be there.
    package enum Intent: Sendable {
        case create, edit
    }

    /// Set to urgent by this change: taken in longest when the disk fills up.
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

/// Proof that a change is durable: only the journal makes one, after the commit with `synchronous=FULL` returned.
package struct Committed: Hashable, Sendable {
    package let entry: Entry
    /// What the author has seen once it knows that this entry is in: for the `ETag` of the answer.
    package let version: ReportVersion
    /// The same change had been taken in before, under the same id; this is that one.
    package let isRepeat: Bool
    /// How the report stands with it, in this journal.
    package let overview: ReportOverview

    init(entry: Entry, overview: ReportOverview?, isRepeat: Bool) {
        self.entry = entry
        self.overview = overview ?? Report(id: entry.report, folding: [entry]).overview
        self.isRepeat = isRepeat
        var version = ReportVersion(context: entry.context, depth: entry.depth)
        // A vector that names this entry claims all entries before it. Where the author had not seen those, the version
        // leaves this one out too: the next edit then stands beside it, and hides nothing.
        if entry.previousSeq <= entry.context[entry.dot.origin] { version.context.include(entry.dot) }
        self.version = version
    }
}

/// Proof that an origin's entries are durable here up to a head: the token that a receipt needs.
package struct DurableHead: Hashable, Sendable {
    package let head: Head
    init(head: Head) { self.head = head }
}

/// Proof that the feed is durable here up to a cursor.
package struct DurableCursor: Hashable, Sendable {
    package let cursor: FeedCursor
    init(cursor: FeedCursor) { self.cursor = cursor }
}
