package import FieldpostCore

/// What a caller sends, in the form that all doors share.
package struct Submission: Sendable {
    package var caller: Caller
    /// Nil if the sender gave no key. Then a repeat is not recognized, except for a report with an id.
    package var key: IdempotencyKey?
    /// The author that the caller names. Nil if there is none.
    package var author: String?
    package var content: Content
    /// How to reach the reporter of a new report. It is sealed before anything is stored.
    package var contact: Contact?

    package enum Content: Hashable, Sendable {
        /// `id`: from the sender. Nil if this node must make one.
        case report(id: ReportID?, fields: [FieldName: FieldValue], attachments: [Attachment] = [])
        /// `comment`: the reason for a step of handling.
        case edit(of: ReportID, seen: ReportVersion?, fields: [FieldName: FieldValue], comment: String?)
        case step(on: ReportID, seen: ReportVersion?, Step)
        case note(on: ReportID, seen: ReportVersion?, text: String, Audience = .inside)
        /// What the reporter says of the work. A comment may be empty.
        case rating(on: ReportID, seen: ReportVersion?, Rating, comment: String)
        /// Somebody follows a report, with a receipt of their own that has this hash.
        case follow(of: ReportID, receipt: Hash256)
        /// The reporter takes the report back. It is hidden from then on.
        case hiding(of: ReportID, seen: ReportVersion?)
        /// The bytes of the attachment are sent separately.
        case attachment(to: ReportID, seen: ReportVersion?, Attachment)
    }

    package init(
        caller: Caller, key: IdempotencyKey? = nil, author: String? = nil, _ content: Content, contact: Contact? = nil
    ) {
        self.caller = caller
        self.key = key
        self.author = author
        self.content = content
        self.contact = contact
    }
}

extension Submission.Content {
    /// Whether these fields make an edit a step of handling, which leaves a trace.
    package static func isHandling(_ fields: [FieldName: FieldValue]) -> Bool {
        fields[.stage] != nil || fields[.department] != nil
    }

    /// Whether it creates a report, and does not change an existing one.
    package var isNew: Bool { if case .report = self { true } else { false } }

    /// The permission that the caller needs for it.
    package var permission: Permission {
        switch self {
        case .report, .follow: .report
        case .edit: .edit
        case .step, .note, .attachment, .rating, .hiding: .handle
        }
    }

    /// What the author had seen of the report. Nil: what this node holds when the entry is made.
    var seen: ReportVersion? {
        switch self {
        case .report, .follow: nil
        case .edit(_, let seen, _, _), .step(_, let seen, _), .note(_, let seen, _, _), .attachment(_, let seen, _),
            .rating(_, let seen, _, _), .hiding(_, let seen):
            seen
        }
    }

    /// The report that it changes. Nil for a new one.
    var report: ReportID? {
        switch self {
        case .report: nil
        case .edit(let id, _, _, _), .step(let id, _, _), .note(let id, _, _, _), .attachment(let id, _, _),
            .rating(let id, _, _, _), .hiding(let id, _), .follow(let id, _):
            id
        }
    }

    /// Whether a reporter may send it.
    var isOfReporter: Bool {
        switch self {
        case .note(_, _, _, let audience): audience.isPublic
        case .attachment, .rating, .hiding: true
        case .report, .edit, .step, .follow: false
        }
    }

    /// Whether others than the reporter may send it.
    var isOfAnyone: Bool {
        switch self {
        case .rating, .hiding: false
        case .report, .edit, .step, .note, .attachment, .follow: true
        }
    }

    /// The change that the submission makes.
    ///
    /// An edit of the stage or the department is a step of handling, and adds a trace with the comment in the same
    /// entry. So if two departments act at the same time, both steps stay visible when one of their values is chosen.
    ///
    /// Throws `.emptyChange`, `.strayComment`, `.unknownStep`.
    package func change() throws(IntakeRefusal) -> Change {
        switch self {
        case .report(_, let fields, let attachments):
            return Change(fields: fields, attachments: attachments)
        case .edit(_, _, let fields, let comment):
            guard !fields.isEmpty else { throw .emptyChange }
            guard Self.isHandling(fields) else {
                guard comment == nil else { throw .strayComment }
                return Change(fields: fields)
            }
            let trace = Trace(
                stage: fields[.stage]?.text ?? "", department: fields[.department]?.text ?? "", text: comment ?? "")
            return Change(fields: fields, traces: [trace])
        case .step(_, _, let step):
            guard let stage = Workflow.standard[step.code] else { throw .unknownStep(step.code) }
            return step.change(at: stage)
        case .note(_, _, let text, let audience):
            guard !text.isEmpty else { throw .emptyChange }
            return Change(notes: [Note(text: text, audience: audience)])
        case .rating(_, _, let rating, let comment):
            let notes = comment.isEmpty ? [] : [Note(text: comment, audience: .everyone)]
            return Change(fields: [.rating: .text(rating.rawValue)], notes: notes)
        case .follow(_, let receipt): return Change(fields: [.follower(receipt): .text(receipt.hex)])
        case .hiding: return Change(fields: [.hidden: .text(PublicReport.author)])
        case .attachment(_, _, let attachment):
            return Change(attachments: [attachment])
        }
    }
}

extension FieldValue {
    /// Nil for another type.
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
}
