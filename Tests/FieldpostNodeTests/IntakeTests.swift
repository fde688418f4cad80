import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Logging
import Synchronization
import Testing

@testable import FieldpostNode

/// What the intake accepts, from whom, and how it refuses the rest. No door is involved.
@Suite struct IntakeTests {
    /// A gateway's journal with its intake.
    private struct Desk {
        let disk: FaultDisk
        let journal: Journal
        let intake: Intake

        init(seed: UInt64 = 1) throws {
            disk = FaultDisk(seed: seed)
            let journal = try Journal(
                disk: FaultJournalDisk(disk), node: NodeID(publicKey: "desk".utf8), role: .gateway, codec: EntryCodec())
            self.journal = journal
            let times = Mutex(Instant(milliseconds: 1_525_134_600_123, uncertaintyMilliseconds: 40))
            intake = Intake(
                journal: journal,
                settings: CentralSettings(
                    journal: journal, central: { nil },
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
                time: {
                    times.withLock { time in
                        defer { time = Instant(milliseconds: time.milliseconds + 1, uncertaintyMilliseconds: 40) }
                        return time
                    }
                },
                stamp: { Stamp(wallMilliseconds: 1_525_134_600_000, boot: BootID(1), monotonicMilliseconds: 7) })
        }

        func take(
            _ content: Submission.Content, by caller: Caller = .trusted, key: String? = nil, author: String? = nil
        ) async throws(IntakeRefusal) -> Intake.Accepted {
            let key = key.flatMap { IdempotencyKey($0) }
            return try await intake.take(Submission(caller: caller, key: key, author: author, content))
        }

        /// An accepted report.
        func report() async throws -> ReportID {
            try await take(.report(id: nil, fields: [.channel: .text("terminal"), .text: .text("旧")])).report
        }

        /// The same refusal, with nothing written.
        func expect(
            _ refusal: IntakeRefusal, of content: Submission.Content, by caller: Caller = .trusted,
            key: String? = nil, author: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let before = try await journal.head()
            await #expect(throws: refusal, sourceLocation: sourceLocation) {
                _ = try await take(content, by: caller, key: key, author: author)
            }
            #expect(try await journal.head() == before, sourceLocation: sourceLocation)
        }

        /// Central has held everything for long enough.
        func prune() async throws {
            let central = Origin(node: NodeID(publicKey: [9]), incarnation: Incarnation(9))
            _ = try await journal.compare([try await journal.head()], with: central)
            for _ in 0..<2 { try await journal.rest(for: 1, with: central, keeping: 1) }
            #expect(try await journal.prune(keeping: 1, with: central).reports > 0)
        }
    }

    private static let resident = [FieldName.channel: FieldValue.text("suishoupai"), .text: .text("路灯")]
    private static let terminal = Caller.terminal(name: "desk-1", channel: "terminal")
    private static let viewer = Caller.account(Account(name: "li", role: .viewer))
    private static let here = Assignment(group: .collector, grids: ["南坑一", "南坑二"])
    private static let collector = Caller.account(Account(name: "赵敏", role: .staff, assignment: here))
    private static let paired = Caller.account(
        Account(
            name: "赵敏", role: .staff, assignment: here, terminal: .init(name: "巡检终端-3", channel: "terminal")))
    private static let dispatcher = Caller.account(Account(name: "wang", role: .dispatcher))

    @Test(arguments: [
        (Caller.nobody, [Permission.open]),
        (.resident, [.open, .report]),
        (.terminal(name: "desk", channel: "app"), [.open, .read, .overview, .report, .handle, .edit, .redeem]),
        (.terminal(name: "sluice", channel: "sensor"), [.open, .report]),
        (.account(Account(name: "li", role: .viewer)), [.open, .read, .overview, .unpair, .pair]),
        (.account(Account(name: "li", role: .viewer, assignment: Self.here)), [.open, .read, .unpair, .pair]),
        (Self.collector, [.open, .read, .report, .handle, .unpair, .pair]),
        (Self.paired, [.open, .read, .report, .handle, .unpair]),
        (Self.dispatcher, [.open, .read, .overview, .report, .handle, .edit, .unpair, .pair]),
        (
            .account(Account(name: "li", role: .admin)),
            [.open, .read, .overview, .report, .handle, .edit, .unpair, .pair]
        ),
        (
            .account(Account(name: "li", role: .evidence)), [.open, .read, .overview, .unpair, .pair, .evidence]
        ),
        (.reporter(ReportID(1)), [.open]),
        (.trusted, Permission.allCases),
    ])
    func `each caller has these permissions`(caller: Caller, permissions: [Permission]) {
        #expect(Permission.allCases.filter(caller.may) == permissions)
    }

