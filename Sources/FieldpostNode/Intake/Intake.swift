package import FieldpostCore
package import FieldpostStore

/// The one way in for new reports, edits, steps, notes and attachments.
///
/// A door (at present only the HTTP API) reads its own form of the content and identifies the caller. The intake
/// decides whether this caller may send this content, makes it the node's next entry, and answers after the commit.
package struct Intake: Sendable {
    let journal: any Store
    let settings: CentralSettings
    let time: @Sendable () async -> Instant?
    private let stamp: @Sendable () -> Stamp
    private let metrics: IntakeMetrics

    /// `stamp` returns the present time of all clocks, and `time` the corrected time, or nil if nobody can say. They
    /// are called when something arrives.
    package init(
        journal: any Store, settings: CentralSettings, time: @escaping @Sendable () async -> Instant? = { nil },
        metrics: IntakeMetrics = IntakeMetrics(), stamp: @escaping @Sendable () -> Stamp
    ) {
        self.journal = journal
        self.settings = settings
        self.time = time
        self.metrics = metrics
        self.stamp = stamp
    }

    package enum Accepted: Hashable, Sendable {
        /// The change is durable. `Committed.isRepeat` says whether it arrived before with the same key.
        case committed(Committed)
        /// The change arrived before, and central holds it. This node has pruned the report.
        case pruned(ReportID)

        package var report: ReportID {
            switch self {
            case .committed(let committed): committed.entry.report
            case .pruned(let report): report
            }
        }

        package var isRepeat: Bool {
            switch self {
            case .committed(let committed): committed.isRepeat
            case .pruned: true
            }
        }
    }

    /// Stores a submission and returns after the commit. If this throws, nothing was stored. It may be called again
    /// with the same key.
    package func take(_ submission: Submission) async throws(IntakeRefusal) -> Accepted {
        let start = ContinuousClock.now
        do throws(IntakeRefusal) {
            let accepted = try await store(submission)
            metrics.record(.success(accepted), of: submission.caller, since: start)
            return accepted
        } catch {
            metrics.record(.failure(error), of: submission.caller, since: start)
            throw error
        }
    }

    private func store(_ submission: Submission) async throws(IntakeRefusal) -> Accepted {
        var draft = try draft(submission)
        try await check(submission.caller, sees: submission.content)
        switch submission.content {
        case .step(_, _, let step): draft = try await complete(draft, of: step)
        case .rating(_, _, let rating, let comment): draft = try await complete(draft, of: rating, comment)
        default: break
        }
        let contact = try await sealed(submission.contact, of: draft)
        let outcome: Result<Committed, JournalError>
        do throws(JournalError) {
            let committed = try await journal.append(draft)
            if let contact, committed.overview.fields[.contact] == nil { _ = try await journal.append(contact) }
            outcome = .success(committed)
        } catch {
            outcome = .failure(error)
        }
        return try Self.accepted(outcome).get()
    }

    /// The same for a caller on an event loop: returns at once, and calls `then` once, after the commit, on any thread,
    /// unless it throws. `comesAgain`: a repeat is answered by another call, which counts it.
    package func take(
        _ submission: Submission, comesAgain: Bool = false,
        then answer: @escaping @Sendable (Result<Accepted, IntakeRefusal>) -> Void
    ) throws(IntakeRefusal) {
        let start = ContinuousClock.now
        let then: @Sendable (Result<Accepted, IntakeRefusal>) -> Void = { [metrics] outcome in
            if case .success(.committed(let committed)) = outcome, committed.isRepeat, comesAgain {
                return answer(outcome)
            }
            metrics.record(outcome, of: submission.caller, since: start)
            answer(outcome)
        }
        do throws(IntakeRefusal) {
            try begin(submission, then: then)
        } catch {
            metrics.record(.failure(error), of: submission.caller, since: start)
            throw error
        }
    }

    private func begin(
        _ submission: Submission, then: @escaping @Sendable (Result<Accepted, IntakeRefusal>) -> Void
    ) throws(IntakeRefusal) {
        let draft = try draft(submission)
        guard let contact = try sealedAtOnce(submission.contact, of: draft) else {
            return journal.append(draft) { then(Self.accepted($0)) }
        }
        journal.append(draft) { [journal] outcome in
            guard case .success(let committed) = outcome, committed.overview.fields[.contact] == nil else {
                return then(Self.accepted(outcome))
            }
            journal.append(contact) { second in then(Self.accepted(second.map { _ in committed })) }
        }
    }

    /// Throws `.journal(.unknownReport)` for a change of a report that the caller may not see.
    private func check(_ caller: Caller, sees content: Submission.Content) async throws(IntakeRefusal) {
        guard caller.grids != nil, let id = content.report else { return }
        // Of a report whose bodies were pruned, the grid is still known.
        guard caller.sees(grid: try await grid(of: id)) else { throw .journal(.unknownReport(id)) }
    }

    private static func accepted(_ outcome: Result<Committed, JournalError>) -> Result<Accepted, IntakeRefusal> {
        switch outcome {
        case .success(let committed): .success(.committed(committed))
        case .failure(.pruned(let report)): .success(.pruned(report))
        case .failure(let error): .failure(.journal(error))
        }
    }

    /// Without a key, the entry of a new report gets the report's id, so that a repeat is recognized. Without an id,
    /// the report gets the entry's. Without both, both are new.
    private func draft(_ submission: Submission) throws(IntakeRefusal) -> Draft {
        let (caller, content) = (submission.caller, submission.content)
        try caller.check(content)
        let author = try caller.author(saying: submission.author ?? content.reporter)
        let change = try content.change()
        let (entry, report, intent): (EntryID, ReportID, Draft.Intent)
        switch content {
        case .report(let given, let fields, _):
            let id = try caller.id(of: fields, given: given)
            entry = submission.key.map { caller.entry(of: $0, for: id) } ?? id.map { EntryID($0.value) } ?? .random()
            (report, intent) = (id ?? ReportID(entry.value), .create)
        case .edit(let id, _, _, _), .step(let id, _, _), .note(let id, _, _, _), .attachment(let id, _, _),
            .rating(let id, _, _, _), .hiding(let id, _), .follow(let id, _):
            entry = submission.key.map { caller.entry(of: $0, for: id) } ?? .random()
            (report, intent) = (id, .edit)
        }
        return Draft(
            id: entry, report: report, intent: intent, seen: content.seen, author: author, stamp: stamp(),
            change: change)
    }
}

