import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes

extension Problem {
    /// The problem for a refusal by the journal. The details of a failed disk go only into the log.
    init(_ error: JournalError) {
        switch error {
        case .keyReused: self.init(.keyReused, error.description)
        case .reportExists: self.init(.reportExists, error.description)
        case .unknownReport(let id): self = .unknownReport(id)
        case .pruned(let id): self = .notKept(id)
        case .reportFull: self.init(.reportFull, error.description)
        case .nameTaken: self.init(.nameTaken, error.description)
        case .tooManyPeople: self.init(.tooManyPeople, error.description)
        case .settingChanged: self.init(.settingChanged, error.description)
        case .tooManySettings: self.init(.tooManySettings, error.description)
        case .entryTooLarge: self.init(.tooLarge, error.description)
        case .full:
            self = .diskFull("The disk of this node is full, so this request was not stored.")
        case .noRoom(let stage):
            self = .diskFull(
                "The disk of this node is nearly full, so \(stage.refused) must wait. This request was not stored.",
                at: stage)
        case .failed, .locked, .foreign, .violation, .damaged, .broken: self = .journalFailed
        }
    }

    private static func diskFull(_ fact: String, at stage: DiskStage = .ample) -> Problem {
        Problem(
            .diskFull,
            "\(fact) Everything accepted before is safe. \(stage.advice)"
                + "Keep the change and send it again later with the same key.",
            headers: [retryWhenThereIsRoom])
    }

    /// The node refuses some or all reports because the disk has no room.
    static func unhealthy(_ stage: DiskStage) -> Problem {
        let sync = stage < .peersWait ? "Sync continues." : "Entries of other nodes wait at those nodes until then."
        return Problem(
            .refusingReports,
            "The disk of this node is nearly full, so \(stage.refused) must wait until there is room. "
                + "Everything accepted before is safe. \(sync) \(stage.advice)Free space on that disk.",
            headers: [retryWhenThereIsRoom])
    }

    private static let retryWhenThereIsRoom = HTTPField(
        name: .retryAfter, value: String(Limits.fullDiskRetrySeconds))

    static func unknownReport(_ id: ReportID) -> Problem {
        Problem(
            .unknownReport,
            "This node has no report \(id). It may still be on its way from another node. Try again later, "
                + "or check the id.")
    }

    static func notKept(_ id: ReportID) -> Problem {
        Problem(
            .notKept,
            "This node no longer keeps report \(id), because it has not changed for a long time. Central has all of "
                + "it. Read it there. This node still accepts edits. Send the version that you have seen (`If-Match`), "
                + "so that the edit replaces its values.")
    }

    /// Its reporter took it back. Who may change reports still may: what a terminal that was offline sends is kept.
    static func hidden(_ id: ReportID) -> Problem {
        Problem(
            .hidden,
            "The reporter took report \(id) back, so it is not shown any more. Its entries are kept. Only the role "
                + "evidence at central may see it.")
    }

    /// Like `notKept`, but because the report left this gateway's scope.
    static func withdrawn(_ id: ReportID) -> Problem {
        Problem(
            .notKept,
            "Report \(id) is no longer in this station's scope, because central gave its grid to others. Central has "
                + "all of it. If you need it here, ask central's administrators. This node still accepts edits.")
    }

    static let journalFailed = Problem(
        .journalFailed,
        "The journal of this node failed and accepts no writes until the node is restarted. "
            + "Everything accepted before is safe. Keep the change and send it again with the same key.")

    static let internalError = Problem(
        .internalError,
        "The node had an internal error. See its log. Everything accepted before is safe. "
            + "It is unknown whether this request was stored. Send it again with the same key.")

    init(_ error: ResyncError) {
        let kind: Kind =
            switch error {
            case .notCentral: .notCentral
            case .unknownGateway: .unknownGateway
            case .ambiguousGateway: .ambiguousGateway
            }
        self.init(kind, error.description)
    }

    init(_ error: AccessError) {
        switch error {
        case .unknown: self.init(.unknownAccess, error.description)
        case .wrongRole: self.init(.wrongRole, error.description)
        case .invalid: self.init(.invalidValue, error.description)
        case .wrongCode: self.init(.unknownCode, error.description)
        case .unpaired: self.init(.unknownPairing, error.description)
        }
    }
}

extension DiskStage {
    /// What the node still accepts, or what to do if it accepts nothing: a sentence and a space. Empty if nothing must
    /// wait.
    fileprivate var advice: String {
        switch self {
        case .ample: ""
        case .photosRefused: "Reports and edits without photos are still accepted. "
        case .ordinaryRefused, .peersWait: "Reports and edits that set the priority to urgent are still accepted. "
        case .urgentRefused: "Report urgent matters in another way. "
        }
    }
}
