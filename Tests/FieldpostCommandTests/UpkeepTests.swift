import FieldpostAPI
import FieldpostClient
import Foundation
import NIOHTTP1
import TestKit
import Testing

@testable import fieldpost

/// `incidents`, `quarantine` and `gateways accept-clone`.
@Suite struct UpkeepTests {
    private static let incidents = IncidentList(incidents: [
        IncidentState(at: "2026-01-01T00:00:00.000Z", dot: "a/b:2", account: "x\u{1B}[2J\n!!", isResolved: false),
        IncidentState(at: nil, dot: "a/b:1", account: "The database was put back.", isResolved: true),
    ])

    @Test func `Incidents are read and resolved, and clones accepted, through the admin socket`() async throws {
        let directory = try TemporaryDirectory()
        let socket = "\(directory.path)/admin.sock"
        let list = String(decoding: try JSONEncoder().encode(Self.incidents), as: UTF8.self)
        let answers = [
            list, #"{"resolved":2}"#, #"{"entries":[],"total":0,"corrupt":0,"unread":0,"orphans":0}"#,
            #"{"merged":3}"#, #"{"forgotten":0,"accepted":1}"#, #"{"forgotten":4,"accepted":0}"#,
            #"{"events":[{"dot":"a/b:1","author":"o\n","account":"x"}]}"#,
        ]
        let server = try await ScriptedServer(socket: socket) { _, earlier in .init(body: answers[earlier]) }
        let client = FieldpostClient(socket: socket)
        let read = try await client.incidents()
        #expect(read.list == Self.incidents && String(decoding: read.text, as: UTF8.self) == list)
        #expect(try await client.resolveIncidents().resolved == 2)
        #expect(try await client.quarantine().list.total == 0)
        #expect(try await client.replayQuarantine().merged == 3)
        #expect(try await client.acceptClone(gateway: "东站 & 1").accepted == 1)
        #expect(try await client.acceptClone(gateway: "2", forgetting: true).forgotten == 4)
        #expect(AuditCommand.text(try await client.auditLog().list) == "at an unknown time  o\\u{a}  x\n")
        #expect(
            server.requests.map { "\($0.method) \($0.path)" } == [
                "GET /v1/incidents", "POST /v1/incidents/resolve", "GET /v1/quarantine", "POST /v1/quarantine/replay",
                "POST /v1/gateways/accept-clone?gateway=%E4%B8%9C%E7%AB%99%20%26%201",
                "POST /v1/gateways/forget-incarnations?gateway=2",
                "GET /v1/audit",
            ])
    }

    @Test func `A refusal gives its reason`() async throws {
        let problem = #"{"title":"t","status":404,"detail":"No gateway x is known here."}"#
        let server = try await ScriptedServer { _, _ in .init(status: .notFound, body: problem) }
        let client = try FieldpostClient(at: "127.0.0.1:\(server.port)")
        let error = try #require(await #expect(throws: ClientError.self) { try await client.acceptClone(gateway: "x") })
        #expect(DaemonOptions.explained(error).description == "The node answered 404: No gateway x is known here.")
        #expect(CommandFailure(error).status == .incomplete)
    }

    @Test func `Incidents are made safe to print, with advice for open ones`() {
        let text = IncidentsText.text(Self.incidents)
        #expect(
            text.hasPrefix(
                """
                2026-01-01T00:00:00.000Z  open  x\\u{1b}[2J\\u{a}!!
                at an unknown time  resolved  The database was put back.

                1 open. Entries of this journal
                """))
        #expect(text.hasSuffix("`fieldpost incidents resolve`.\n"))
        #expect(IncidentsText.text(IncidentList(incidents: [])) == "This journal has no incidents.\n")
        var resolved = Self.incidents
        resolved.incidents[0].isResolved = true
        #expect(IncidentsText.text(resolved).hasSuffix("\nAll incidents are resolved. Nothing needs to be done.\n"))
        #expect(IncidentsText.text(ResolvedIncidents(resolved: 0)) == "No incident was open. Nothing was changed.\n")
        #expect(IncidentsText.text(ResolvedIncidents(resolved: 1)).hasPrefix("1 incident resolved. "))
    }

    @Test func `A quarantine says why, what is safe, and what ends it`() {
        let list = QuarantineList(
            entries: [
                QuarantineState(dot: "a/b:2", reason: "the kind\u{202E} is unknown", bytes: 1234),
                QuarantineState(dot: "a/b:13", reason: "corrupt", bytes: 5),
            ], total: 1002, corrupt: 1, unread: 2, orphans: 3)
        let text = QuarantineText.text(list)
        #expect(
            text.hasPrefix(
                """
                ENTRY   BYTES  REASON
                a/b:2   1,234  the kind\\u{202e} is unknown
                a/b:13      5  corrupt

                The first 2 of 1,002.
                1 are corrupt
                """))
        #expect(text.contains("\n1,001 cannot be read by this version. They are kept unchanged."))
        #expect(text.contains("\n2 of this node's entries") && text.contains("\n3 kept apart"))
        let empty = QuarantineList(entries: [], total: 0, corrupt: 0, unread: 0, orphans: 0)
        #expect(QuarantineText.text(empty) == "No entries are in quarantine.\n")
        #expect(QuarantineText.text(ReplayedQuarantine(merged: 0)).contains("kept unchanged"))
        #expect(QuarantineText.text(ReplayedQuarantine(merged: 1)) == "1 entry could be read now and is merged.\n")
        let some = QuarantineText.text(ReplayedQuarantine(merged: 1, kept: ["a\u{1B}": 1, "b": 1_002]))
        #expect(some.hasSuffix("merged.\n1,002 stay: b\n1 stays: a\\u{1b}\n"), "\(some)")
        #expect(QuarantineText.text(ReplayedQuarantine(merged: 2)) == "2 entries could be read now and are merged.\n")
    }

    @Test func `A quarantined entry is shown with what can be done, and its first bytes`() {
        let entry = QuarantineDetail(
            dot: "a/b:2", reason: "the kind\u{1B} is unknown", cause: "unreadable", bytes: 900, hash: "ab",
            start: "00011b" + String(repeating: "41", count: 14))
        let text = QuarantineText.text(entry)
        #expect(text.hasPrefix("a/b:2\n  Why: the kind\\u{1b} is unknown.\n  What to do: upgrade this node"), "\(text)")
        #expect(text.contains("900 bytes, the first 17:\n  0000  00 01 1b 41 41"), "\(text)")
        #expect(text.contains("41  ...AAAAAAAAAAAAA\n  0010  41 ") && text.hasSuffix("  A\n"), "\(text)")
        var withheld = entry
        (withheld.cause, withheld.bytes, withheld.start) = ("withheld", 0, "")
        #expect(QuarantineText.text(withheld).hasSuffix("No bytes of it are here.\n"))
        #expect(QuarantineText.text(withheld).contains("it is asked for the entry"))
    }

    @Test func `An accepted clone says what comes next`() {
        #expect(
            AcceptCloneText.text(AcceptedClones(accepted: 1), gateway: "g\u{1B}").hasPrefix(
                "1 incarnation of g\\u{1b} accepted."))
        #expect(AcceptCloneText.text(AcceptedClones(accepted: 0), gateway: "g").hasSuffix("Nothing was changed.\n"))
        let forgotten = AcceptedClones(accepted: 0, forgotten: 3)
        #expect(
            AcceptCloneText.text(forgotten, gateway: "g\n", forgetting: true).hasPrefix(
                "3 incarnations of g\\u{a} without"))
    }

    @Test(arguments: [
        (NodeStatus.DiskStage.photosRefused, "no space for photos"),
        (.ordinaryRefused, "space for urgent reports only"),
        (.peersWait, "space for urgent reports from this station only"), (.urgentRefused, "no space for reports"),
    ])
    func `A status shows corruption, entries kept apart, a full disk and a clone`(
        stage: NodeStatus.DiskStage, room: String
    ) {
        var peer = NodeStatus.PeerState(node: "b", name: "gw")
        peer.isCloneWaiting = true
        var status = NodeStatus(
            node: "a", name: "c", role: .central, incarnation: "i", version: "1", uptimeSeconds: 1, now: "T",
            journal: .init(
                reports: 2, reportsInConflict: 0, entriesQuarantined: 3, fileBytes: 1, head: 2, receipt: 0),
            peers: [peer], alarms: [])
        status.journal.entriesCorrupt = 1
        status.journal.orphans = 4
        status.journal.diskStage = stage
        let text = StatusText.text(status)
        let journal = "2 reports, 3 entries quarantined (1 corrupt), 4 kept apart, 2 entries written here, 1 B"
        #expect(text.contains("\n\(journal), \(room)\n"))
        #expect(text.contains("gw       b     down, clone waits"))
    }

    @Test(
        arguments: [
            ("2018-05-01T00:30:00.000Z", 100, "2018-05-01T00:30:00.000Z"),
            ("2018-05-01T00:30:00.000Z", 99, "2018-05-01T00:30:00.100Z ±99 ms"),
            ("1970-01-01T00:00:00.000Z", 10_001, "2018-05-01T00:30:00.100Z ±11 s"),
            (nil, 5, "2018-05-01T00:30:00.100Z ±5 ms"),
        ] as [(String?, Int64, String)])
    func `A time is corrected when the clock was wrong by more than the measurement error`(
        at: String?, uncertainty: Int64, shown: String
    ) {
        var entry: [String: JSONValue] = [
            "fields": .object(["grid": .text("1")]), "node": .text("n"),
            "corrected_at": .text("2018-05-01T00:30:00.100Z"), "corrected_uncertainty_ms": .integer(uncertainty),
        ]
        if let at { entry["at"] = .text(at) }
        let text = ReportText.text(.object(["id": .text("1"), "history": .list([.object(entry)])]))
        #expect(text.hasSuffix("  \(shown) at n  grid=1\n"), "\(text)")
    }
}
