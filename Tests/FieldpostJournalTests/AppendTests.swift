import FieldpostCore
import FieldpostStore
import GRDB
import Synchronization
import Testing

@testable import FieldpostJournal

struct AppendTests {
    let node: TestNode

    init() throws { node = try TestNode(1) }

    @Test func `what was appended is read back as a report`() async throws {
        let committed = try await node.create(ReportID(1), grid: "G1", text: "a blocked lane")
        let report = try #require(try await node.journal.report(ReportID(1)))
        #expect(committed.entry.dot == Dot(node.journal.origin, 1))
        #expect(committed.entry.depth == 1)
        #expect(!committed.isRepeat)
        #expect(report.text(of: .text) == "a blocked lane")
        #expect(report.version == committed.version)
        #expect(try await node.journal.report(ReportID(2)) == nil)
    }

    @Test func `a caller that does not wait is told once, of the commit or of the refusal`() async throws {
        let draft = Samples.draft(.create, ReportID(1), change: Change(fields: [.text: .text("a blocked lane")]))
        let (outcomes, told) = AsyncStream<Result<Committed, JournalError>>.makeStream()
        node.journal.append(draft) { told.yield($0) }
        let other = Samples.draft(.create, ReportID(1), change: Change(fields: [.text: .text("another")]))
        node.journal.append(other) { outcome in
            told.yield(outcome)
            told.finish()
        }
        let all = await outcomes.reduce(into: []) { $0.append($1) }
        #expect(all.count == 2)
        #expect(try all[0].get().entry.report == ReportID(1))
        #expect(throws: JournalError.reportExists(ReportID(1))) { try all[1].get() }
        #expect(try await node.journal.report(ReportID(1))?.text(of: .text) == "a blocked lane")
        #expect(try await node.journal.head().seq == 1)
    }

    @Test func `an edit without a version has seen what the node holds`() async throws {
        let made = try await node.create(ReportID(1))
        let edit = try await node.edit(ReportID(1), text: "edited")
        #expect(edit.entry.previousSeq == 1)
        #expect(edit.entry.context == made.version.context)
        #expect(edit.entry.depth == 2)
        let report = try #require(try await node.journal.report(ReportID(1)))
        #expect(report.text(of: .text) == "edited")
        #expect(!report.isConflict)
    }

    @Test func `an edit on an old version becomes a sibling of the newer one`() async throws {
        let made = try await node.create(ReportID(1))
        try await node.edit(ReportID(1), text: "newer")
        try await node.edit(ReportID(1), seen: made.version, text: "stale")
        #expect(try await node.journal.report(ReportID(1))?.isConflict == true)
    }

    @Test func `the same change again is answered with the first one`() async throws {
        let first = try await node.create(ReportID(1), id: EntryID(5))
        let again = try await node.create(ReportID(1), id: EntryID(5))
        #expect(again.isRepeat)
        #expect(again.entry == first.entry)
        #expect(again.version == first.version)
        #expect(try await node.journal.head().seq == 1)
    }

    @Test func `a key used again with other content is refused, and the first entry stays`() async throws {
        try await node.create(ReportID(1), id: EntryID(5), text: "first")
        await #expect(throws: JournalError.keyReused(EntryID(5))) {
            try await node.create(ReportID(1), id: EntryID(5), text: "second")
        }
        await #expect(throws: JournalError.keyReused(EntryID(5))) { try await node.create(ReportID(2), id: EntryID(5)) }
        #expect(try await node.journal.report(ReportID(1))?.text(of: .text) == "first")
    }

    @Test func `a report is created once, and edited only at a node that holds it`() async throws {
        try await node.create(ReportID(1))
        await #expect(throws: JournalError.reportExists(ReportID(1))) { try await node.create(ReportID(1)) }
        await #expect(throws: JournalError.unknownReport(ReportID(2))) { try await node.edit(ReportID(2)) }
        #expect(try await node.journal.head().seq == 1)
        #expect(node.journal.failure == nil)
    }

    @Test func `a change that is too large is refused and leaves no trace`() async throws {
        let text = String(repeating: "x", count: Limits.entryBytes)
        await #expect(throws: JournalError.self) { try await node.create(ReportID(1), text: text) }
        #expect(try await node.journal.report(ReportID(1)) == nil)
        let next = try await node.create(ReportID(1))
        #expect(next.entry.dot.seq == 1)
    }

    @Test func `a thousand concurrent writers get seqs without a gap, in few commits`() async throws {
        let journal = node.journal
        let counter = CommitCounter()
        journal.pool.add(transactionObserver: counter)
        let seqs = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for number in 1...1000 {
                group.addTask {
                    try await journal.append(Samples.draft(.create, ReportID(UInt128(number)))).entry.dot.seq
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seqs.sorted() == Array(1...1000))
        #expect(counter.count < 500)
        let limit = RunLimit(bytes: Limits.batchRawBytes)
        let run = try #require(try await journal.run(of: journal.origin, after: 0, limit: limit))
        #expect(run.lastSeq == 1000)
        #expect(Samples.chain(of: journal.origin, run.sealed) == run.chainAfter)
        #expect(try await journal.head().chain == run.chainAfter)
    }

    @Test func `a refusal inside a group leaves the others of the group alone`() async throws {
        let journal = node.journal
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 1...200 {
                group.addTask {
                    let intent: Draft.Intent = number.isMultiple(of: 2) ? .create : .edit
                    return (try? await journal.append(Samples.draft(intent, ReportID(UInt128(number))))) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 100)
        #expect(try await journal.head().seq == 100)
        #expect(try await journal.statistics().reports == 100)
    }

    @Test func `a listener is told of a commit`() async throws {
        var commits = node.journal.commits().makeAsyncIterator()
        try await node.create()
        #expect(await commits.next() != nil)
        try node.journal.close()
        while await commits.next() != nil {}
    }
}

/// Counts the commits of the connection that writes.
private final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex(0)
    var count: Int { commits.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { commits.withLock { $0 += 1 } }
    func databaseDidRollback(_ db: Database) {}
}
