import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes

extension Problem {
    /// What a client learns of a refusal by the journal. The journal's own words about a failed disk go to the log,
    /// not here.
    init(_ error: JournalError) {
        switch error {
        case .keyReused: self.init(.keyReused, error.description)
        case .reportExists: self.init(.reportExists, error.description)
        case .unknownReport(let id): self = .unknownReport(id)
        case .pruned(let id): self = .notKept(id)
        case .reportFull: self.init(.reportFull, error.description)
        case .nameTaken: self.init(.nameTaken, error.description)
        case .entryTooLarge: self.init(.tooLarge, error.description)
        case .full:
            self = .diskFull("The disk of this node is full, so that this request was not kept.")
        case .noRoom(let stage):
            self = .diskFull(
                "The disk of this node is nearly full, so that \(stage.refused) wait. This request was not kept.",
                at: stage)
        case .failed, .locked, .foreign, .violation, .damaged, .broken: self = .journalFailed
        }
    }

    private static func diskFull(_ fact: String, at stage: DiskStage = .ample) -> Problem {
        Problem(
            .diskFull,
            "\(fact) What was accepted before is safe. \(stage.advice)"
                + "Keep the change and send it again later with the same key.",
            headers: [retryWhenThereIsRoom])
    }

    /// The node refuses some reports or all, for want of room.
    static func unhealthy(_ stage: DiskStage) -> Problem {
        Problem(
            .refusingReports,
            "The disk of this node is nearly full, so that \(stage.refused) wait until there is room. "
                + "What was accepted before is safe, and sync goes on. \(stage.advice)Free space on that disk.",
            headers: [retryWhenThereIsRoom])
    }

    private static let retryWhenThereIsRoom = HTTPField(
        name: .retryAfter, value: String(Limits.fullDiskRetrySeconds))

    static func unknownReport(_ id: ReportID) -> Problem {
        Problem(
            .unknownReport,
            "This node holds no report \(id). It may still be on its way from another node: try again later, "
                + "or check the id.")
    }

    static func notKept(_ id: ReportID) -> Problem {
        Problem(
            .notKept,
            "This node keeps report \(id) no longer: nobody has touched it for long, and central has all of it. "
                + "Read it there. An edit is still taken here; with the version last seen (`If-Match`) it replaces "
                + "what that had.")
    }

    /// As `notKept`, but not for its age.
    static func withdrawn(_ id: ReportID) -> Problem {
        Problem(
            .notKept,
            "Report \(id) is no longer in this station's scope: central gave its grid to others. Central has all of "
                + "it. Ask central's administrators when it should be seen here. An edit is still taken here.")
    }

    static let journalFailed = Problem(
        .journalFailed,
        "The journal of this node failed and takes no more writes until the node is started again. "
            + "What was accepted before is safe. Keep the change and send it again with the same key.")

    static let internalError = Problem(
        .internalError,
        "The node made an error of its own; its log tells more. What was accepted before is safe. "
            + "It is not known whether this request was kept: send it again with the same key.")

    init(_ error: ResyncError) {
        let kind: Kind =
            switch error {
            case .notCentral: .notCentral
            case .unknownGateway: .unknownGateway
            case .ambiguousGateway: .ambiguousGateway
            case .notConnected: .notConnected
            case .interrupted: .interrupted
            }
        self.init(kind, error.description)
    }

    init(_ error: AccessError) {
        switch error {
        case .unknown: self.init(.unknownAccess, error.description)
        case .wrongRole: self.init(.wrongRole, error.description)
        }
    }
}

extension DiskStage {
    /// What still passes, or what to do where nothing does: a sentence and a blank. Empty when nothing waits.
    fileprivate var advice: String {
        switch self {
        case .ample: ""
        case .photosRefused: "Reports and edits without photos are taken. "
        case .ordinaryRefused, .peersWait: "Reports and edits that set the priority to urgent are still taken. "
        case .urgentRefused: "Pass on by another way what is urgent. "
        }
    }
}
