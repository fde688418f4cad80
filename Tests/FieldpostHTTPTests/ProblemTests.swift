import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import FieldpostHTTP

@Suite struct ProblemTests {
    struct Case: CustomTestStringConvertible {
        let body: String
        let status: Int
        let problem: String
        var pointer: String?
        var testDescription: String { body }

        init(_ body: String, _ status: Int, _ problem: String, at pointer: String? = nil) {
            self.body = body
            self.status = status
            self.problem = problem
            self.pointer = pointer
        }
    }

    static let creations = [
        Case("{", 400, "malformed-json"),
        Case("", 400, "malformed-json"),
        // What Foundation's decoder ignores, because nothing reads these values.
        Case(#"{"d": "0\u4e2\", "teauthoxt": "\}4e2d", "]t_xt": ""}"#, 400, "malformed-json"),
        Case(#"{"d": "\q"}"#, 400, "malformed-json"),
        Case("[]", 400, "malformed-json"),
        Case(#""text""#, 400, "malformed-json"),
        Case(#"{"channel": "app", "colour": 1}"#, 400, "unknown-key", at: "/colour"),
        Case(
            #"{"channel": "app", "location": {"lat": 1, "lon": 2, "alt/~": 3}}"#, 400, "unknown-key",
            at: "/location/alt~1~0"),
        Case(#"{"channel": "app", "grid": "1", "grid": "2"}"#, 400, "malformed-json", at: "/grid"),
        Case(#"{"channel": "app", "grid": "1", "gr\u0069d": "2"}"#, 400, "malformed-json", at: "/grid"),
        Case(
            #"{"channel": "app", "location": {"lat": 1, "lon": 2, "lat": 3}, "text": "{\"a\":1,\"a\":2}"}"#, 400,
            "malformed-json", at: "/location/lat"),
        Case("{}", 422, "invalid-value", at: "/channel"),
        Case(#"{"channel": "fax"}"#, 422, "invalid-value", at: "/channel"),
        Case(#"{"channel": null}"#, 422, "invalid-value", at: "/channel"),
        Case(#"{"channel": "app", "id": "17"}"#, 422, "invalid-value", at: "/id"),
        Case(#"{"channel": "app", "priority": "high"}"#, 422, "invalid-value", at: "/priority"),
        Case(#"{"channel": "app", "text": 5}"#, 422, "invalid-value", at: "/text"),
        Case(#"{"channel": "app", "text": "\ud800"}"#, 422, "invalid-value", at: "/text"),
        Case(#"{"channel": "app", "text": true}"#, 422, "invalid-value", at: "/text"),
        Case(#"{"channel": "app", "category": ""}"#, 422, "invalid-value", at: "/category"),
        Case(#"{"channel": "app", "grid": "a\u0000"}"#, 422, "invalid-value", at: "/grid"),
        Case(
            #"{"channel": "app", "device": "\#(String(repeating: "字", count: 86))"}"#, 422, "invalid-value",
            at: "/device"),
        Case(
            #"{"channel": "app", "text": "\#(String(repeating: "字", count: 8193))"}"#, 422, "invalid-value",
            at: "/text"),
        Case(#"{"channel": "app", "text": "\#(String(repeating: "a", count: 140_000))"}"#, 413, "too-large"),
    ]

    @Test(arguments: creations) func `an invalid report is refused, and the fault is named`(
        _ example: Case
    ) async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", example.body)
            #expect(answer.status == example.status)
            #expect(answer.problem == example.problem)
            #expect(answer.headers[.contentType] == "application/problem+json")
            #expect(answer["status"] as? Int == example.status)
            #expect(answer.text("errors.0.pointer") == example.pointer)
            #expect(answer.text("detail")?.isEmpty == false)
            #expect(try await api.get("/v1/reports").count("reports") == 0)
        }
    }

    @Test func `a text that looks like a repeated key is not one`() async throws {
        try await withAPI { api in
            let text = #"{\"lat\":1,\"lat\":2} \\"#
            let path = try await api.report(#""text": "\#(text)", "location": {"lat": 1, "lon": 2}, "grid": "lat""#)
            #expect(try await api.get(path).text("fields.text") == #"{"lat":1,"lat":2} \"#)
        }
    }

    @Test func `a body in UTF-16 is refused`() async throws {
        try await withAPI { api in
            let body = #"{"channel": "app"}"#.map { "\u{0}\($0)" }.joined()
            let answer = try await api.post("/v1/reports", body)
            #expect(answer.problem == "malformed-json")
        }
    }

    @Test(arguments: [
        "application/json;charset=utf-8", "Application/JSON; Charset=\"UTF-8\"", "application/json ; charset=UTF-8",
    ])
    func `UTF-8 may be named in both forms`(type: String) async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", #"{"channel": "app"}"#, ["Content-Type": type])
            #expect(answer.status == 201)
        }
    }

    @Test func `an unknown query parameter is refused by name, and nothing is changed`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let answers = [
                try await api.get(path + "?colour=red"), try await api.get("/healthz?colour"),
                try await api.get("/v1/status?colour="), try await api.patch(path + "?colour=1", #"{"text": "x"}"#),
                try await api.post("/v1/reports?colour=1", #"{"channel": "app"}"#),
                try await api.post(path + "/notes?colour=1", #"{"text": "x"}"#),
            ]
            for answer in answers {
                #expect(answer.status == 400)
                #expect(answer.problem == "bad-query")
                #expect(answer.text("errors.0.parameter") == "colour")
            }
            #expect(try await api.get(path + "?").count("history") == 1)
            #expect(try await api.get("/v1/reports").count("reports") == 1)
        }
    }

    @Test func `the longest texts are accepted`() async throws {
        try await withAPI { api in
            let short = String(repeating: "字", count: 85)
            let long = String(repeating: "字", count: 8192)
            let path = try await api.report(#""device": "\#(short)", "text": "\#(long)""#)
            let shown = try await api.get(path)
            #expect(shown.text("fields.device") == short)
            #expect(shown.text("fields.text") == long)
        }
    }

    @Test func `all faults of a body are named at once`() async throws {
        try await withAPI { api in
            let answer = try await api.post(
                "/v1/reports", #"{"channel": "fax", "priority": 1, "grid": ""}"#)
            #expect(answer.count("errors") == 3)
        }
    }

    @Test func `the answer to malformed JSON names the position, but not the content`() async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", "{\"channel\": \"app\",\n \"text\": 秘密}")
            #expect(answer.text("detail")?.contains("near byte 28") == true)
            #expect(answer.text("detail")?.contains("秘") == false)
        }
    }

    @Test(arguments: [
        Case("{}", 400, "empty-change"), Case(#"{"author": "甲"}"#, 400, "empty-change"),
        Case(#"{"comment": "x"}"#, 400, "empty-change"),
        Case(#"{"comment": "x", "text": "y"}"#, 422, "invalid-value", at: "/comment"),
        Case(#"{"id": "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"}"#, 400, "unknown-key", at: "/id"),
        Case(#"{"author": null, "text": "y"}"#, 422, "invalid-value", at: "/author"),
    ])
    func `an edit that changes nothing or is invalid is refused`(_ example: Case) async throws {
        try await withAPI { api in
            let path = try await api.report()
            let answer = try await api.patch(path, example.body)
            #expect(answer.status == example.status)
            #expect(answer.problem == example.problem)
            #expect(answer.text("errors.0.pointer") == example.pointer)
            #expect(try await api.get(path).count("history") == 1)
        }
    }

    @Test(arguments: [
        Case("{}", 422, "invalid-value", at: "/text"), Case(#"{"text": ""}"#, 422, "invalid-value", at: "/text"),
        Case(#"{"text": null}"#, 422, "invalid-value", at: "/text"),
        Case(#"{"note": "x"}"#, 400, "unknown-key", at: "/note"),
    ])
    func `a note without text is refused`(_ example: Case) async throws {
        try await withAPI { api in
            let path = try await api.report()
            let answer = try await api.post(path + "/notes", example.body)
            #expect(answer.status == example.status)
            #expect(answer.problem == example.problem)
            #expect(answer.text("errors.0.pointer") == example.pointer)
        }
    }

    @Test func `missing reports are not found`() async throws {
        try await withAPI { api in
            let path = "/v1/reports/0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"
            let answers = [
                try await api.get(path), try await api.patch(path, #"{"text": "x"}"#),
                try await api.post(path + "/notes", #"{"text": "x"}"#),
            ]
            for answer in answers {
                #expect(answer.status == 404)
                #expect(answer.problem == "unknown-report")
            }
            #expect(try await api.get("/v1/reports/17").problem == "bad-id")
            let nowhere = try await api.get("/v2/reports")
            #expect(nowhere.status == 404)
            #expect(nowhere.problem == "not-found")
        }
    }

    @Test func `an unsupported method is answered with the supported ones`() async throws {
        try await withAPI { api in
            let answer = try await api.send(.delete, "/v1/reports", nil)
            #expect(answer.status == 405)
            #expect(answer.problem == "method-not-allowed")
            #expect(answer.headers[.allow] == "GET, HEAD, POST")
            let query = try #require(HTTPRequest.Method("QUERY"))
            #expect(try await api.send(query, "/healthz", nil).status == 405)
            #expect(try await api.send(.head, "/healthz", nil).status == 200)
        }
    }

    @Test(arguments: [nil, "text/plain", "application/json; charset=gbk", "application/jsonp"])
    func `a body that is not declared as JSON is refused`(type: String?) async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", #"{"channel": "app"}"#, ["Content-Type": type ?? ""])
            #expect(answer.status == 415)
            #expect(answer.problem == "unsupported-media-type")
            #expect(answer.headers[.accept] == "application/json")
        }
    }

    @Test(arguments: [
        ("If-Match", "x"), ("If-Match", "\"x\""), ("If-Match", ""),
        ("Idempotency-Key", ""), ("Idempotency-Key", "\"\""), ("Idempotency-Key", "\"a"), ("Idempotency-Key", "a\"b"),
        ("Idempotency-Key", "a b"), ("Idempotency-Key", String(repeating: "a", count: 201)),
    ])
    func `an invalid header field is refused`(name: String, value: String) async throws {
        try await withAPI { api in
            let path = try await api.report()
            let answer = try await api.patch(path, #"{"text": "二"}"#, [name: value])
            #expect(answer.status == 400)
            #expect(answer.problem == "bad-header")
            #expect(try await api.get(path).count("history") == 1)
        }
    }

    @Test func `a closed journal is unhealthy, refuses writes, and says what is safe`() async throws {
        try await withAPI { api in
            #expect(try await api.get("/healthz").status == 200)
            try await api.node.journal.close()
            let answer = try await api.post("/v1/reports", #"{"channel": "app"}"#)
            #expect(answer.status == 503)
            #expect(answer.problem == "journal-failed")
            #expect(answer.text("detail")?.contains("safe") == true)
            #expect(try await api.get("/healthz").status == 503)
        }
    }

    @Test func `a full disk is answered so that a client waits`() throws {
        let response = Response(try Answer(Problem(JournalError.full)))
        #expect(response.status.code == 507)
        #expect(response.headers[.retryAfter] == "60")
    }

    @Test func `the status is served`() async throws {
        try await withAPI { api in
            let answer = try await api.get("/v1/status")
            #expect(answer.status == 200)
            #expect(answer.text("name") == TestNode.gateway)
        }
    }
}
