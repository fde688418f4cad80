import FieldpostCore

/// A note to add to a report. With the same key, a repeated note is not added twice.
struct ReportNote: Hashable, Sendable {
    var text: String
    var author: String
    var key = EntryID.random()
}
