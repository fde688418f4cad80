package import FieldpostCore

/// The body of `POST /v1/reports/{id}/notes`.
package struct NewNote: BodyContent {
    package let author: String?
    package let text: String
    package let audience: Audience

    package init(_ reader: inout ObjectReader) {
        author = reader.optional("author", reader.shortText("author"))
        text = reader.required("text", reader.longText("text")) ?? ""
        audience = FieldInput.audience(&reader)
        if text.isEmpty, reader.faults.isEmpty { reader.note("text", "must not be empty") }
    }
}
