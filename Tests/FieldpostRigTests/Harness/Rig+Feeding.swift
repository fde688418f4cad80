import FieldpostCore
import Foundation
import Synchronization

@testable import fieldpost

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
private final class End: Sendable {
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

    /// One more report, and with every third a note, with every fifth an edit. `isOver`: whether to give up a change
    /// that is not answered.
    func next(isOver: @Sendable () -> Bool) async throws {
        let serial = try await report(isOver: isOver)
        if serial % 3 == 0 { try await note(serial, isOver: isOver) }
        if serial % 5 == 0 { try await edit(serial, isOver: isOver) }
    }

    /// A made-up report whose text no other has. Returns its number.
    @discardableResult
    func report(urgent: Bool? = nil, isOver: @Sendable () -> Bool) async throws -> Int {
        let (serial, report) = make(urgent: urgent)
        let isIn = try await persist(isOver) { () async throws(ClientError) in
            _ = try await self.intake.client.create(report)
        }
        if isIn { acknowledged(report) }
        return serial
    }

    func make(urgent: Bool? = nil) -> (serial: Int, report: ReportInput) {
        let serial = rig.ledger.nextSerial()
        var report = GeneratedReport.make(index: serial, seed: 3, source: rig.directory)
        report.set(.text, (report.fields["text"]?.text ?? "") + "（编号\(serial)）")
        if let urgent { report.set(.priority, urgent ? "urgent" : "normal") }
        return (serial, report)
    }

    func acknowledged(_ report: ReportInput) {
        let text = Ledger.digest(report.fields["text"]?.text ?? "")
        rig.ledger.acknowledged(report.id, Ledger.Report(text: text, node: intake.name))
        own.withLock { $0.append(report.id) }
    }

    private func note(_ serial: Int, isOver: @Sendable () -> Bool) async throws {
        guard let report = own.withLock({ $0.randomElement() }) else { return }
        let note = ReportNote(text: "现场补充（编号\(serial)）", author: "网格员\(serial % 7)")
        let isIn = try await persist(isOver) { () async throws(ClientError) in
            _ = try await self.intake.client.note(report, note)
            // The answer may be lost on its way: the terminal sends the note again.
            if serial % 2 == 0 { _ = try await self.intake.client.note(report, note) }
        }
        guard isIn else { return }
        let content = Ledger.Note(report: report, text: Ledger.digest(note.text), node: intake.name)
        rig.ledger.acknowledged(note.key, content)
    }

    private func edit(_ serial: Int, isOver: @Sendable () -> Bool) async throws {
        guard let report = own.withLock({ $0.randomElement() }) else { return }
        try await edit(report, serial, isOver: isOver)
    }

    /// An edit of this report.
    func edit(_ report: ReportID) async throws {
        try await edit(report, rig.ledger.nextSerial(), isOver: { false })
    }

    private func edit(_ report: ReportID, _ serial: Int, isOver: @Sendable () -> Bool) async throws {
        let stage = ["dispatched", "handling", "feedback"][serial % 3]
        let edit = ReportEdit(fields: ["stage": .text(stage), "author": .text("调度员\(serial % 5)")])
        let isIn = try await persist(isOver) { () async throws(ClientError) in
            _ = try await self.intake.client.patch(report, edit)
        }
        if isIn { rig.ledger.acknowledged(edit.key, Ledger.Edit(report: report, node: intake.name)) }
    }

    /// Sends until it is answered, or `isOver`; false then. A refusal that repeating cannot cure is a fault of the
    /// node's.
    private func persist(
        _ isOver: @Sendable () -> Bool, _ send: @Sendable () async throws(ClientError) -> Void
    ) async throws -> Bool {
        while true {
            do throws(ClientError) {
                try await send()
                return true
            } catch {
                guard error.isTransient else {
                    if error != .cancelled { rig.fail("\(intake.name) refused a change: \(error)") }
                    return false
                }
            }
            if isOver() { return false }
            try await Task.sleep(for: .milliseconds(Self.pause))
        }
    }
}
