import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Testing

/// A node on a disk that can be restored, killed and flipped.
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
        try Journal(
            disk: FaultJournalDisk(disk), node: id, role: role, codec: EntryCodec(),
            opening: Opening(proofKey: Samples.proofKey(of: id)))
    }

    func reopen() throws { journal = try Self.open(disk, id, role) }

    /// Stops the process, does something to the disk, and starts the process again.
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

    /// Gives central everything that it lacks of this gateway's present incarnations.
    func push(to central: Station) async throws {
        let registered = try await central.journal.register(try await hello(), stamp: .unknown)
        for head in try await journal.greeting().heads {
            var seq = registered.heads.first { $0.origin == head.origin }?.seq ?? 0
            while let run = try await journal.run(of: head.origin, after: seq) {
                let ingested = try await central.journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
                let head = ingested.durable.head
                let incarnation = central.journal.origin.incarnation
                try await journal.acknowledge(
                    Receipt(head: head, proof: central.journal.proof(of: head, to: id, in: incarnation)))
                seq = run.lastSeq
            }
        }
    }

    /// What central's heads tell this gateway.
    func compare(with central: Station) async throws -> HeadsVerdict {
        let registered = try await central.journal.register(try await hello(), stamp: .unknown)
        return try await journal.compare(
            registered.heads, proofs: registered.proofs, with: central.journal.origin)
    }

    /// Reads central's feed to its end, from the start if central has begun another incarnation.
    func follow(_ central: Station) async throws {
        let incarnation = central.journal.origin.incarnation
        let cursor = try await journal.feedCursor(of: central.id)
        var position = cursor?.incarnation == incarnation ? cursor?.position ?? 0 : 0
        while let run = try await central.journal.feed(of: id, after: position) {
            position = run.lastPosition
            try await absorb(run, in: incarnation, from: central)
        }
    }

    /// Stores one run of central's feed, with its proofs.
    func absorb(_ run: FeedRun, in incarnation: Incarnation, from central: Station) async throws {
        let cursor = FeedCursor(incarnation: incarnation, position: run.lastPosition)
        let proofs = zip(run.sealed.map(\.dot), central.journal.proofs(of: run.entries, to: id))
        _ = try await journal.absorb(
            run.sealed, proofs: Dictionary(proofs) { first, _ in first }, withdrawn: run.withdrawn,
            vacated: run.vacated, from: central.id, upTo: cursor, proof: central.journal.proof(of: cursor, to: id))
    }

    /// What this gateway asks of central's feed.
    func feedPull(by verdict: HeadsVerdict) throws -> FeedPull {
        FeedPull(
            stream: 1, after: try #require(verdict.cursor), creditBytes: 1, seen: verdict.seen,
            proof: verdict.cursorProof)
    }

    /// Fetches a range from another node.
    func fetch(_ range: Fetch.Range, from other: Station) async throws -> Int {
        let run = try await other.journal.fetch(range, for: other.journal.role == .central ? id : nil)
        #expect(run.isLast)
        let sealed = run.sealed(of: range)
        let proofs = Dictionary(zip(sealed.map(\.dot), run.proofs)) { first, _ in first }
        return try await journal.restore(sealed, proofs: proofs, asked: range, from: other.id).added
    }

    /// At central: fetches what it once sent to a gateway.
    @discardableResult
    func gather(_ entries: [SealedEntry], provedTo gateway: NodeID) async throws -> Int {
        let key = Samples.proofKey(of: id)
        let proofs = entries.map { ($0.dot, key.proof(of: $0.dot, hash: $0.hash, to: gateway)) }
        return try await journal.restore(
            entries, proofs: Dictionary(proofs) { first, _ in first }, asked: .foreign(after: nil), from: gateway
        ).added
    }

    /// Scrubs the whole journal.
    @discardableResult
    func scrub() async throws -> ScrubStep {
        var sum = ScrubStep()
        var cursor: ScrubCursor? = .start
        while let place = cursor {
            let step = try await journal.scrub(place)
            sum.entries += step.entries
            sum.corrupt += step.corrupt
            sum.repaired += step.repaired
            cursor = step.next
        }
        return sum
    }
}

extension FetchedRun {
    /// In the order of a session.
    func sealed(of range: Fetch.Range) -> [SealedEntry] {
        let codec = EntryCodec()
        return entries.enumerated().compactMap { index, packed in
            switch (packed, range) {
            case (.bytes(let bytes), .run(let origin, let first, _)):
                codec.open(bytes, at: Dot(origin, first + UInt64(index)))
            case (.withheld(let hash), .run(let origin, let first, _)):
                SealedEntry(dot: Dot(origin, first + UInt64(index)), withheld: hash)
            case (.bytes(let bytes), .foreign): codec.dot(of: bytes).map { codec.open(bytes, at: $0) }
            case (.withheld, .foreign): nil
            }
        }
    }
}
