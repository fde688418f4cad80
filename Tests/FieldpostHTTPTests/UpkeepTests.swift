import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Testing

@testable import FieldpostHTTP

/// What the admin socket reports about incidents, the quarantine and clones.
@Suite struct UpkeepTests {
    private static let database: Set<String> = ["journal.sqlite", "journal.sqlite-wal"]
    private static let codec = EntryCodec()

    @Test func `an incident is reported with its time, until a person resolves it`() async throws {
        let disk = FaultDisk(seed: 1)
        let before = try TestNode(on: disk)
        try await Self.report(1, at: before)
        let backup = disk.snapshot(Self.database)
        try await Self.report(2, at: before)
        disk.restore(backup, only: Self.database)
        let node = try TestNode(on: disk)
        let account = try #require(try await node.journal.incidents().first?.account)
        try await withAdmin(of: node) { api async throws in
            let list = try await api.get("/v1/incidents")
            #expect(list.status == 200 && list.count("incidents") == 1)
            #expect(list.text("incidents.0.account") == account && account.contains("restored from a copy"))
            #expect(list.text("incidents.0.dot") == "\(node.journal.origin):1")
            #expect(list["incidents.0.is_resolved"] as? Bool == false)
            // The test opens the journal at an unknown time.
            #expect(list["incidents.0.at"] == nil)
            #expect(try await api.post("/v1/incidents/resolve", "")["resolved"] as? Int == 1)
            #expect(try await api.post("/v1/incidents/resolve", "")["resolved"] as? Int == 0)
            #expect(try await api.get("/v1/incidents")["incidents.0.is_resolved"] as? Bool == true)
        }
        try await withAdmin(of: node) { api async throws in
            let acts = try await api.get("/v1/audit")
            #expect(acts.count("events") == 2 && acts.text("events.0.author") == "operator")
            #expect(acts.text("events.0.account") == "Resolved all incidents so far.")
            #expect(acts.text("events.0.at") == "2018-05-01T00:30:00.000Z")
        }
        try await node.journal.begin(
            IncarnationStart(.laterIncarnation(than: node.journal.origin), stamp: node.stamp()))
        try await withAdmin(of: node) { api async throws in
            let list = try await api.get("/v1/incidents")
            #expect(list.count("incidents") == 2)
            #expect(list.text("incidents.0.at") == "2018-05-01T00:30:00.000Z")
        }
    }

    @Test func `a now readable entry leaves the quarantine, an unreadable one stays`() async throws {
        let node = try TestNode(.central, on: FaultDisk(seed: 2))
        let good = Self.foreign(1)
        let entries = [
            SealedEntry(dot: good.dot, bytes: good.bytes, content: .quarantined(reason: "unknown here")),
            Self.codec.open([1, 2, 3], at: Dot(Self.foreignOrigin, 2)),
            SealedEntry(dot: Dot(Self.foreignOrigin, 3), withheld: good.hash),
        ]
        _ = try await node.journal.ingest(
            entries, of: Self.foreignOrigin, after: Chain.start(of: Self.foreignOrigin), stamp: .unknown)
        try await withAdmin(of: node) { api async throws in
            let list = try await api.get("/v1/quarantine")
            #expect(list.count("entries") == 3 && list["total"] as? Int == 3)
            #expect(list["corrupt"] as? Int == 1 && list["orphans"] as? Int == 0 && list["unread"] as? Int == 0)
            #expect(list.text("entries.0.dot") == good.dot.description)
            #expect(list.text("entries.0.reason") == "unknown here")
            #expect(list["entries.0.bytes"] as? Int == good.bytes.count)
            #expect(list.count("entries.0") == 3, "an entry's content is not told")
            #expect(list["entries.2.bytes"] as? Int == 0)
            #expect(try await api.post("/v1/quarantine/replay", "")["merged"] as? Int == 1)
            #expect(try await api.post("/v1/quarantine/replay", "")["merged"] as? Int == 0)
            #expect(try await api.get("/v1/audit").text("events.0.account") == "Replayed the quarantine.")
            #expect(try await api.get("/v1/quarantine").count("entries") == 2)
        }
        #expect(try await node.journal.report(ReportID(1)) != nil)
    }