    @Test func `a caller without the permission is refused`() async throws {
        let desk = try Desk()
        let report = try await desk.report()
        let new = Submission.Content.report(id: nil, fields: Self.resident)
        let edits: [Submission.Content] = [
            .edit(of: report, seen: nil, fields: [.text: .text("x")], comment: nil),
            .note(on: report, seen: nil, text: "x"),
            .attachment(to: report, seen: nil, Self.photo),
        ]
        for caller in [Caller.nobody, Self.viewer] {
            try await desk.expect(.lacks(.report, caller), of: new, by: caller)
        }
        for caller in [Caller.nobody, .resident, Self.viewer, .terminal(name: "sluice", channel: "sensor")] {
            for edit in edits { try await desk.expect(.lacks(edit.permission, caller), of: edit, by: caller) }
        }
        for caller in [Caller.trusted, Self.terminal, Self.dispatcher] {
            for edit in edits { #expect(try await desk.take(edit, by: caller).report == report) }
        }
    }

    @Test func `staff see and handle the cases of their own grids, and set no fields`() async throws {
        let desk = try Desk()
        func report(_ grid: String?, by caller: Caller = .trusted, channel: String = "app") -> Submission.Content {
            var fields = [FieldName.channel: FieldValue.text(channel), .text: .text("井盖松动")]
            if let grid { fields[.grid] = .text(grid) }
            return .report(id: nil, fields: fields)
        }
        let own = try await desk.take(report("南坑一"), by: .trusted).report
        let others = [
            try await desk.take(report("雪象"), by: .trusted).report,
            try await desk.take(report(nil), by: .trusted).report,
        ]
        for caller in [Self.collector, Self.paired] {
            #expect(!(try await desk.take(.note(on: own, seen: nil, text: "已到场"), by: caller)).isRepeat)
            #expect(!(try await desk.take(.attachment(to: own, seen: nil, Self.photo), by: caller)).isRepeat)
            try await desk.expect(
                .lacks(.edit, caller), of: .edit(of: own, seen: nil, fields: [.grid: .text("雪象")], comment: nil),
                by: caller)
            for other in others {
                for change in [
                    Submission.Content.note(on: other, seen: nil, text: "x"),
                    .attachment(to: other, seen: nil, Self.photo), .step(on: other, seen: nil, Step(code: "inspected")),
                ] {
                    try await desk.expect(.journal(.unknownReport(other)), of: change, by: caller)
                }
            }
            for grid in ["雪象", nil] {
                try await desk.expect(
                    .otherGrid(own: ["南坑一", "南坑二"]), of: report(grid, channel: "terminal"), by: caller)
            }
            try await desk.expect(.stepNotFor("filed"), of: .step(on: own, seen: nil, Step(code: "filed")), by: caller)
            try await desk.expect(
                .otherAuthor(account: "赵敏"), of: .note(on: own, seen: nil, text: "x"), by: caller, author: "王敏")
        }
        _ = try await desk.take(report("南坑二", channel: "app"), by: Self.collector)
        _ = try await desk.take(report("南坑二", channel: "terminal"), by: Self.paired)
        try await desk.expect(
            .otherChannel(terminal: "巡检终端-3", own: "terminal"), of: report("南坑二"), by: Self.paired)
        _ = try await desk.take(.step(on: own, seen: nil, Step(code: "accepted")), by: .trusted)
        _ = try await desk.take(.step(on: own, seen: nil, Step(code: "inspected")), by: Self.collector)
        let seen = try #require(try await desk.journal.report(own))
        #expect(seen.history.map(\.author).suffix(1) == ["赵敏"])
    }

    @Test func `terminals and residents report by their own channels, residents without handling`() async throws {
        let desk = try Desk()
        try await desk.expect(
            .otherChannel(terminal: "desk-1", own: "terminal"), of: .report(id: nil, fields: Self.resident),
            by: Self.terminal)
        try await desk.expect(.notOfResidents, of: .report(id: nil, fields: [.channel: .text("app")]), by: .resident)
        try await desk.expect(.notOfResidents, of: .report(id: nil, fields: [:]), by: .resident)
        for field in [FieldName.stage, .department, .priority] {
            let fields = Self.resident.merging([field: .text("urgent")]) { $1 }
            try await desk.expect(.notForResidents(field), of: .report(id: nil, fields: fields), by: .resident)
        }
        let accepted = try await desk.take(.report(id: nil, fields: Self.resident), by: .resident)
        #expect(!accepted.isRepeat)
    }

    @Test func `the author is the account, the named author, or the reporter`() async throws {
        let desk = try Desk()
        let fields = Self.resident.merging([.reporter: .text("陈")]) { $1 }
        let new = Submission.Content.report(id: nil, fields: fields)
        #expect(try await desk.take(new).entry?.author == "陈")
        #expect(try await desk.take(new, author: "P-7").entry?.author == "P-7")
        #expect(try await desk.take(.report(id: nil, fields: Self.resident)).entry?.author == "")
        let report = try await desk.report()
        let note = Submission.Content.note(on: report, seen: nil, text: "到场")
        for author in [nil, "", "wang"] {
            #expect(try await desk.take(note, by: Self.dispatcher, author: author).entry?.author == "wang")
        }
        try await desk.expect(.otherAuthor(account: "wang"), of: note, by: Self.dispatcher, author: "li")
    }

    @Test func `a step freezes the corrected time, and a repeat has that of the first`() async throws {
        let desk = try Desk()
        let report = try await desk.report()
        var step = Step(code: "dispatched")
        (step.department, step.reason) = ("市政", "急")
        let first = try await desk.take(.step(on: report, seen: nil, step), by: Self.dispatcher, key: "k")
        let trace = Trace(
            stage: "dispatched", department: "市政", text: "急", timeMilliseconds: 1_525_134_600_123,
            uncertaintyMilliseconds: 40)
        #expect(
            first.entry?.change
                == Change(fields: [.stage: .text("dispatched"), .department: .text("市政")], traces: [trace]))
        #expect(first.entry?.author == "wang")
        _ = try await desk.take(.step(on: report, seen: nil, Step(code: "feedback")), by: Self.terminal)
        let again = try await desk.take(.step(on: report, seen: nil, step), by: Self.dispatcher, key: "k")
        #expect(again.isRepeat && again.entry?.change == first.entry?.change)
    }

