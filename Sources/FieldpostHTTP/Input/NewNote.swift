package import FieldpostCore

/// The body of `POST /v1/reports/{id}/notes`.
package struct NewNote: BodyContent {
    package let author: String
    package let change: Change

    package init(_ reader: inout ObjectReader) {
        author = reader.optional("author", reader.shortText("author")) ?? ""
        let text = reader.required("text", reader.longText("text")) ?? ""
        if text.isEmpty, reader.faults.isEmpty { reader.note("text", "must not be empty") }
        change = Change(notes: [Note(text: text)])
    }
}
