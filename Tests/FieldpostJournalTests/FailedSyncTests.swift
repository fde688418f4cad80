import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// What a failed sync leaves in the kernel's cache, and an opening that reads it.
struct FailedSyncTests {
    let disk = FaultDisk(seed: 1)

    private func open() throws -> Journal {
        try Journal(
            disk: FaultJournalDisk(disk), node: NodeID(publicKey: [1]), role: .gateway, codec: EntryCodec())
    }

    private func create(_ numbers: ClosedRange<Int>, in journal: Journal) async throws {
        for number in numbers {
            let change = Change(fields: [.text: .text(String(repeating: "x", count: 2000))])
            _ = try await journal.append(
                Samples.draft(.create, ReportID(UInt128(number)), id: EntryID(UInt128(number)), change: change))
        }
    }

    @Test func `a power cut after a failed sync and a restart loses nothing`() async throws {
        do {
            let journal = try open()
            try await create(1...40, in: journal)
            try await journal.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try await create(41...41, in: journal)
            disk.fail([.sync])
            // This changes pages all over the file that the log does not hold yet.
            let edits = (1...40).map { Samples.sealed(Dot(Samples.origin(2), $0), report: ReportID(UInt128($0))) }
            let cursor = FeedCursor(incarnation: Incarnation(5), position: 40)
            await #expect(throws: JournalError.self) {
                try await journal.absorb(edits, from: NodeID(publicKey: [3]), upTo: cursor)
            }
            await #expect(throws: JournalError.self) { try await create(42...42, in: journal) }
            disk.kill()
        }
        // The restart reads the failed commit from the cache, and brings it into the database.
        do {
            let journal = try open()
            #expect(try await journal.head().seq >= 41)
            disk.cutPower(.everything)
        }
        let journal = try open()
        let census = try await journal.pool.read { db in try FaultCensus(db, codec: EntryCodec()) }
        #expect(census.defects == [])
        #expect(try await journal.head().seq >= 41)
        try journal.close()
    }

    @Test func `a database without its log is not written to`() throws {
        // The switch to the log fails, and GRDB does not notice.
        disk.fail([.sync])
        #expect(throws: JournalError.self) { try open() }
        try open().close()
    }
}
