import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Logging
import Testing

@testable import FieldpostNode

/// Residents are unknown, so they choose no id: neither that of a report nor that of an entry.
@Suite struct StrangerIntakeTests {
    private let intake: Intake
    private let journal: Journal

    init() throws {
        let journal = try Journal(
            disk: FaultJournalDisk(FaultDisk(seed: 3)), node: NodeID(publicKey: "desk".utf8), role: .gateway,
            codec: EntryCodec())
        self.journal = journal
        intake = Intake(
            journal: journal,
            settings: CentralSettings(
                journal: journal, central: { nil }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            stamp: { Stamp(wallMilliseconds: 1_525_134_600_000, boot: BootID(1), monotonicMilliseconds: 7) })
    }

    private static let fields: [FieldName: FieldValue] = [.channel: .text("suishoupai"), .text: .text("井盖松动")]

    private func take(
        _ content: Submission.Content, by caller: Caller = .resident, key: String? = nil
    ) async throws -> Intake.Accepted {
        let key = key.flatMap { IdempotencyKey($0) }
        return try await intake.take(Submission(caller: caller, key: key, content))
    }

    @Test func `the id of a report follows from its receipt, and no other is taken`() async throws {
        let receipt = try #require(ReportReceipt(secret: Array(0..<16)))
        let own = ReportID(ofReceipt: receipt.hash)
        // The example of PROTOCOL.md, 5.15.
        #expect(own.description == "5d3cd097-186e-8919-91ad-6dbb9f26bec0")
        let fields = Self.fields.merging([.receipt: .text(receipt.hash.hex)]) { $1 }
        for (id, fields) in [(ReportID.random(), fields), (own, Self.fields)] {
            let content = Submission.Content.report(id: id, fields: fields)
            await #expect(throws: IntakeRefusal.otherID) { _ = try await take(content) }
        }
        let made = try await take(.report(id: own, fields: fields))
        #expect(made.report == own && !made.isRepeat)
        #expect(try await take(.report(id: nil, fields: fields)).isRepeat)
    }

    @Test func `a key names neither a report nor an entry of somebody else`() async throws {
        let victim = ReportID.random()
        let made = try await take(.report(id: nil, fields: Self.fields), key: victim.description)
        #expect(made.report != victim && !made.isRepeat)
        #expect(try await take(.report(id: nil, fields: Self.fields), key: victim.description).isRepeat)
        #expect(try await journal.report(victim) == nil)
        // The terminal whose key somebody guessed sends its report.
        let desk = Caller.terminal(name: "P7", channel: "terminal")
        let fields: [FieldName: FieldValue] = [.channel: .text("terminal"), .text: .text("占道")]
        _ = try await take(.report(id: nil, fields: Self.fields), key: "P7-000123")
        #expect(try await !take(.report(id: nil, fields: fields), by: desk, key: "P7-000123").isRepeat)
        // One reporter's key is not another's.
        let other = try await take(.report(id: nil, fields: Self.fields)).report
        for report in [made.report, other] {
            let note = Submission.Content.note(on: report, seen: nil, text: "还在", .everyone)
            #expect(try await !take(note, by: .reporter(report), key: "1").isRepeat)
            #expect(try await take(note, by: .reporter(report), key: "1").isRepeat)
        }
    }
}
