import FieldpostClient
import FieldpostCore
import FieldpostNode
import Foundation
import Synchronization

extension Rig {
    /// Lets reports, and with them notes and edits, come in at nodes while `body` runs. What is not answered is sent
    /// again under its key; what a node acknowledged is in the ledger.
    func feeding<Value>(
        _ intakes: [Intake], workers: Int = 3, _ body: () async throws -> Value
    ) async throws -> Value {
        let end = End()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for intake in intakes {
                for _ in 0..<workers {
                    group.addTask {
                        let feed = Feed(rig: self, intake: intake)
                        while !end.hasCome { try await feed.next { end.hasCome } }
                    }
                }
            }
            defer { end.come() }
            let value = try await body()
            end.come()
            try await group.waitForAll()
            return value
        }
    }

    /// Hands so many reports to a node, several at a time, each acknowledged when this returns.
    func feed(_ count: Int, to intake: Intake, workers: Int = 8, isPlain: Bool = false) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let feed = Feed(rig: self, intake: intake)
                    for _ in stride(from: worker, to: count, by: workers) {
                        if isPlain { try await feed.report { false } } else { try await feed.next { false } }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Tells many tasks that it is over.
final class End: Sendable {
    private let isHere = Atomic(false)

    var hasCome: Bool { isHere.load(ordering: .acquiring) }

    func come() { isHere.store(true, ordering: .releasing) }
}

/// Sends changes to one node, one after another.
final class Feed: Sendable {
    let rig: Rig
    let intake: Intake
    /// Reports that came in through this feed.
    private let own = Mutex<[ReportID]>([])

    init(rig: Rig, intake: Intake) {
        self.rig = rig
        self.intake = intake
    }

    /// Milliseconds before a change that was not answered is sent again.
    private static let pause = 10

    /// One more report, and with every third a note, with every other an edit, with every fourth a photo. `isOver`:
    /// whether to give up a change that is not answered.
    func next(isOver: @Sendable () -> Bool) async throws {
        let serial = try await report(isOver: isOver)
        if serial % 3 == 0 { try await note(serial, isOver: isOver) }
        if serial % 2 == 0 { try await edit(serial, isOver: isOver) }
        if rig.takesPhotos, serial % 4 == 1 { try await photo(serial, isOver: isOver) }
    }

    /// A made-up report whose text no other has. Returns its number.
    @discardableResult
    func report(urgent: Bool? = nil, isOver: @Sendable () -> Bool) async throws -> Int {
        let (serial, report) = make(urgent: urgent)
        let isIn = try await persist(isOver) { () async throws(ClientError) in
            try await self.intake.create(report)
        }
        if isIn { acknowledged(report) }
        return serial
    }

    func make(urgent: Bool? = nil) -> (serial: Int, report: ReportInput) {
        let serial = rig.ledger.nextSerial()
        var report = GeneratedReport.make(index: serial, seed: 3, source: rig.directory)
        report.set(.text, (report.fields["text"]?.text ?? "") + "（编号\(serial)）")
        if let urgent { report.set(.priority, urgent ? "urgent" : "normal") }
        // Who is logged in reports in his own name.
        if let login = intake.login { report.fields["author"] = .text(login) }
        sent(report)
        return (serial, report)
    }

    /// Also what is not answered may be shown later.
    func sent(_ report: ReportInput) {
        var fields = report.fields
        let author = (fields.removeValue(forKey: "author") ?? fields["reporter"])?.text ?? ""
        rig.ledger.sent(
            EntryID(report.id.value),
            Write(
                kind: .report, report: report.id, node: intake.name, author: author, fields: Content.normal(fields)))
    }

    func acknowledged(_ report: ReportInput) {
        rig.ledger.acknowledged(EntryID(report.id.value))
        own.withLock { $0.append(report.id) }
    }

    private func note(_ serial: Int, isOver: @Sendable () -> Bool) async throws {
        guard let (report, isOwn) = choose() else { return }
        let note = ReportNote(text: "现场补充（编号\(serial)）", author: intake.author("网格员\(serial % 7)"))
        rig.ledger.sent(
            note.key,
            Write(kind: .note, report: report, node: intake.name, author: note.author, text: note.text))
        let isIn = try await persist(isOver, mayBeMissing: !isOwn) { () async throws(ClientError) in
            _ = try await self.intake.client.note(report, note)
            // The answer may be lost on its way: the terminal sends the note again.
            if serial % 2 == 0 { _ = try await self.intake.client.note(report, note) }
        }
        if isIn { rig.ledger.acknowledged(note.key) }
    }

    private func edit(_ serial: Int, isOver: @Sendable () -> Bool) async throws {
        guard let (report, isOwn) = choose() else { return }
        try await edit(report, fields(serial), isOver: isOver, mayBeMissing: !isOwn)
    }

    /// Takes a photo in and attaches it. What is not answered is sent again.
    private func photo(_ serial: Int, isOver: @Sendable () -> Bool) async throws {
        guard let (report, isOwn) = choose() else { return }
        let bytes = Rig.photo(serial / 4)
        let photo = Hash256(hashing: bytes)
        let isIn = try await persist(isOver) { () async throws(ClientError) in
            try await self.rig.send(bytes, to: self.intake, byTus: serial % 8 == 1)
        }
        guard isIn, let key = IdempotencyKey("attach-\(report)-\(photo.hex)-")?.entry else { return }
        rig.ledger.sent(
            key,
            Write(
                kind: .photo, report: report, node: intake.name, author: intake.author(""), text: photo.hex))
        let isAttached = try await persist(isOver, mayBeMissing: !isOwn) { () async throws(ClientError) in
            _ = try await self.intake.client.attach(photo, to: report, role: nil)
        }
        if isAttached { rig.ledger.acknowledged(key) }
    }

    /// Mostly a report of this feed's; one in three that came in anywhere, which may not be at this node.
    private func choose() -> (report: ReportID, isOwn: Bool)? {
        if Int.random(in: 0..<3) == 0, let report = rig.ledger.latestReport() {
            return (report, own.withLock { $0.contains(report) })
        }
        return own.withLock { $0.randomElement() }.map { ($0, true) }
    }

    /// Edits of all kinds. Only a dispatcher passes a case to a department.
    private func fields(_ serial: Int) -> [String: JSONValue] {
        switch serial / 2 % 8 {
        case 0:
            ["stage": .text(["inspected", "handling", "feedback"][serial % 3]), "comment": .text("处理意见\(serial)")]
        case 1 where intake.name == "central": ["department": .text("街道综合行政执法队\(serial % 5)")]
        case 2: ["priority": .text(serial % 3 == 0 ? "urgent" : "normal"), "stage": .text("verified")]
        case 3: ["text": .text("更正：情况有变化（编号\(serial)）")]
        case 4:
            [
                "location": .object([
                    "lat": .number(22.5 + Double(serial % 1000) / 1e4), "lon": .number(114.1), "datum": .text("gcj02"),
                    "accuracy": .number(Double(1 + serial % 40)),
                ])
            ]
        case 5: ["category": .text(Catalogue.standard.categories[serial % Catalogue.standard.categories.count].code)]
        case 6: ["device": .null, "reporter": .text("居民\(serial % 9)")]
        default: ["grid": .text(GeneratedReport.grid(of: serial % GeneratedPhrases.communities.count))]
        }
    }

    /// An edit of this report, of what its number says; or of these fields, on the version seen.
    func edit(_ report: ReportID, _ fields: [String: JSONValue]? = nil, seen version: String? = nil) async throws {
        try await edit(report, fields ?? self.fields(rig.ledger.nextSerial()), seen: version, isOver: { false })
    }

    private func edit(
        _ report: ReportID, _ fields: [String: JSONValue], seen version: String? = nil, isOver: @Sendable () -> Bool,
        mayBeMissing: Bool = false
    ) async throws {
        let author = intake.author("调度员\(Int.random(in: 0..<5))")
        let edit = ReportEdit(
            fields: fields.merging(["author": .text(author)]) { first, _ in first }, version: version)
        rig.ledger.sent(
            edit.key,
            Write(
                kind: .edit, report: report, node: intake.name, author: author,
                fields: Content.normal(fields.filter { $0.key != "comment" }), text: fields["comment"]?.text ?? ""))
        let isIn = try await persist(isOver, mayBeMissing: mayBeMissing) { () async throws(ClientError) in
            _ = try await self.intake.client.patch(report, edit)
        }
        if isIn { rig.ledger.acknowledged(edit.key) }
    }

    /// Sends until it is answered, or `isOver`; false then. A refusal that repeating cannot cure is a fault of the
    /// node's. `mayBeMissing`: the report came in elsewhere, and is perhaps not here.
    private func persist(
        _ isOver: @Sendable () -> Bool, mayBeMissing: Bool = false,
        _ send: @Sendable () async throws(ClientError) -> Void
    ) async throws -> Bool {
        while true {
            do throws(ClientError) {
                try await send()
                return true
            } catch {
                guard error.isTransient else {
                    if mayBeMissing, case .refused(404, _) = error { return false }
                    if error != .cancelled { rig.fail("\(intake.name) refused a change: \(error)") }
                    return false
                }
            }
            if isOver() { return false }
            try await Task.sleep(for: .milliseconds(Self.pause))
        }
    }
}