extension NodeService {
    package var intake: Intake {
        Intake(
            journal: journal, settings: centralSettings, time: { await time() }, metrics: intakeMetrics,
            stamp: { stamp() })
    }
}

extension Caller {
    /// The id of the entry that a key names.
    fileprivate func entry(of key: IdempotencyKey, for report: ReportID?) -> EntryID {
        switch self {
        case .resident, .reporter: key.entry(ofStrangerFor: report)
        default: key.entry
        }
    }

    /// The id of a new report. A resident has no choice: an id that somebody else learned would let them write into
    /// that report, through a node that does not have it. Throws `.otherID`.
    fileprivate func id(
        of fields: [FieldName: FieldValue], given: ReportID?
    ) throws(IntakeRefusal) -> ReportID? {
        guard self == .resident else { return given }
        var own: ReportID?
        if case .text(let hash)? = fields[.receipt] { own = Hash256(hex: hash).map(ReportID.init(ofReceipt:)) }
        guard given == nil || given == own else { throw .otherID }
        return own
    }

    /// Throws `.lacks`, `.otherChannel`, `.otherGrid`, `.notOfResidents`, `.notForResidents`, or as `Step.check` does,
    /// for content that this caller may not send.
    fileprivate func check(_ content: Submission.Content) throws(IntakeRefusal) {
        if case .reporter(let report) = self {
            guard content.isOfReporter, content.report == report else { throw .lacks(content.permission, self) }
            return
        }
        guard may(content.permission), content.isOfAnyone else { throw .lacks(content.permission, self) }
        switch content {
        case .step(_, _, let step): try step.check(by: self)
        case .edit(_, _, let fields, _), .report(_, let fields, _): try checkHandling(fields, isNew: content.isNew)
        default: break
        }
        guard case .report(_, let fields, _) = content else { return }
        switch self {
        case .trusted, .nobody, .reporter: return
        case .account(let account):
            if let terminal = account.terminal, fields[.channel] != .text(terminal.channel) {
                throw .otherChannel(terminal: terminal.name, own: terminal.channel)
            }
            let grid: String? = if case .text(let grid)? = fields[.grid] { grid } else { nil }
            guard sees(grid: grid) else { throw .otherGrid(own: account.assignment.grids) }
        case .terminal(let name, let channel):
            guard fields[.channel] == .text(channel) else { throw .otherChannel(terminal: name, own: channel) }
        case .resident:
            guard fields[.channel] == .text(ReportChannel.suishoupai.rawValue) else { throw .notOfResidents }
            let handling: [FieldName] = [.stage, .department, .priority]
            if let field = handling.first(where: { fields[$0] != nil }) { throw .notForResidents(field) }
        }
    }

    /// Fields can handle a report too. Whoever may not take a step may not set its stage either, and who passes a case
    /// to a department dispatches it. A dispatcher, and whoever reaches a node that is open to all, may set anything.
    private func checkHandling(_ fields: [FieldName: FieldValue], isNew: Bool) throws(IntakeRefusal) {
        // Residents get a word of their own.
        guard self != .resident, !actors.contains(.dispatcher) else { return }
        if case .text(let code)? = fields[.stage] { return try Step(code: code).check(by: self) }
        let isPassedOn = fields[.stage] != nil || fields[.department] != nil && !isNew
        if isPassedOn { throw .stepNotFor("dispatched") }
    }

    /// The author that the entry names. Throws `.otherAuthor` if a person who logged in gives another name.
    fileprivate func author(saying author: String?) throws(IntakeRefusal) -> String {
        if case .reporter = self {
            return author == PublicReport.follower ? PublicReport.follower : PublicReport.author
        }
        let said = author ?? ""
        guard case .account(let account) = self else { return said }
        guard said.isEmpty || said == account.name else { throw .otherAuthor(account: account.name) }
        return account.name
    }
}

extension Submission.Content {
    /// The field `reporter` of a report. It is the author if no other author is given.
    fileprivate var reporter: String? {
        if case .report(_, let fields, _) = self, case .text(let reporter) = fields[.reporter] { reporter } else { nil }
    }
}
