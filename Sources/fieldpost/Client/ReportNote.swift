import FieldpostCore

/// A note to be added to a report. Sent again under the same key it does nothing twice.
struct ReportNote: Hashable, Sendable {
    var text: String
    var author: String
    var key = EntryID.random()
}
