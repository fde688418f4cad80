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
}
