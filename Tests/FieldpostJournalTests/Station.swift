import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostWire
import Testing

/// A node on a disk that can be put back, killed and flipped.
final class Station {
    let id: NodeID
    let role: Role
    let disk: FaultDisk
    private(set) var journal: Journal

    init(_ number: UInt8, _ role: Role = .gateway, on disk: FaultDisk? = nil) throws {
        id = NodeID(publicKey: [number])
        self.role = role
        self.disk = disk ?? FaultDisk(seed: UInt64(number))
        journal = try Self.open(self.disk, id, role)
    }

    private static func open(_ disk: FaultDisk, _ id: NodeID, _ role: Role) throws -> Journal {
        try Journal(disk: FaultJournalDisk(disk), node: id, role: role, codec: EntryCodec())
    }

    func reopen() throws { journal = try Self.open(disk, id, role) }

    /// Stops the process, does something to the disk, and starts it again.
    func interrupted(by body: (FaultDisk) throws -> Void) throws {
        disk.kill()
        try body(disk)
        try reopen()
    }

    @discardableResult
    func create(_ report: ReportID = .random(), text: String = "made", urgent: Bool = false) async throws -> Committed {
        var change = Change(fields: [.text: .text(text)])
        if urgent { change.fields[.priority] = .text("urgent") }
        return try await journal.append(Samples.draft(.create, report, change: change))
    }

    @discardableResult
    func edit(_ report: ReportID, text: String, seen: ReportVersion? = nil) async throws -> Committed {
        let change = Change(fields: [.text: .text(text)])
        return try await journal.append(Samples.draft(.edit, report, seen: seen, change: change))
    }

    func text(of report: ReportID) async throws -> String? { try await journal.report(report)?.text(of: .text) }

    /// This gateway's hello.
    func hello() async throws -> Hello {
        let greeting = try await journal.greeting()
        return Hello(
            node: id, role: role, name: "station", incarnation: journal.origin.incarnation,
            predecessor: journal.predecessor, boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "", frameBytes: 0,
            dictionaries: [], heads: greeting.heads, receipts: greeting.receipts, grids: [])
    }

    /// Gives central all that it lacks of this gateway's present lives.
    func push(to central: Station) async throws {
        let registered = try await central.journal.register(try await hello(), stamp: .unknown)
        for head in try await journal.greeting().heads {
            var seq = registered.heads.first { $0.origin == head.origin }?.seq ?? 0
            while let run = try await journal.run(of: head.origin, after: seq) {
                let ingested = try await central.journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
                try await journal.acknowledge(Receipt(head: ingested.durable.head))
                seq = run.lastSeq
            }
        }
    }

    /// What central's heads tell this gateway.
    func compare(with central: Station) async throws -> HeadsVerdict {
        let registered = try await central.journal.register(try await hello(), stamp: .unknown)
        return try await journal.compare(registered.heads, with: central.id)
    }

    /// Takes a range back from another node.
    func recall(_ range: Recall.Range, from other: Station) async throws -> Int {
        let run = try await other.journal.recall(range)
        #expect(run.isLast)
        let codec = EntryCodec()
        let entries = run.entries.compactMap { bytes in codec.dot(of: bytes).map { codec.open(bytes, at: $0) } }
        return try await journal.restore(entries, asked: range)
    }

    /// Goes through the whole journal.
    @discardableResult
    func scrub() async throws -> ScrubStep {
        var sum = ScrubStep()
        var cursor: ScrubCursor? = .start
        while let place = cursor {
            let step = try await journal.scrub(place)
            sum.entries += step.entries
            sum.rotten += step.rotten
            sum.mended += step.mended
            cursor = step.next
        }
        return sum
    }
}
