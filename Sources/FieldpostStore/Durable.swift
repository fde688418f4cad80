package import FieldpostCore

// Only FieldpostJournal calls the initializers here, in the body of a write. The write answers with the value after its
// commit returned, so nobody holds a proof of what a crash may still undo. `FieldpostStyleTests` checks the first half.

/// Proves that a change is durable.
package struct Committed: Hashable, Sendable {
    package let entry: Entry
    /// What the author has seen once it knows that this entry is stored. For the `ETag` of the answer.
    package let version: ReportVersion
    /// The same change was accepted before under the same id, and this is that entry.
    package let isRepeat: Bool
    /// The report with this entry, as this journal holds it.
    package let overview: ReportOverview

    /// `overview`: the report with this entry; nil: the report of this entry alone.
    package init(afterCommitOf entry: Entry, overview: ReportOverview?, isRepeat: Bool) {
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

    package init(afterCommitOf head: Head) { self.head = head }
}

/// Proves that central holds an entry durably. It may be ahead of its origin's chain.
package struct DurableEntry: Hashable, Sendable {
    package let entry: KnownEntry

    package init(afterCommitOf entry: KnownEntry) { self.entry = entry }
}

/// Proves that this node holds the feed durably up to a cursor.
package struct DurableCursor: Hashable, Sendable {
    package let cursor: FeedCursor

    package init(afterCommitOf cursor: FeedCursor) { self.cursor = cursor }
}