    @Test func `whoever may not take a step may not set its stage or department either`() async throws {
        let desk = try Desk()
        let report = try await desk.report()
        func edit(_ fields: [FieldName: FieldValue]) -> Submission.Content {
            .edit(of: report, seen: nil, fields: fields, comment: nil)
        }
        for fields: [FieldName: FieldValue] in [
            [.department: .text("市政")], [.department: .cleared], [.stage: .cleared],
            [.stage: .text("dispatched"), .department: .text("市政")],
        ] {
            try await desk.expect(.stepNotFor("dispatched"), of: edit(fields), by: Self.terminal)
        }
        try await desk.expect(.stepNotFor("closed"), of: edit([.stage: .text("closed")]), by: Self.terminal)
        try await desk.expect(.unknownStep("lost"), of: edit([.stage: .text("lost")]), by: Self.terminal)
        try await desk.expect(
            .stepNotFor("closed"), of: .report(id: nil, fields: [.channel: .text("terminal"), .stage: .text("closed")]),
            by: Self.terminal)
        _ = try await desk.take(edit([.stage: .text("feedback")]), by: Self.terminal)
        _ = try await desk.take(edit([.stage: .text("lost"), .department: .text("市政")]), by: Self.dispatcher)
    }

    @Test func `who may take a step, and what it needs`() async throws {
        let desk = try Desk()
        let report = try await desk.report()
        func step(_ code: String) -> Submission.Content { .step(on: report, seen: nil, Step(code: code)) }
        try await desk.expect(.stepNotFor("dispatched"), of: step("dispatched"), by: Self.terminal)
        try await desk.expect(.stepNotFor("supervised"), of: step("supervised"), by: Self.terminal)
        try await desk.expect(.lacks(.handle, Self.viewer), of: step("inspected"), by: Self.viewer)
        try await desk.expect(.lacks(.handle, .resident), of: step("reopened"), by: .resident)
        try await desk.expect(.unknownStep("lost"), of: step("lost"))
        try await desk.expect(.stepNeeds("extended", [.reason, .until]), of: step("extended"))
        try await desk.expect(.stepNeeds("merged", [.original]), of: step("merged"))
        try await desk.expect(
            .stepNotNow("feedback", stage: "accepted", next: Case(folding: []).next.map(\.code)), of: step("feedback"))
        #expect(try await desk.take(step("inspected"), by: Self.terminal).entry?.change.fields[.stage] != nil)
    }

