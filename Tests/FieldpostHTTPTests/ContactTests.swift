import FaultDisk
import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import Testing
import TestKit

@testable import FieldpostHTTP

/// Contact data of reporters through the API: sealed before it is stored, and opened by few.
@Suite(.timeLimit(.minutes(5))) struct ContactTests {
    private static let phone = "13800138000"
    private static let contact = #""contact": {"name": "李阿姨", "phone": "\#(phone)"}"#
    private static let id = "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"
    private static let body = #"{"id": "\#(id)", "channel": "suishoupai", "text": "漏水", \#(contact)}"#

    /// A central node that has a sealing key.
    private func withKey(_ body: @escaping @Sendable (API) async throws -> Void) async throws {
        let disk = FaultDisk(seed: 1)
        var node = try TestNode(.central, on: disk)
        let keys = NSTemporaryDirectory() + "fieldpost-keys-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: keys) }
        let key = try SealingPrivateKey.create(in: keys)
        node.opener = key
        let setting = try #require(CentralSetting(name: CentralSetting.sealingKey, text: key.sealingKey.text))
        _ = try await node.journal.keep(setting, replacing: nil, author: "operator", stamp: node.stamp())
        try await node.centralSettings.refresh()
        try await withAPI(of: node) { api in try await body(api) }
    }

    private func entries(of api: API) async throws -> [Entry] {
        let id = try #require(ReportID(text: Self.id))
        return try #require(try await api.node.journal.report(id)).history
    }

    @Test func `without a sealing key the request is refused, and nothing of it is stored`() async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", Self.body)
            #expect(answer.status == 503 && answer.problem == "no-sealing-key" && answer.headers[.retryAfter] != nil)
            #expect(answer.text("detail")?.contains("without `contact`") == true)
            #expect(try await api.get("/v1/reports/" + Self.id).status == 404)
            let without = Self.body.replacing(", " + Self.contact, with: "")
            #expect(try await api.post("/v1/reports", without).status == 201)
        }
    }

    @Test func `it is sealed in an entry of its own, once, and no view, list or repeat tells it`() async throws {
        try await withKey { api in
            for _ in 0..<3 {
                let answer = try await api.post("/v1/reports", Self.body)
                #expect(answer.status == 201 && !"\(answer.body)".contains(Self.phone))
            }
            let entries = try await entries(of: api)
            #expect(entries.count == 2 && entries[0].change.fields[.contact] == nil)
            guard case .text(let text) = entries[1].change.fields[.contact] else {
                Issue.record("no contact")
                return
            }
            #expect(SealedContact(text: text) != nil)
            let path = "/v1/reports/" + Self.id
            for view in [path, path + "/history", path + "/case", "/v1/reports", "/v1/tasks"] {
                let said = "\(try await api.get(view).body)"
                for secret in [Self.phone, "李阿姨", String(text.suffix(99))] {
                    #expect(!said.contains(secret), "\(view)")
                }
            }
            #expect(try await api.get(path).text("fields.contact") == "sealed")
            #expect(try await api.get(path)["conflict"] as? Bool == false)
            // The report was made elsewhere before its contact came here: then it is added.
            let id = "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b06"
            let other = Self.body.replacing(Self.id, with: id)
            let first = other.replacing(", " + Self.contact, with: "")
            #expect(try await api.post("/v1/reports", first).status == 201)
            #expect(try await api.post("/v1/reports", other).isReplay)
            #expect(try await api.get("/v1/reports/" + id).text("fields.contact") == "sealed")
        }
    }

    @Test func `streams and the fast path seal too`() async throws {
        try await withKey { api in
            let site = try Site(api.node)
            try await Site.with([site]) { places in
                for type in ["application/json", "application/x-ndjson"] {
                    let connection = try RawConnection(to: places[0])
                    let body = Self.body + (type == "application/json" ? "" : "\n")
                    let head =
                        "POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: \(type)\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n"
                    await connection.deliver(Array((head + body).utf8))
                    let answer = try #require(await connection.answer())
                    #expect(answer.status == (type == "application/json" ? 201 : 200))
                    #expect(!answer.body.contains(Self.phone))
                }
            }
            #expect(site.ordinary.value == 1, "the stream alone")
            #expect(try await entries(of: api).count == 2)
        }
    }

    @Test func `a form may have it in parts`() async throws {
        try await withKey { api in
            let parts = [
                ("id", Self.id), ("channel", "suishoupai"), ("contact_name", "李阿姨"), ("contact_phone", Self.phone),
            ]
            let form =
                parts.map { "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n" }.joined()
                + "--b--\r\n"
            let answer = try await api.send(
                .post, "/v1/reports", form, ["Content-Type": "multipart/form-data; boundary=b"])
            #expect(answer.status == 201, "\(answer.body)")
            let opened = try await api.send(.post, "/v1/reports/\(Self.id)/contact", nil)
            #expect(opened.text("contacts.0.phone") == Self.phone)
        }
    }

    @Test func `values that do not fit are refused`() async throws {
        try await withKey { api in
            for contact in [
                "{}", #"{"name": ""}"#, #"{"name": 1}"#, #"{"phone": "1", "mail": "x"}"#, "null", #""13800138000""#,
                #"{"phone": "\#(String(repeating: "1", count: 33))"}"#,
                #"{"name": "\#(String(repeating: "长", count: 33))"}"#,
            ] {
                let answer = try await api.post("/v1/reports", #"{"channel": "suishoupai", "contact": \#(contact)}"#)
                #expect([400, 422].contains(answer.status), "\(contact)")
                #expect(!"\(answer.body)".contains("13800138000"), "\(contact)")
            }
            let path = try await api.report()
            #expect(try await api.patch(path, "{\(Self.contact)}").status == 400)
        }
    }

    @Test func `opening is recorded before it answers, and only for reports that have it`() async throws {
        try await withKey { api in
            _ = try await api.post("/v1/reports", Self.body)
            let before = try await api.node.journal.auditEvents(limit: 99).count
            let opened = try await api.send(.post, "/v1/reports/\(Self.id)/contact", nil)
            #expect(opened.status == 200 && opened.headers[.cacheControl] == "no-store")
            #expect(opened.text("contacts.0.name") == "李阿姨" && opened.text("contacts.0.phone") == Self.phone)
            let events = try await api.node.journal.auditEvents(limit: 99)
            #expect(events.count == before + 1 && events.contains { $0.account.contains(Self.id) })
            #expect(!"\(events)".contains(Self.phone))
            let none = try await api.report()
            #expect(try await api.send(.post, none + "/contact", nil).problem == "no-contact")
            #expect(try await api.send(.post, "/v1/reports/\(UUID())/contact", nil).status == 404)
            #expect(try await api.node.journal.auditEvents(limit: 99).count == before + 1)
        }
        try await withAPI { gateway in
            let path = try await gateway.report()
            #expect(try await gateway.send(.post, path + "/contact", nil).problem == "not-central")
        }
    }

    @Test func `nothing is opened where the look cannot be recorded`() async throws {
        try await withKey { api in
            _ = try await api.post("/v1/reports", Self.body)
            try await api.node.journal.close()
            let answer = try await api.send(.post, "/v1/reports/\(Self.id)/contact", nil)
            #expect(answer.status >= 500 && !"\(answer.body)".contains(Self.phone))
        }
    }
}
