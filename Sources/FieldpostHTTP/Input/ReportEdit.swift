package import FieldpostCore

/// The body of `PATCH /v1/reports/{id}`: the fields given are set, `null` empties one.
///
/// An edit that names the stage or the department is a step of handling, and leaves a trace of it in the same entry,
/// with the comment. So what two departments did at once stays visible when one of their values is chosen.
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
        default: reader.note(FieldName.setAside.rawValue, "is the node's to write; null takes it away")
        }
        var change = Change(fields: fields)
        if fields[.stage] != nil || fields[.department] != nil {
            change.traces = [
                Trace(stage: Self.text(fields[.stage]), department: Self.text(fields[.department]), text: comment ?? "")
            ]
        } else if comment != nil, !fields.isEmpty {
            reader.note("comment", "belongs to a change of stage or department; for anything else add a note")
        }
        self.change = change
    }

    private static func text(_ value: FieldValue?) -> String {
        if case .text(let text) = value { text } else { "" }
    }
}