    @Test func `an entry that becomes corrupt on the disk is reported as corrupt`() async throws {
        let disk = FaultDisk(seed: 3)
        let before = try TestNode(on: disk)
        try await Self.report(1, at: before, text: "needle")
        try await before.journal.close()
        let bytes = try #require(disk.bytes(of: "journal.sqlite"))
        let needle = Array("needle".utf8)
        let places = bytes.indices.dropLast(needle.count).filter {
            bytes[$0..<($0 + needle.count)].elementsEqual(needle)
        }
        for place in places { disk.flipBit(file: "journal.sqlite", bit: place * 8) }
        let node = try TestNode(on: disk)
        let step = try await node.journal.scrub(.entries(after: 0), bytes: .max)
        try #require(step.corrupt == 1)
        try await withAdmin(of: node) { api async throws in
            let list = try await api.get("/v1/quarantine")
            #expect(list["total"] as? Int == 1 && list["corrupt"] as? Int == 1)
            #expect(list.text("entries.0.dot") == "\(node.journal.origin):1")
        }
    }

    @Test func `a clone is accepted by its gateway's name, only at central`() async throws {
        let node = try TestNode(.central, on: FaultDisk(seed: 4))
        for (incarnation, predecessor) in [(1, nil), (2, 1), (3, 1)] as [(UInt128, UInt128?)] {
            _ = try? await node.journal.register(Self.hello(incarnation, after: predecessor), stamp: node.stamp())
        }
        #expect(try await node.journal.statistics().gateways.map(\.hasCloneWaiting) == [true])
        try await withAdmin(of: node) { api async throws in
            #expect(try await api.post("/v1/gateways/accept-clone", "").problem == "bad-query")
            #expect(try await api.post("/v1/gateways/accept-clone?gateway=x", "").problem == "unknown-gateway")
            #expect(try await api.post("/v1/gateways/forget-incarnations?gateway=x", "").problem == "unknown-gateway")
            #expect(
                try await api.post("/v1/gateways/accept-clone?gateway=%E4%B8%9C%E7%AB%99", "")["accepted"] as? Int == 1)
            #expect(
                try await api.post("/v1/gateways/accept-clone?gateway=%E4%B8%9C%E7%AB%99", "")["accepted"] as? Int == 0)
        }
        #expect(try await node.journal.statistics().gateways.map(\.hasCloneWaiting) == [false])
        try await withAdmin(of: try TestNode(on: FaultDisk(seed: 5))) { api async throws in
            let refused = try await api.post("/v1/gateways/accept-clone?gateway=x", "")
            #expect(refused.status == 409 && refused.problem == "not-central")
        }
    }

    @Test(arguments: [
        ("/v1/audit", "/v1/incidents/resolve"), ("/v1/incidents", "/v1/incidents/resolve"),
        ("/v1/quarantine", "/v1/quarantine/replay"),
    ])
    func `reading changes nothing, and changes need another method`(reading: String, change: String) async throws {
        try await withAdmin(of: try TestNode(on: FaultDisk(seed: 6))) { api async throws in
            #expect(try await api.post(reading, "").status == 405)
            #expect(try await api.get(change).status == 405)
            #expect(try await api.get(reading + "?limit=1").problem == "bad-query")
            #expect(try await api.get("/v1/gateways/accept-clone?gateway=x").status == 405)
            #expect(try await api.get("/v1/gateways/forget-incarnations?gateway=x").status == 405)
        }
    }

    // MARK: Samples

    private static let foreignOrigin = Origin(node: NodeID(publicKey: [9]), incarnation: Incarnation(9))

    private static func report(_ number: UInt128, at node: TestNode, text: String = "made") async throws {
        _ = try await node.journal.append(
            Draft(
                id: EntryID(number), report: ReportID(number), intent: .create, author: "甲", stamp: node.stamp(),
                change: Change(fields: [.text: .text(text)])))
    }

    private static func foreign(_ seq: UInt64) -> SealedEntry {
        let entry = Entry(
            id: EntryID(100 + UInt128(seq)), dot: Dot(foreignOrigin, seq), report: ReportID(UInt128(seq)),
            previousSeq: 0, context: VersionVector(), depth: 1, author: "乙", stamp: .unknown,
            change: Change(fields: [.text: .text("far")]))
        return codec.open(codec.encode(entry), at: entry.dot)
    }

    private static func hello(_ incarnation: UInt128, after predecessor: UInt128?) -> Hello {
        Hello(
            node: foreignOrigin.node, role: .gateway, name: "东站", incarnation: Incarnation(incarnation),
            predecessor: predecessor.map { Incarnation($0) }, boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "", frameBytes: 0,
            dictionaries: [], heads: [], receipts: [], grids: [])
    }
}
