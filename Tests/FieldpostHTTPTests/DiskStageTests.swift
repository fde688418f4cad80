import FaultDisk
import FieldpostCore
import FieldpostHTTP
import HTTPTypes
import Testing

/// The answers that clients get while the disk fills up.
@Suite struct DiskStageTests {
    private static let ordinary = #"{"channel": "app", "text": "x"}"#
    private static let urgent = #"{"channel": "app", "text": "x", "priority": "urgent"}"#

    @Test func `ordinary reports are refused first, urgent ones last, and none when there is room`() async throws {
        let disk = FaultDisk(seed: 1)
        try await withAPI(of: try TestNode(on: disk)) { api async throws in
            #expect(try await api.get("/healthz").status == 200)

            disk.leave(Limits.photosFreeBytes)
            #expect(try await api.get("/healthz").status == 200)
            #expect(try await api.post("/v1/reports", Self.ordinary).status == 201)

            disk.leave(Limits.ordinaryFreeBytes)
            let refused = try await api.post("/v1/reports", Self.ordinary)
            try Self.expectFull(refused, saying: "set the priority to urgent are still accepted")
            #expect(try await api.post("/v1/reports", Self.urgent).status == 201)
            try Self.expectUnhealthy(try await api.get("/healthz"), saying: "urgent are still accepted")

            disk.leave(Limits.urgentFreeBytes)
            let last = try await api.post("/v1/reports", Self.urgent)
            try Self.expectFull(last, saying: "in another way")
            #expect(last.text("detail")?.contains("still accepted") == false)
            try Self.expectUnhealthy(try await api.get("/healthz"), saying: "in another way")
            #expect(try await api.get("/v1/reports").count("reports") == 2)

            disk.capacityBytes = .max
            #expect(try await api.get("/healthz").status == 200)
            #expect(try await api.post("/v1/reports", Self.ordinary).status == 201)
        }
    }

    private static func expectFull(_ answer: API.Answer, saying text: String) throws {
        #expect(answer.status == 507 && answer.problem == "disk-full")
        #expect(answer.headers[.retryAfter] == "60")
        let detail = try #require(answer.text("detail"))
        #expect(detail.contains(text) && detail.contains("Everything accepted before is safe"))
        #expect(detail.contains("with the same key"))
    }

    private static func expectUnhealthy(_ answer: API.Answer, saying text: String) throws {
        #expect(answer.status == 503 && answer.problem == "refusing-reports")
        #expect(answer.headers[.retryAfter] == "60")
        #expect(try #require(answer.text("detail")).contains(text))
    }
}

extension FaultDisk {
    /// Leaves less free room than a limit requires. Pages that migrations freed count as room for reports.
    fileprivate func leave(_ bytes: Int) { capacityBytes = usedBytes + bytes - 512 * 1024 }
}
