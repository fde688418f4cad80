import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import Testing

@testable import FieldpostJournal

/// The last room on a disk is for urgent reports made here. Entries of other nodes are refused before that.
struct PeersWaitTests {
    private let run = Samples.run(of: Samples.origin(9), count: 3)

    private func refusal(_ body: () async throws -> Void) async -> JournalError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? JournalError
        }
    }

    @Test func `entries of other nodes wait while urgent reports made here are still accepted`() async throws {
        let disk = FaultDisk(seed: 1)
        let station = try Station(1, on: disk)
        let journal = station.journal
        try await station.create(ReportID(1))
        let cursor = FeedCursor(incarnation: Incarnation(30), position: 3)
        let origin = Samples.origin(9)

        // Pages that migrations freed count as room too.
        disk.capacityBytes = disk.usedBytes + Limits.peersFreeBytes - 1024 * 1024
        #expect(journal.diskStage == .peersWait && !journal.hasRoomForPeers)
        let waits = JournalError.noRoom(.peersWait)
        #expect(
            await refusal { _ = try await journal.ingest(run, of: origin, after: Chain.start(of: origin)) } == waits)
        #expect(
            await refusal { _ = try await journal.absorb(run, from: NodeID(publicKey: [30]), upTo: cursor) } == waits)
        let range = Fetch.Range.run(origin, first: 1, last: 3)
        #expect(await refusal { _ = try await journal.restore(run, asked: range, from: origin.node) } == waits)
        #expect(journal.failure == nil)
        // Calls without entries go on, and so do receipts and urgent reports.
        _ = try await journal.absorb([], from: NodeID(publicKey: [30]), upTo: cursor)
        try await journal.acknowledge(Receipt(head: try await journal.head()))
        try await station.create(ReportID(2), urgent: true)
        #expect(await refusal { try await station.create(ReportID(3)) } == waits)

        disk.capacityBytes = disk.usedBytes + Limits.urgentFreeBytes - 1024 * 1024
        #expect(await refusal { try await station.create(ReportID(4), urgent: true) } == .noRoom(.urgentRefused))
        try await journal.acknowledge(Receipt(head: try await journal.head()))
        let own = try await journal.statistics().origins.first { $0.head.origin == journal.origin }
        #expect(own?.receipt == 2)

        disk.capacityBytes = disk.usedBytes + Limits.peersFreeBytes
        #expect(journal.diskStage == .ordinaryRefused && journal.hasRoomForPeers)
        #expect(try await journal.ingest(run, of: origin, after: Chain.start(of: origin)).added == 3)
    }

    @Test func `the stages are ordered by what can best wait`() {
        let mebibyte = 1024 * 1024
        let stages = [300, 100, 40, 20, 10].map { DiskStage(freeBytes: $0 * mebibyte) }
        #expect(stages == DiskStage.allCases && stages == stages.sorted())
        #expect(Limits.peersFreeBytes > Limits.urgentFreeBytes && Limits.peersFreeBytes < Limits.ordinaryFreeBytes)
    }
}
