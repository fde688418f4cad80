package import FieldpostCore
package import FieldpostNode

/// The body of `PATCH /v1/reports/{id}`. It sets the given fields. `null` empties a field.
///
/// An edit of the stage or the department is a step of handling, and adds a trace with the comment in the same entry.
/// So if two departments act at the same time, both steps stay visible when one of their values is chosen.
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
        default: reader.note(FieldName.setAside.rawValue, "is written by the node. You can only remove it with null")
        }
        // The intake checks this too. Here the fault gets its position, and the client gets all faults at once.
        if comment != nil, !fields.isEmpty, !Submission.Content.isHandling(fields) {
            reader.note("comment", "needs a change of stage or department. For other changes, add a note")
        }
        self.fields = fields
    }

    /// `seen`: what `If-Match` says.
    package func content(of report: ReportID, seen: ReportVersion?) -> Submission.Content {
        .edit(of: report, seen: seen, fields: fields, comment: comment)
    }
}
