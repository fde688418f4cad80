package import FieldpostCore

/// A note to add to a report. With the same key, a repeated note is not added twice.
package struct ReportNote: Hashable, Sendable {
    package var text: String
    package var author: String
    package var audience: Audience
    package var key: EntryID

    package init(text: String, author: String, audience: Audience = .inside, key: EntryID = .random()) {
        self.text = text
        self.author = author
        self.audience = audience
        self.key = key
    }
}