    @Test func `an edit, a note and an attachment make their changes`() async throws {
        let desk = try Desk()
        let report = try await desk.report()
        let step = Submission.Content.edit(
            of: report, seen: nil, fields: [.stage: .text("dispatched"), .grid: .cleared], comment: "急")
        #expect(
            try await desk.take(step).entry?.change
                == Change(
                    fields: [.stage: .text("dispatched"), .grid: .cleared],
                    traces: [Trace(stage: "dispatched", department: "", text: "急")]))
        let plain = Submission.Content.edit(of: report, seen: nil, fields: [.grid: .text("10014")], comment: nil)
        #expect(try await desk.take(plain).entry?.change == Change(fields: [.grid: .text("10014")]))
        #expect(
            try await desk.take(.note(on: report, seen: nil, text: "到场")).entry?.change
                == Change(notes: [Note(text: "到场")]))
        #expect(
            try await desk.take(.note(on: report, seen: nil, text: "到场", .everyone)).entry?.change
                == Change(notes: [Note(text: "到场", audience: .everyone)]))
        #expect(
            try await desk.take(.attachment(to: report, seen: nil, Self.photo)).entry?.change
                == Change(attachments: [Self.photo]))
        let stray = Submission.Content.edit(of: report, seen: nil, fields: [.grid: .cleared], comment: "急")
        try await desk.expect(.strayComment, of: stray)
        try await desk.expect(.emptyChange, of: .edit(of: report, seen: nil, fields: [:], comment: "急"))
        try await desk.expect(.emptyChange, of: .note(on: report, seen: nil, text: ""))
    }

    @Test func `refusals of the journal are passed on unchanged`() async throws {
        let desk = try Desk()
        let report = try await desk.report()
        let unknown = ReportID.random()
        try await desk.expect(
            .journal(.unknownReport(unknown)), of: .note(on: unknown, seen: nil, text: "x"), key: "a")
        try await desk.expect(
            .journal(.reportExists(report)), of: .report(id: report, fields: Self.resident), key: "b")
        let long = String(repeating: "长", count: Limits.entryBytes)
        let refusal = await #expect(throws: IntakeRefusal.self) {
            try await desk.take(.note(on: report, seen: nil, text: long))
        }
        guard case .journal(.entryTooLarge) = refusal else {
            return #expect(Bool(false), "\(String(describing: refusal))")
        }
        // Pages that migrations freed count as room for reports.
        desk.disk.capacityBytes = desk.disk.usedBytes + Limits.ordinaryFreeBytes - 512 * 1024
        try await desk.expect(
            .journal(.noRoom(.ordinaryRefused)), of: .report(id: nil, fields: Self.resident))
        let urgent = Self.resident.merging([.priority: .text("urgent")]) { $1 }
        #expect(try await desk.take(.report(id: nil, fields: urgent)).isRepeat == false)
    }

    @Test func `the same content with the same key or report id is one entry`() async throws {
        let desk = try Desk()
        let id = ReportID.random()
        let new = Submission.Content.report(id: id, fields: Self.resident)
        for key in ["terminal-1/17", "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"] {
            let new = Submission.Content.report(id: nil, fields: Self.resident)
            let first = try await desk.take(new, key: key)
            let again = try await desk.take(new, key: key)
            #expect(!first.isRepeat && again.isRepeat)
            #expect(first.entry == again.entry && first.report == again.report)
        }
        #expect(try await desk.take(new).isRepeat == false)
        #expect(try await desk.take(new).isRepeat)
        let note = Submission.Content.note(on: id, seen: nil, text: "到场")
        let dots = [try await desk.take(note).entry?.dot, try await desk.take(note).entry?.dot]
        #expect(dots[0] != dots[1], "without a key nothing tells a repeat from a second note")
    }

    @Test func `a key that was used for something else is refused`() async throws {
        let desk = try Desk()
        let key = "terminal-1/18"
        let id = try #require(IdempotencyKey(key)?.entry)
        let report = try await desk.take(.report(id: nil, fields: Self.resident), key: key).report
        let others: [Submission.Content] = [
            .report(id: nil, fields: Self.resident.merging([.text: .text("别的")]) { $1 }),
            .report(id: ReportID.random(), fields: Self.resident),
            .edit(of: report, seen: nil, fields: Self.resident, comment: nil),
            .note(on: report, seen: nil, text: "x"),
        ]
        // An edit that says the same as the creation does is the creation.
        for other in others where other != others[2] {
            try await desk.expect(.journal(.keyReused(id)), of: other, key: key)
        }
        try await desk.expect(
            .journal(.keyReused(id)), of: .report(id: nil, fields: Self.resident), key: key, author: "another")
    }

    @Test func `an edit of a pruned report is accepted, with what its author had seen`() async throws {
        let desk = try Desk(seed: 2)
        let first = try await desk.take(.report(id: nil, fields: Self.resident))
        guard case .committed(let made) = first else { return #expect(Bool(false)) }
        try await desk.prune()
        let edit = Submission.Content.edit(
            of: first.report, seen: made.version, fields: [.text: .text("新")], comment: nil)
        let accepted = try await desk.take(edit)
        #expect(!accepted.isRepeat && accepted.report == first.report)
        #expect(accepted.entry?.context[desk.journal.origin] == 1 && accepted.entry?.depth == 2)
        let blind = try await desk.take(.note(on: first.report, seen: nil, text: "x"))
        #expect(!blind.isRepeat)
    }

    @Test func `a repeat of a pruned change is accepted, but other content with its key is not`() async throws {
        let desk = try Desk(seed: 3)
        let new = Submission.Content.report(id: nil, fields: Self.resident)
        let report = try await desk.take(new, key: "one").report
        let note = Submission.Content.note(on: report, seen: nil, text: "到场")
        _ = try await desk.take(note, key: "two")
        try await desk.prune()
        for (content, key) in [(new, "one"), (note, "two")] {
            let again = try await desk.take(content, key: key)
            guard case .pruned(report) = again else { return #expect(Bool(false), "\(again)") }
            #expect(again.isRepeat)
        }
        let one = try #require(IdempotencyKey("one")?.entry)
        try await desk.expect(
            .journal(.keyReused(one)), of: .report(id: ReportID.random(), fields: Self.resident), key: "one")
        #expect(try await desk.journal.head().seq == 2)
    }

    @Test func `a key is a text of visible ASCII characters, and a UUID names the entry itself`() {
        let uuid = "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"
        #expect(IdempotencyKey(uuid)?.entry == EntryID(text: uuid))
        let zeros = "00000000-0000-0000-0000-000000000000"
        #expect(IdempotencyKey(zeros) != nil && IdempotencyKey(zeros)?.entry != EntryID(0))
        #expect(IdempotencyKey("a") == IdempotencyKey("a") && IdempotencyKey("a") != IdempotencyKey("b"))
        let limit = Limits.idempotencyKeyCharacters
        #expect(IdempotencyKey(String(repeating: "k", count: limit)) != nil)
        for text in ["", "a b", "键", "a\n", String(repeating: "k", count: limit + 1)] {
            #expect(IdempotencyKey(text) == nil, "\(text)")
        }
    }

    private static let photo = Attachment(
        blob: Hash256(hashing: Array("photo".utf8)), mediaType: "image/jpeg", byteCount: 12)
}

extension Intake.Accepted {
    /// Nil for a pruned change.
    fileprivate var entry: Entry? { if case .committed(let committed) = self { committed.entry } else { nil } }
}
