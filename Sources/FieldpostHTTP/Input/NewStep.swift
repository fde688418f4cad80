import FieldpostCore
package import FieldpostNode

/// The body of `POST /v1/reports/{id}/steps`.
package struct NewStep: BodyContent {
    package let author: String?
    package let step: Step

    package init(_ reader: inout ObjectReader) {
        author = reader.optional("author", reader.shortText("author"))
        var step = Step(code: reader.required("step", reader.shortText("step")) ?? "")
        step.reason = reader.optional("reason", reader.longText("reason")) ?? ""
        step.audience = FieldInput.audience(&reader)
        step.department = reader.optional("department", reader.shortText("department")) ?? ""
        step.assignee = reader.optional("assignee", reader.shortText("assignee")) ?? ""
        step.condition = reader.optional("condition", reader.shortText("condition")) ?? ""
        step.limit = reader.optional("limit", reader.shortText("limit")) ?? ""
        if !step.limit.isEmpty, HandlingLimit(text: step.limit) == nil {
            let kinds = HandlingLimit.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            reader.note("limit", "must be an amount and a kind of time, as in \"8 office_hours\". The kinds: \(kinds)")
        }
        if let text = reader.optional("until", reader.shortText("until")) {
            step.untilMilliseconds = Timestamp.milliseconds(text) ?? 0
            if step.untilMilliseconds == 0 {
                reader.note(
                    "until", "must be a date and time with its zone (RFC 3339), as in 2026-12-01T18:00:00+08:00")
            }
        }
        if let text = reader.optional("original", reader.shortText("original")) {
            step.original = ReportID(text: text)
            if step.original == nil { reader.note("original", "must be the id of the report that this one joins") }
        }
        self.step = step
    }
}
