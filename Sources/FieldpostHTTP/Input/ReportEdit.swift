package import FieldpostCore

/// The body of `PATCH /v1/reports/{id}`. It sets the given fields. `null` empties a field.
///
/// An edit of the stage or the department is a step of handling, and adds a trace with the comment in the same entry.
/// So if two departments act at the same time, both steps stay visible when one of their values is chosen.
package struct ReportEdit: BodyContent {
    package let author: String
    package let change: Change

    package init(_ reader: inout ObjectReader) {
        author = reader.optional("author", reader.shortText("author")) ?? ""
        let comment = reader.optional("comment", reader.longText("comment"))
        var fields = FieldInput.read(&reader, clears: true)
        switch reader.node(FieldName.setAside.rawValue) {
        case nil: break
        case .null: fields[.setAside] = .cleared
        default: reader.note(FieldName.setAside.rawValue, "is written by the node. You can only remove it with null")
        }
        var change = Change(fields: fields)
        if fields[.stage] != nil || fields[.department] != nil {
            change.traces = [
                Trace(stage: Self.text(fields[.stage]), department: Self.text(fields[.department]), text: comment ?? "")
            ]
        } else if comment != nil, !fields.isEmpty {
            reader.note("comment", "needs a change of stage or department. For other changes, add a note")
        }
        self.change = change
    }

    private static func text(_ value: FieldValue?) -> String {
        if case .text(let text) = value { text } else { "" }
    }
}
