import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostSync
import GRDB
import TestKit
import Testing

/// Comparisons and repairs between two real journals, over a link in memory.
@Suite struct ComparisonTests {
    private let gateway: TransferNode
    private let central: TransferNode

    init() throws {
        gateway = try TransferNode(1, .gateway)
        central = try TransferNode(9, .central)
    }

    /// Writes so many reports at the gateway, and some at central, and carries all over.
    private func fill(_ reports: Int, atCentral: Int = 20) async throws {
        _ = try await Transfer(gateway, central).run()
        // Many at once share a commit.
        for start in stride(from: 0, to: reports, by: 500) {
            try await withThrowingTaskGroup { group in
                for _ in start..<min(start + 500, reports) { group.addTask { try await self.gateway.report() } }
                for try await _ in group {}
            }
        }
        for _ in 0..<atCentral { try await central.report() }
        for _ in 0..<5 { try await central.report(grid: "G2") }
        _ = try await Transfer(gateway, central).run()
    }

    private func compare(isDeep: Bool = false) async throws -> (ComparisonProgress, bytes: Int) {
        let transfer = try await Transfer(gateway, central)
        _ = try await transfer.run(closing: false)
        await transfer.tell(.compare(isDeep: isDeep), to: central)
        _ = try await transfer.run()
        let progress = try #require(await transfer.progress)
        #expect(progress.isFinished)
        return (progress, await transfer.comparedBytes)
    }

    /// Returns how many entries crossed.
    private func repair(_ differences: [Difference]) async throws -> Int {
        let transfer = try await Transfer(gateway, central)
        _ = try await transfer.run(closing: false)
        let before = await transfer.fetchedEntries
        await transfer.tell(.repair(differences), to: central)
        _ = try await transfer.run()
        #expect(await transfer.progress?.isFinished == true)
        return await transfer.fetchedEntries - before
    }

    private func place(_ seq: UInt64, at node: TransferNode) throws -> String {
        "(SELECT number << 40 | \(seq) FROM origins WHERE node = x'\(gateway.id.hash)')"
    }

    private func dot(_ seq: UInt64) -> Dot { Dot(gateway.journal.origin, seq) }

    @Test func `two nodes that hold the same are equal, in few bytes, and again from what was kept`() async throws {
        try await fill(3000)
        for _ in 0..<2 {
            let (progress, bytes) = try await compare()
            #expect(progress.differences.isEmpty)
            #expect(progress.done == progress.total && progress.total >= 3000)
            #expect(progress.phase == .reports)
            #expect(bytes < 2000)
        }
        #expect(try await compare(isDeep: true).0.differences.isEmpty)
    }

    @Test func `two empty nodes are equal`() async throws {
        #expect(try await compare().0.differences.isEmpty)
    }

    @Test func `entries that lack at either side are named exactly, and only they are moved`() async throws {
        try await fill(3000)
        let (lost, forgotten, both): (Set<UInt64>, Set<UInt64>, UInt64) = ([17, 1023, 1024, 2999], [1, 18, 2048], 700)
        // Digests are kept before, so that the test shows that they are not trusted after.
        _ = try await compare()
        for (node, seqs) in [(central, lost.union([both])), (gateway, forgotten.union([both]))] {
            try node.tamper { db in
                for seq in seqs { try db.execute(sql: "DELETE FROM entries WHERE place = \(place(seq, at: node))") }
            }
        }
        let (found, bytes) = try await compare()
        let expected = lost.map { Difference.entry(dot($0), lackedBy: .central) }
            + forgotten.map { .entry(dot($0), lackedBy: .gateway) } + [.entry(dot(both), lackedBy: .both)]
        #expect(Set(found.differences) == Set(expected))
        #expect(bytes < 10_000)
        #expect(try await repair(found.differences) == lost.count + forgotten.count)
        #expect(try await compare().0.differences == [.entry(dot(both), lackedBy: .both)])
    }

    @Test func `bit rot that nobody noticed is named by a deep comparison, and repaired`() async throws {
        try await fill(300)
        _ = try await compare()
        try central.tamper { db in
            try db.execute(
                sql: "UPDATE entries SET bytes = zeroblob(length(bytes)) WHERE place = \(place(50, at: central))")
        }
        #expect(try await compare().0.differences.isEmpty)
        let found = try await compare(isDeep: true).0
        #expect(found.differences == [.entry(dot(50), lackedBy: .central)])
        #expect(try await repair(found.differences) == 1)
        #expect(try await compare(isDeep: true).0.differences.isEmpty)
    }

    @Test func `a damaged row that follows from entries is named and repaired`() async throws {
        try await fill(300)
        for node in [central, gateway] {
            try node.tamper { db in
                try db.execute(sql: "UPDATE reports SET grid = 'G7', digest = zeroblob(32) WHERE number = 40")
            }
        }
        let found = try await compare().0
        #expect(!found.differences.isEmpty)
        let deep = try await compare(isDeep: true).0
        let sides = deep.differences.compactMap { if case .repaired(_, let side) = $0 { side } else { nil } }
        #expect(Set(sides) == [.central, .gateway])
        #expect(deep.differences.count == 2)
        #expect(try await compare().0.differences.isEmpty)
    }

    @Test func `what a gateway lacks of others comes again by its feed`() async throws {
        try await fill(100, atCentral: 40)
        let number = try await gateway.journal.statistics().reports - 3
        try gateway.tamper { db in
            try db.execute(sql: "DELETE FROM entries WHERE report = ?", arguments: [number])
            try db.execute(sql: "UPDATE reports SET digest = x'' WHERE number = ?", arguments: [number])
        }
        let found = try await compare().0
        guard case .report(_, .gateway) = found.differences.first, found.differences.count == 1 else {
            Issue.record("\(found.differences)")
            return
        }
        _ = try await repair(found.differences)
        #expect(try await compare().0.differences.isEmpty)
    }

    @Test func `a hundred of many entries are named in few bytes`() async throws {
        try await fill(6000, atCentral: 0)
        let seqs = Set((0..<100).map { UInt64($0) * 59 + 7 })
        try central.tamper { db in
            for seq in seqs { try db.execute(sql: "DELETE FROM entries WHERE place = \(place(seq, at: central))") }
        }
        let (found, bytes) = try await compare()
        #expect(Set(found.differences) == Set(seqs.map { .entry(dot($0), lackedBy: .central) }))
        #expect(bytes < 100_000)
    }
}
