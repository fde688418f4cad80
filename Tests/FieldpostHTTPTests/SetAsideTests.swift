import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostStore
import Foundation
import HTTPTypes
import Testing

/// A wrong measurement of a device costs the measurement, not the report.
@Suite struct SetAsideTests {
    @Test(arguments: [
        (#"{"lat": 22.5, "lon": 114, "accuracy": -1}"#, "location.accuracy", "-1", true),
        (#"{"lat": 22.5, "lon": 114, "accuracy": 0}"#, "location.accuracy", "0", true),
        (#"{"lat": 22.5, "lon": 114, "accuracy": 1e9}"#, "location.accuracy", "1000000000", true),
        (#"{"lat": 22.5, "lon": 114, "accuracy": 1e999}"#, "location.accuracy", "1e999", true),
        (#"{"lat": 22.5, "lon": 114, "accuracy": "NaN"}"#, "location.accuracy", "NaN", true),
        (#"{"lat": 22.5, "lon": 114, "accuracy": null}"#, "location.accuracy", "<null>", true),
        (#"{"lat": 22.5, "lon": 114, "accuracy": 0.001}"#, "location.accuracy", "0.001", true),
        (#"{"lat": 22.5}"#, "location", "lat", false), (#"{"lat": 90.1, "lon": 2}"#, "location", "lat", false),
        (#"{"lat": 1, "lon": -181, "accuracy": 5}"#, "location", "accuracy", false),
        (#"{"lat": true, "lon": 2}"#, "location", "lat", false),
        (#"{"lat": "22.5", "lon": "114"}"#, "location", "lon", false),
        (#"{"lat": 1, "lon": 1e999}"#, "location", "1e999", false),
        (#"{"lat": 1, "lon": 2, "datum": "x"}"#, "location", "datum", false), ("5", "location", "5", false),
        ("null", "location", "<null>", false), (#""22.5,114""#, "location", "22.5,114", false),
        ("{}", "location", "[:]", false),
    ])
    func `an impossible location is kept in set_aside`(
        given: String, name: String, raw: String, hasPlace: Bool
    ) async throws {
        try await withAPI { api in
            let path = try await api.report(#""text": "井盖缺损", "location": \#(given)"#)
            for shown in [try await api.get(path), try await api.get("/v1/reports")] {
                let fields = (shown["fields"] ?? shown["reports.0.fields"]) as? [String: Any]
                #expect(fields?["text"] as? String == "井盖缺损")
                #expect((fields?["location"] != nil) == hasPlace)
                #expect((fields?["location"] as? [String: Any])?["accuracy"] == nil)
                let aside = try #require(fields?["set_aside"] as? [String: Any])
                #expect(Array(aside.keys) == [name])
                let value = try #require(aside[name])
                #expect("\(value)".contains(raw), "\(aside)")
            }
        }
    }

    @Test(arguments: [
        #""today""#, #""2018-05-01 08:30""#, "1525134600", "null", #""2018-13-01T00:00:00Z""#, #""""#, "true", "{}",
    ])
    func `an invalid time is kept in set_aside`(given: String) async throws {
        try await withAPI { api in
            let path = try await api.report(#""captured_at": \#(given)"#)
            let shown = try await api.get(path)
            #expect(shown["fields.captured_at"] == nil)
            #expect((shown["fields.set_aside"] as? [String: Any])?["captured_at"] != nil)
        }
    }

    @Test func `set_aside is always the same, is merged as a field, and can be removed`()
        async throws
    {
        try await withAPI { api in
            let body = """
                {"id": "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05", "channel": "app", "captured_at": 0,
                "location": {"accuracy": -1, "lon": 2, "lat": 1}}
                """
            let made = try await api.post("/v1/reports", body)
            let again = try await api.post("/v1/reports", body)
            #expect(made.status == 201 && again.isReplay && again.tag == made.tag)
            let path = try #require(made.headers[.location])
            let id = try #require(ReportID(text: made.text("id") ?? ""))
            let held = try #require(try await api.node.journal.report(id))
            #expect(
                held.fields[.setAside]?.winner.value == .text(#"{"captured_at":0,"location.accuracy":-1}"#))
            #expect(try await api.patch(path, #"{"set_aside": {"a": 1}}"#).status == 422)
            #expect(try await api.post("/v1/reports", #"{"channel": "app", "set_aside": {}}"#).status == 400)
            #expect(try await api.patch(path, #"{"set_aside": null}"#).status == 200)
            #expect(try await api.get(path)["fields.set_aside"] == nil)
        }
    }

    @Test func `set_aside is not used for a valid report, and is bounded for an invalid one`()
        async throws
    {
        try await withAPI { api in
            let path = try await api.report(#""location": {"lat": 1, "lon": 2, "accuracy": 0.01}"#)
            #expect(try await api.get(path)["fields.set_aside"] == nil)
            let long = String(repeating: "9", count: 5_000)
            let refused = try await api.post("/v1/reports", #"{"channel": "app", "location": "\#(long)"}"#)
            #expect(refused.status == 422)
            #expect(refused.text("errors.0.pointer") == "/location")
            // A misspelled key would be lost without notice.
            let unknown = try await api.post(
                "/v1/reports", #"{"channel": "app", "location": {"lat": 1, "lon": 2, "acuracy": 3}}"#)
            #expect(unknown.problem == "unknown-key")
        }
    }

    @Test func `an edit with an impossible location is refused, so that its author sees the fault`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            #expect(try await api.patch(path, #"{"location": {"lat": 1, "lon": 2, "accuracy": -1}}"#).status == 422)
            #expect(try await api.patch(path, #"{"captured_at": "today"}"#).status == 422)
        }
    }
}
