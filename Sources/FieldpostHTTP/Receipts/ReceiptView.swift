import FieldpostCore

/// `GET /v1/receipt`: what a reporter sees of the report.
struct ReceiptView: Encodable {
    /// "shown", or "hidden" once the reporter took it back. Then nothing else is said.
    let state: String
    let receivedAt: String?
    let category: CategoryView?
    let stage: StageView?
    let open: Bool?
    let late: Bool?
    let endedAt: String?
    let steps: [StepView]?
    let notes: [NoteView]?
    let photos: [PhotoView]?
    /// The ratings that stand, the one shown first.
    let ratings: [String]?
    /// True for somebody who follows the report of another.
    let follows: Bool?
    /// Where it is durable with all that was added here: "gateway" or "central".
    let heldAt: String?
    /// The case has ended, so the work can be rated.
    let mayRate: Bool?
    /// A reporter who is not satisfied has the case reopened.
    let mayReopen: Bool?

    private enum CodingKeys: String, CodingKey {
        case state, category, stage, open, late, steps, notes, photos, ratings, follows
        case heldAt = "held_at"
        case receivedAt = "received_at"
        case endedAt = "ended_at"
        case mayRate = "may_rate"
        case mayReopen = "may_reopen"
    }

    /// Only what the reporter chose: other words of the catalogue are for staff.
    struct CategoryView: Encodable {
        let code: String
        let zh: String?
        let en: String?
    }

    /// In everyday words.
    struct StageView: Encodable {
        let code: String
        let zh: String
        let en: String

        init(_ code: String) {
            let words = Workflow.standard[code]?.publicWords
            self.code = words == nil ? code.isEmpty ? "received" : "other" : code
            zh = words?.chinese ?? (code.isEmpty ? "已收到" : "处理中")
            en = words?.english ?? (code.isEmpty ? "Received" : "In progress")
        }
    }

    struct StepView: Encodable {
        let stage: StageView
        let at: String?
        let text: String?

        init(_ step: PublicReport.Step) {
            stage = StageView(step.code)
            at = Timestamp.text(step.at)
            text = step.text.isEmpty ? nil : step.text
        }
    }

    struct NoteView: Encodable {
        let text: String
        let at: String?
        /// "reporter", "resident" who follows the report, or "staff".
        let from: String

        init(_ words: PublicReport.Words) {
            text = words.text
            at = Timestamp.text(words.at)
            from = words.isReporter ? "reporter" : words.isFollower == true ? "resident" : "staff"
        }
    }

    struct PhotoView: Encodable {
        let sha256: String
        let mediaType: String

        private enum CodingKeys: String, CodingKey {
            case sha256
            case mediaType = "media_type"
        }
    }

    init(_ report: PublicReport, now: Instant?, catalogue: Catalogue, follows: Bool, isAtCentral: Bool) {
        state = report.isHidden ? "hidden" : "shown"
        guard !report.isHidden else {
            (receivedAt, category, stage, open, late, endedAt) = (nil, nil, nil, nil, nil, nil)
            (steps, notes, photos, ratings, mayRate, mayReopen) = (nil, nil, nil, nil, nil, nil)
            (self.follows, heldAt) = (nil, nil)
            return
        }
        receivedAt = Timestamp.text(report.receivedAt)
        category = report.category.map { code in
            let known = catalogue.known(code)
            return CategoryView(code: code, zh: known?.chinese, en: known?.english)
        }
        stage = StageView(report.stage)
        open = report.isOpen
        late = report.isLate
        endedAt = report.endedAt.flatMap { Timestamp.text($0) }
        steps = report.steps.map(StepView.init)
        notes = report.notes.map(NoteView.init)
        photos = report.photos.map { PhotoView(sha256: $0.blob, mediaType: $0.mediaType) }
        ratings = report.ratings.map(\.rawValue)
        mayRate = report.hasEnded && !follows
        mayReopen = report.mayReopen(at: now) && !follows
        self.follows = follows ? true : nil
        heldAt = isAtCentral ? "central" : "gateway"
    }
}
