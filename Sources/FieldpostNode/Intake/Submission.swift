package import FieldpostCore

/// What a caller wants taken in, as a door read it.
package struct Submission: Sendable {
    package var caller: Caller
    /// Nil when the sender gave none. A repeat is then not recognised as one, except for a report that brings its id.
    package var key: IdempotencyKey?
    /// Who the caller says the author is; nil when he does not say.
    package var author: String?
    package var content: Content

    package enum Content: Hashable, Sendable {
        /// `id`: minted by the sender; nil when this node shall mint it.
        case report(id: ReportID?, fields: [FieldName: FieldValue])
        /// `comment`: why, for a step of handling.
        case edit(of: ReportID, seen: ReportVersion?, fields: [FieldName: FieldValue], comment: String?)
        case note(on: ReportID, seen: ReportVersion?, text: String)
        /// The bytes of the attachment travel apart.
        case attachment(to: ReportID, seen: ReportVersion?, Attachment)
    }

    package init(caller: Caller, key: IdempotencyKey? = nil, author: String? = nil, _ content: Content) {
        self.caller = caller
        self.key = key
        self.author = author
        self.content = content
    }
}

extension Submission.Content {
    /// Whether these fields make an edit a step of handling, which leaves a trace.
    package static func isHandling(_ fields: [FieldName: FieldValue]) -> Bool {
        fields[.stage] != nil || fields[.department] != nil
    }

    /// Whether it makes a report, and changes none that exists.
    package var isNew: Bool { if case .report = self { true } else { false } }

    /// The permission that the caller needs for it.
    package var permission: Permission { isNew ? .report : .edit }

    /// What the author had seen of the report; nil: what this node holds when the entry is made.
    var seen: ReportVersion? {
        switch self {
        case .report: nil
        case .edit(_, let seen, _, _), .note(_, let seen, _), .attachment(_, let seen, _): seen
        }
    }

    /// The change that it makes.
    ///
    /// An edit that names the stage or the department is a step of handling, and leaves a trace of it in the same
    /// entry, with the comment. So what two departments did at once stays visible when one of their values is chosen.
    ///
    /// Throws `.emptyChange`, `.strayComment`.
    package func change() throws(IntakeRefusal) -> Change {
        switch self {
        case .report(_, let fields):
            return Change(fields: fields)
        case .edit(_, _, let fields, let comment):
            guard !fields.isEmpty else { throw .emptyChange }
            guard Self.isHandling(fields) else {
                guard comment == nil else { throw .strayComment }
                return Change(fields: fields)
            }
            let trace = Trace(
                stage: fields[.stage]?.text ?? "", department: fields[.department]?.text ?? "", text: comment ?? "")
            return Change(fields: fields, traces: [trace])
        case .note(_, _, let text):
            guard !text.isEmpty else { throw .emptyChange }
            return Change(notes: [Note(text: text)])
        case .attachment(_, _, let attachment):
            return Change(attachments: [attachment])
        }
    }
}

extension FieldValue {
    /// Nil for what is no text.
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
}
