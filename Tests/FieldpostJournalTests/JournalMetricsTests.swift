import CoreMetrics
import FieldpostCore
import FieldpostStore
import GRDB
import MetricsTestKit
import Testing

@testable import FieldpostJournal

struct JournalMetricsTests {
    private let recorded = TestMetrics()

    private func total(_ name: MetricName) throws -> Int64 {
        try recorded.expectCounter(name.rawValue).totalValue
    }

    @Test func `each entry counts where it was made and where it arrives, and a repeat counts as one`() async throws {
        try await withMetricsFactory(recorded) {
            let gateway = try TestNode(1)
            let report = ReportID.random()
            let first = EntryID.random()
            try await gateway.create(report, id: first)
            try await gateway.create(report, id: first)
            try await gateway.create()
            #expect(try total(.entriesAppended) == 2)
            #expect(try recorded.expectRecorder(MetricName.commitWrites.rawValue).values.count >= 3)
            #expect(try recorded.expectTimer(MetricName.commitSeconds.rawValue).values.allSatisfy { $0 > 0 })
            #expect(try total(.commitsFailed) == 0)

            let central = try TestNode(9, .central)
            let origin = gateway.journal.origin
            let run = try #require(try await gateway.journal.run(of: origin, after: 0, limit: RunLimit()))
            for repeats in 0...1 {
                _ = try await central.journal.ingest(run.sealed, of: origin, after: run.chainBefore)
                #expect(try total(.entriesReceived) == 2)
                #expect(try total(.entriesRepeated) == Int64(2 * repeats))
            }
            #expect(try total(.entriesQuarantined) == 0)
        }
    }

    @Test func `entries that a scrub finds corrupt count once`() async throws {
        try await withMetricsFactory(recorded) {
            let node = try TestNode(1)
            try await node.create()
            try await node.create()
            try node.tamper { db in
                try db.execute(sql: "UPDATE entries SET bytes = x'00' WHERE place = (SELECT max(place) FROM entries)")
            }
            _ = try await node.journal.scrub(.entries(after: 0))
            _ = try await node.journal.scrub(.entries(after: 0))
            #expect(try total(.entriesCorrupt) == 1)
        }
    }

    @Test func `A receipt tells how long the oldest entry that it newly confirms has waited`() async throws {
        try await withMetricsFactory(recorded) {
            let node = try TestNode(1)
            for second in [10, 20, 30] { try await node.create(stamp: Self.stamp(second)) }
            let run = try #require(try await node.journal.run(of: node.journal.origin, after: 0, limit: RunLimit()))
            for (seq, now) in [(1, 12), (1, 15), (3, 95), (3, 99)] {
                let chain = Samples.chain(of: run.origin, run.sealed.prefix(seq))
                let head = Head(origin: run.origin, seq: UInt64(seq), chain: chain)
                try await node.journal.acknowledge(Receipt(head: head), stamp: Self.stamp(now))
            }
            let timer = try recorded.expectTimer(MetricName.syncSeconds.rawValue)
            #expect(timer.values == [2_000_000_000, 75_000_000_000])
        }
    }

    private static func stamp(_ second: Int) -> Stamp {
        let milliseconds = Int64(second) * 1000
        return Stamp(
            wallMilliseconds: milliseconds, boot: BootID(7), monotonicMilliseconds: UInt64(milliseconds))
    }
}
