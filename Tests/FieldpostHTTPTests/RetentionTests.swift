import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import HTTPTypes
import Testing

@testable import FieldpostHTTP

/// What a client learns about a report that a gateway has pruned.
@Suite struct RetentionTests {
    private static let central = Origin(node: NodeID(publicKey: [9]), incarnation: Incarnation(9))

    /// Central has held everything for long enough.
    private static func prune(_ journal: any Store) async throws {
        _ = try await journal.compare([try await journal.head()], proofs: [:], with: central)
        for _ in 0..<2 { try await journal.rest(for: 1, with: central, keeping: 1) }
        #expect(try await journal.prune(keeping: 1, with: central).reports > 0)
    }

    @Test func `it is missing in reads and listings, and a repeated change is acknowledged again`() async throws {
        let node = try TestNode(on: FaultDisk(seed: 1))
        try await withAPI(of: node) { api async throws in
            let body = #"{"channel": "terminal", "text": "旧"}"#
            let made = try await api.post("/v1/reports", body, ["Idempotency-Key": "one"])
            let path = try #require(made.headers[.location])
            let edit = #"{"stage": "closed"}"#
            #expect(try await api.patch(path, edit, ["Idempotency-Key": "two"]).status == 200)
            try await Self.prune(node.journal)

            let gone = try await api.get(path)
            #expect(gone.status == 410 && gone.problem == "not-kept")
            #expect(try await api.get("/v1/reports").count("reports") == 0)
            #expect(try await api.get("/v1/reports?grid=x").count("reports") == 0)
            let again = try await api.post("/v1/reports", body, ["Idempotency-Key": "one"])
            #expect(again.status == 201 && again.isReplay && again.headers[.location] == path)
            #expect(again["pruned"] as? Bool == true && path.hasSuffix(again.text("id") ?? "none"))
            let edited = try await api.patch(path, edit, ["Idempotency-Key": "two"])
            #expect(edited.status == 200 && edited.isReplay)
            let other = try await api.post(
                "/v1/reports", #"{"channel": "terminal", "id": "\#(ReportID.random())"}"#, ["Idempotency-Key": "one"])
            #expect(other.status == 409 && other.problem == "key-reused")
            #expect(try await node.journal.head().seq == 2)
        }
    }

    @Test func `an edit with the last seen version is accepted, and replaces its values`() async throws {
        let node = try TestNode(on: FaultDisk(seed: 2))
        try await withAPI(of: node) { api async throws in
            let path = try await api.report()
            let tag = try await api.get(path).tag
            try await Self.prune(node.journal)
            let edited = try await api.patch(path, #"{"text": "新"}"#, ["If-Match": tag])
            #expect(edited.status == 200)
            let report = try await api.get(path)
            #expect(report.status == 200 && report.count("gaps") == 1, "until central gives the rest back")
            #expect(report.text("fields.text") == "新")
            let run = try await node.journal.run(of: node.journal.origin, after: 1, limit: RunLimit())
            let entry = try #require(run).sealedEntry
            #expect(entry?.previousSeq == 1 && entry?.context[node.journal.origin] == 1 && entry?.depth == 2)
        }
    }
}

extension EntryRun {
    /// Its first entry.
    fileprivate var sealedEntry: Entry? {
        if case .bytes(let bytes) = entries.first {
            EntryCodec().open(bytes, at: Dot(origin, firstSeq)).entry
        } else {
            nil
        }
    }
}
