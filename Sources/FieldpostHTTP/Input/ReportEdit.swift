package import FieldpostCore
package import FieldpostNode

/// The body of `PATCH /v1/reports/{id}`: the fields given are set, `null` empties one.
package struct ReportEdit: BodyContent {
    package let author: String?
    private let fields: [FieldName: FieldValue]
    private let comment: String?

    package init(_ reader: inout ObjectReader) {
        author = reader.optional("author", reader.shortText("author"))
        comment = reader.optional("comment", reader.longText("comment"))
        var fields = FieldInput.read(&reader, clears: true)
        switch reader.node(FieldName.setAside.rawValue) {
        case nil: break
        case .null: fields[.setAside] = .cleared
        default: reader.note(FieldName.setAside.rawValue, "is the node's to write; null takes it away")
        }
        // Said here too, with its place and beside all else that is wrong.
        if comment != nil, !fields.isEmpty, !Submission.Content.isHandling(fields) {
            reader.note("comment", "belongs to a change of stage or department; for anything else add a note")
        }
        self.fields = fields
    }

    /// `seen`: what `If-Match` says.
    package func content(of report: ReportID, seen: ReportVersion?) -> Submission.Content {
        .edit(of: report, seen: seen, fields: fields, comment: comment)
    }
}
