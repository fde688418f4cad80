import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite struct CreationTests {
    private static let id = "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"
    private static let whole = """
        {"id": "\(id)", "channel": "suishoupai", "category": "AQ03", "text": "消防通道被占用\\n请尽快处理",
         "location": {"lat": 22.6312345, "lon": 114.0712345, "datum": "gcj02", "accuracy": 12.5},
         "captured_at": "2018-05-01T08:30:00.25+08:00", "device": "T-17", "reporter": "王敏", "priority": "urgent",
         "grid": "BT-03", "stage": "accepted", "department": "坂田街道消防安全委员会办公室"}
        """

    @Test func `a report is shown exactly as it was sent`() async throws {
        try await withAPI { api in
            let made = try await api.post("/v1/reports", Self.whole)
            #expect(made.status == 201)
            #expect(made.headers[.location] == "/v1/reports/\(Self.id)")
            let shown = try await api.get("/v1/reports/\(Self.id)")
            #expect(shown.status == 200)
            #expect(shown.tag == made.tag)
            for answer in [made, shown] {
                #expect(answer.text("id") == Self.id)
                #expect(answer.text("fields.channel") == "suishoupai")
                #expect(answer.text("fields.text") == "消防通道被占用\n请尽快处理")
                #expect(answer["fields.location.lat"] as? Double == 22.6312345)
                #expect(answer["fields.location.lon"] as? Double == 114.0712345)
                #expect(answer.text("fields.location.datum") == "gcj02")
                #expect(answer["fields.location.accuracy"] as? Double == 12.5)
                #expect(answer.text("fields.captured_at") == "2018-05-01T00:30:00.250Z")
                #expect(answer.text("fields.priority") == "urgent")
                #expect(answer.text("labels.category.major.zh") == "安全")
                #expect(answer.text("labels.stage.zh") == "受理")
                #expect(answer["conflict"] as? Bool == false)
                #expect(answer.count("siblings") == 0)
                #expect(answer.text("history.0.author") == "王敏")
                #expect(answer.text("history.0.node") == api.node.journal.origin.node.description)
                #expect(answer["history.0.seq"] as? Int == 1)
                #expect(answer.text("history.0.at") == "2018-05-01T00:30:00.000Z")
            }
        }
    }

    @Test func `no report has the id of zeros, which means no report`() async throws {
        try await withAPI { api in
            let zeros = "00000000-0000-0000-0000-000000000000"
            let refused = try await api.post("/v1/reports", #"{"id": "\#(zeros)", "channel": "app"}"#)
            #expect(refused.status == 422)
            let made = try await api.post("/v1/reports", #"{"channel": "app"}"#, ["Idempotency-Key": zeros])
            #expect(made.status == 201)
            #expect(made.text("id") != zeros)
            let again = try await api.post("/v1/reports", #"{"channel": "app"}"#, ["Idempotency-Key": zeros])
            #expect(again.isReplay && again.text("id") == made.text("id"))
        }
    }

    @Test func `repeating a creation creates nothing and gives the same answer`() async throws {
        try await withAPI { api in
            for headers in [[:], ["Idempotency-Key": "terminal-17"]] {
                let body = headers.isEmpty ? Self.whole : #"{"channel": "app", "text": "井盖缺损"}"#
                let first = try await api.post("/v1/reports", body, headers)
                let again = try await api.post("/v1/reports", body, headers)
                #expect(first.status == 201)
                #expect(again.status == 201)
                #expect(again.text("id") == first.text("id"))
                #expect(again.tag == first.tag)
                #expect(again.count("history") == 1)
                #expect(!first.isReplay)
                #expect(again.isReplay)
            }
            let list = try await api.get("/v1/reports")
            #expect(list.count("reports") == 2)
        }
    }

    @Test func `a key or an id used again for another change is refused, and the first change stays`() async throws {
        try await withAPI { api in
            let key = ["Idempotency-Key": "\"9f0b3c52-6a0e-4d53-8a70-0d8f6e1c2b3a\""]
            let first = try await api.post("/v1/reports", #"{"channel": "app", "text": "一"}"#, key)
            #expect(first.text("id") == "9f0b3c52-6a0e-4d53-8a70-0d8f6e1c2b3a")
            let other = try await api.post("/v1/reports", #"{"channel": "app", "text": "二"}"#, key)
            #expect(other.status == 409)
            #expect(other.problem == "key-reused")

            _ = try await api.post("/v1/reports", Self.whole)
            let same = try await api.post("/v1/reports", #"{"id": "\#(Self.id)", "channel": "app"}"#)
            #expect(same.problem == "key-reused")
            let exists = try await api.post(
                "/v1/reports", #"{"id": "\#(Self.id)", "channel": "app"}"#, ["Idempotency-Key": "k2"])
            #expect(exists.status == 409)
            #expect(exists.problem == "report-exists")
            let shown = try await api.get("/v1/reports/\(Self.id)")
            #expect(shown.text("fields.channel") == "suishoupai")
        }
    }

    @Test func `a code that is missing in the taxonomy is kept and shown as unknown`() async throws {
        try await withAPI { api in
            let path = try await api.report(#""category": "ZZ99", "stage": "teleported""#)
            let shown = try await api.get(path)
            #expect(shown.text("fields.category") == "ZZ99")
            #expect(shown["labels.category.known"] as? Bool == false)
            #expect(shown["labels.category.zh"] == nil)
            #expect(shown["labels.stage.known"] as? Bool == false)
        }
    }

    @Test func `numbers are kept to seven decimals`() async throws {
        try await withAPI { api in
            let examples = [
                ("-90", -90.0), ("0.1", 0.1), ("22.00000004", 22.0), ("1e1", 10), ("89.9999999", 89.9999999),
            ]
            for (given, kept) in examples {
                let path = try await api.report(#""location": {"lat": \#(given), "lon": 180}"#)
                let shown = try await api.get(path)
                #expect(shown["fields.location.lat"] as? Double == kept)
                #expect(shown.text("fields.location.datum") == "wgs84")
                #expect(shown["fields.location.accuracy"] == nil)
            }
        }
    }
}
