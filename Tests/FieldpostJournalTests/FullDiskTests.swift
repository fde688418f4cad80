import FieldpostCore
import FieldpostStore
import GRDB
import Testing

@testable import FieldpostJournal

struct FullDiskTests {
    let node: TestNode

    init() throws { node = try TestNode(1) }

    private func limit(pages: Int) throws {
        try node.journal.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    @Test func `a full disk is a state: accepted entries stay, and writing continues when there is room`() async throws
    {
        try await node.create(ReportID(1))
        try limit(pages: 1)
        let text = String(repeating: "x", count: 20_000)
        await #expect(throws: JournalError.full) { try await node.create(ReportID(2), text: text) }
        await #expect(throws: JournalError.full) { try await node.create(ReportID(2), text: text) }
        #expect(node.journal.failure == nil)
        #expect(try await node.journal.report(ReportID(1)) != nil)
        #expect(try await node.journal.report(ReportID(2)) == nil)

        try limit(pages: 1_000_000)
        #expect(try await node.create(ReportID(2), text: text).entry.dot.seq == 2)
        let run = try #require(try await node.journal.run(of: node.journal.origin, after: 0))
        #expect(Samples.chain(of: run.origin, run.sealed) == run.chainAfter)
    }

    @Test func `if the disk is full, no write of the group is kept`() async throws {
        try await node.create(ReportID(1))
        try limit(pages: 1)
        let journal = node.journal
        let text = String(repeating: "x", count: 20_000)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 2...50 {
                group.addTask {
                    let draft = Samples.draft(
                        .create, ReportID(UInt128(number)), change: Change(fields: [.text: .text(text)]))
                    return (try? await journal.append(draft)) == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(refused == 49)
        #expect(try await journal.head().seq == 1)
        #expect(try await journal.statistics().reports == 1)
    }
}
