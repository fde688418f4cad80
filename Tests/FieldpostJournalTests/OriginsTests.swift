import FieldpostCore
import FieldpostStore
import GRDB
import Testing

@testable import FieldpostJournal

/// What the writer knows of origins, and how it is undone.
struct OriginsTests {
    /// Everything that `Origins` answers.
    private struct View: Equatable {
        let rows: [[String]]
        let byNode: [NodeID: [Int64]]
        let forked: Set<Int64>
        let sumOfHeads: UInt64
        let nextNumber: Int64

        init(_ origins: Origins) {
            let all = origins.all
            rows = all.map { View.text($0) }
            byNode = Dictionary(grouping: all, by: \.origin.node).mapValues { $0.map(\.number) }
            forked = Set(origins.forked.map(\.number))
            sumOfHeads = origins.sumOfHeads
            nextNumber = origins.nextNumber
            for row in all {
                #expect(origins[row.number].map(View.text) == View.text(row))
                #expect(origins[row.origin].map(View.text) == View.text(row))
                #expect(origins.numbers(of: row.origin.node) == byNode[row.origin.node])
                #expect(origins.of(row.origin.node).map(\.number) == byNode[row.origin.node])
            }
            #expect(forked == Set(all.filter { $0.forked != nil }.map(\.number)))
            #expect(sumOfHeads == all.reduce(0) { $0 + $1.head })
        }

        static func text(_ row: OriginRow) -> [String] {
            [
                "\(row.number)", "\(row.origin)", "\(row.head)", "\(row.chain)", "\(row.receipt)",
                "\(String(describing: row.forked))", "\(row.known)", "\(row.isSparse)",
            ]
        }
    }

    private static func origin(_ number: Int64) -> Origin {
        Origin(node: NodeID(publicKey: [UInt8(number % 7)]), incarnation: Incarnation(UInt128(number)))
    }

    /// Adds an origin or changes one.
    private func change(_ origins: Origins, _ random: inout Seeded) {
        let number = Int64.random(in: 1...40, using: &random)
        let origin = Self.origin(number)
        var row = origins[origin] ?? OriginRow(number: origins.nextNumber, origin: origin)
        row.head = .random(in: 0...1000, using: &random)
        row.known = .random(in: 0...3, using: &random)
        row.forked = Bool.random(using: &random) ? row.head : nil
        row.isSparse = .random(using: &random)
        origins.set(row, isMoved: .random(using: &random))
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `undoing to a mark restores exactly what was known at the mark`(seed: UInt64) {
        var random = Seeded(seed)
        // A gap in the numbers, as a repair leaves it.
        let origins = Origins([3, 4, 9].map { OriginRow(number: $0, origin: Self.origin($0 + 100)) })
        for _ in 0..<20 {
            let start = View(origins)
            var marks: [(mark: Origins.Mark, view: View)] = []
            for _ in 0..<30 {
                if Int.random(in: 0..<4, using: &random) == 0 { marks.append((origins.mark, View(origins))) }
                if Int.random(in: 0..<6, using: &random) == 0, let last = marks.popLast() {
                    origins.rollBack(to: last.mark)
                    #expect(View(origins) == last.view)
                }
                change(origins, &random)
            }
            if Bool.random(using: &random) {
                origins.rollBack()
                #expect(View(origins) == start)
                #expect(origins.takeMoved().isEmpty)
            } else {
                _ = origins.takeMoved()
                origins.settle()
                let settled = View(origins)
                origins.rollBack()
                #expect(View(origins) == settled, "a transaction that was committed is not undone")
            }
        }
    }

    @Test func `only origins that were moved and not undone are written`() {
        let origins = Origins()
        for number in 1...3 {
            origins.set(OriginRow(number: Int64(number), origin: Self.origin(Int64(number))), isMoved: false)
        }
        var row = OriginRow(number: 1, origin: Self.origin(1))
        row.head = 1
        origins.set(row, isMoved: true)
        let mark = origins.mark
        row.head = 2
        origins.set(row, isMoved: true)
        origins.set(OriginRow(number: 2, origin: Self.origin(2)), isMoved: true)
        origins.rollBack(to: mark)
        #expect(origins.takeMoved().map(\.number) == [1])
        #expect(origins[Self.origin(1)]?.head == 1)
    }

    @Test func `a refused write leaves nothing in memory, and the next origin gets the number that it had`()
        async throws
    {
        let central = try TestNode(9, .central)
        let (refused, taken) = (Samples.origin(5), Samples.origin(6))
        _ = try await central.journal.ingest(
            Samples.run(of: Samples.origin(4), count: 3), of: Samples.origin(4),
            after: Chain.start(of: Samples.origin(4)))
        let before = try await central.journal.queue.write { View($0.memory.origins) }
        await #expect(throws: JournalError.self) {
            try await central.journal.queue.write { context in
                let run = Samples.run(of: refused, count: 2)
                _ = try context.ingest(run, of: refused, after: Chain.start(of: refused))
                _ = try context.ingest(
                    Samples.run(of: Samples.origin(4), count: 4), of: Samples.origin(4),
                    after: Chain.start(of: Samples.origin(4)))
                throw JournalError.violation(Violation(.badBatch, "refused"))
            }
        }
        #expect(try await central.journal.queue.write { View($0.memory.origins) } == before)
        _ = try await central.journal.ingest(
            Samples.run(of: taken, count: 1), of: taken, after: Chain.start(of: taken))
        let rows = try await central.journal.read { db in try db.originRows().map { View.text($0) } }
        #expect(try await central.journal.queue.write { View($0.memory.origins).rows } == rows)
        #expect(rows.count == before.rows.count + 1)
    }
}
