import FieldpostAPI
import FieldpostClient
import FieldpostCore
import Foundation
import NIOHTTP1
import TestKit
import Testing

@testable import fieldpost

@Suite struct ClientTests {
    @Test func `A resync names its gateway in the path, and what to do in the query`() async throws {
        let directory = try TemporaryDirectory()
        let socket = "\(directory.path)/admin.sock"
        let job = ResyncJob(
            number: 3, gateway: "东站 & 1", node: "ab", mode: .repair, author: "root", created: "2026-11-30T08:00:00Z",
            rate: 4096)
        let text = String(bytes: try JSONEncoder().encode(job), encoding: .utf8) ?? ""
        let server = try await ScriptedServer(socket: socket) { _, _ in .init(body: text) }
        let client = FieldpostClient(socket: socket)
        #expect(try await client.resync(gateway: "东站 & 1/x", mode: .repair, rate: 4096).value == job)
        #expect(try await client.job(3).value == job)
        let path = "/v1/gateways/%E4%B8%9C%E7%AB%99%20%26%201%2Fx/resync?mode=repair&rate=4096"
        #expect(server.requests.map(\.path) == [path, "/v1/jobs/3"])
    }

    @Test(arguments: [("100k", 102_400), ("2M", 2_097_152), ("1024", 1024), ("0", nil), ("k", nil), ("1.5M", nil)])
    func `A rate is a number of bytes with a unit`(text: String, bytes: Int?) {
        #expect(ResyncCommand.bytes(text) == bytes)
    }

    @Test func `A daemon that is not there is said so, with what to do`() async throws {
        let client = FieldpostClient(socket: "/nowhere/admin.sock")
        let error = await #expect(throws: ClientError.self) { try await client.status() }
        let failure = DaemonOptions.explained(try #require(error))
        #expect(failure.status == .unavailable)
        #expect(
            failure.description
                == "No daemon answers at /nowhere/admin.sock (No such file or directory). Start it with "
                + "`fieldpost gateway` or `fieldpost central`, or name its --state-directory. "
                + "Only the daemon's user and root may use the socket.")
    }

    @Test func `An edit carries the version and the key`() async throws {
        let server = try await ScriptedServer { _, _ in .init(headers: [("ETag", "\"v2\"")], body: #"{"id":"x"}"#) }
        let client = try FieldpostClient(at: "http://127.0.0.1:\(server.port)/")
        let (id, key) = (ReportID(1), EntryID(2))
        let edit = ReportEdit(fields: ["stage": .text("closed"), "grid": .null], version: "\"v1\"", key: key)
        let answer = try await client.patch(id, edit)
        #expect(answer.version == "\"v2\"" && !answer.isReplay)
        let request = try #require(server.requests.first)
        #expect(request.method == .PATCH && request.path == "/v1/reports/\(id)")
        #expect(request.headers.first(name: "If-Match") == "\"v1\"")
        #expect(request.headers.first(name: "Idempotency-Key") == key.description)
        #expect(request.body == #"{"grid":null,"stage":"closed"}"#)
    }

    @Test func `A note goes to its report`() async throws {
        let server = try await ScriptedServer { _, _ in .init(status: .created, body: #"{"id":"x"}"#) }
        let client = try FieldpostClient(at: "127.0.0.1:\(server.port)")
        _ = try await client.note(ReportID(1), ReportNote(text: "已到场", author: "王"))
        let request = try #require(server.requests.first)
        #expect(request.method == .POST && request.path == "/v1/reports/\(ReportID(1))/notes")
        #expect(request.body == #"{"author":"王","text":"已到场"}"#)
    }

    @Test(arguments: ["", "ftp://h:1", "http://", "a b"])
    func `An address that is none is refused`(text: String) {
        #expect(throws: ClientError.badAddress(text)) { try FieldpostClient(at: text) }
    }

    @Test func `A report in conflict shows what stands side by side, Chinese names first`() throws {
        let json = """
            {"id":"00000000-0000-0000-0000-000000000001","conflict":true,
             "fields":{"category":"SZ01","text":"井盖松动","stage":"closed","extra":"1"},
             "labels":{"category":{"code":"SZ01","known":true,"zh":"井盖缺损","en":"Manhole cover missing or damaged",
                                   "major":{"code":"SZ","zh":"市政","en":"Municipal facilities"}},
                       "stage":{"code":"closed","known":true,"zh":"结案","en":"Closed"}},
             "siblings":{"stage":[
                {"value":"closed","label":{"code":"closed","zh":"结案","en":"Closed"},
                 "author":"李","node":"aaaaaaaaaaaa","at":"T1"},
                {"value":"returned","label":{"code":"returned","zh":"退回","en":"Returned"},
                 "node":"bbbbbbbbbbbb","at":"T2"}]},
             "notes":[{"text":"已到场","author":"王","node":"aaaaaaaaaaaa","at":"T3"}],
             "traces":[],"attachments":[],"gaps":[],
             "history":[{"fields":{"category":"SZ01"},"notes":0,"known":true,"node":"aaaaaaaaaaaa","at":"T0"}]}
            """
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        let expected = """
            00000000-0000-0000-0000-000000000001  in conflict
            类别 category  市政 / 井盖缺损  Manhole cover missing or damaged (SZ01)
            描述 text      井盖松动
            环节 stage     结案  Closed (closed)
                             shown: 结案  Closed (closed)  T1 at aaaaaaaaaa by 李
                             also: 退回  Returned (returned)  T2 at bbbbbbbbbb
            extra          1

            Notes 备注
              T3 at aaaaaaaaaa by 王  已到场

            History 历史
              T0 at aaaaaaaaaa  category=SZ01

            """
        #expect(ReportText.text(report) == expected)
    }

    @Test func `Omitted elements, equal values and unconfirmed entries are shown too`() throws {
        let json = """
            {"id":"1","conflict":true,"fields":{"text":"甲"},
             "siblings":{"text":[
                {"value":"甲","node":"aaaaaaaaaaaa","at":"T1","id_reused":true,
                 "also":[{"node":"cccccccccccc","at":"T3","author":"王"},
                         {"node":"dddddddddddd","at":"T4","id_reused":true}]},
                {"value":"乙","node":"bbbbbbbbbbbb","at":"T2"}]},
             "notes":[{"text":"已到场","node":"aaaaaaaaaaaa","at":"T5","id_reused":true}],
             "more":{"notes":{"earlier":1050,"next":"/v1/reports/1/notes?before=x"},
                     "traces":{"earlier":3,"next":"/v1/reports/1/traces"}},
             "id_reused":["e1","e2"],
             "unconfirmed":[{"fields":{"text":"丙"},"known":true,"node":"eeeeeeeeeeee","at":"T6",
                             "unconfirmed":true,"through":"ffffffffffff"}]}
            """
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        let expected = """
            1  in conflict
            描述 text  甲
                         shown: 甲  T1 at aaaaaaaaaa (id reused)
                           the same: T3 at cccccccccc by 王
                           the same: T4 at dddddddddd (id reused)
                         also: 乙  T2 at bbbbbbbbbb

            Notes 备注
              … 1,050 earlier are not shown: GET /v1/reports/1/notes?before=x
              T5 at aaaaaaaaaa (id reused)  已到场

            Handling 流转
              … 3 earlier are not shown: GET /v1/reports/1/traces

            Unconfirmed 未经证实
              T6 at eeeeeeeeee given by ffffffffff  text=丙

            Ids that several entries with different contents use:
              e1
              e2

            """
        #expect(ReportText.text(report) == expected)
    }

    @Test func `A report's texts cannot steer the terminal, turn its lines round, or pass for lines of their own`() {
        let text: JSONValue = .text("a\u{1B}]0;x\u{7}\r\nHistory\u{202E}b\u{9B}2J\tc")
        let author: JSONValue = .text("李\nNotes")
        let note: JSONValue = .object(["text": text, "author": author, "node": .text("n\u{1B}"), "at": .text("T")])
        let report: JSONValue = .object([
            "id": .text("1\u{FEFF}"), "fields": .object(["text": text, "k\u{1B}": .text("v")]), "notes": .list([note]),
            "history": .list([.object(["fields": .object(["text": text]), "at": .text("T")])]),
        ])
        #expect(
            ReportText.text(report) == #"""
                1\u{feff}
                描述 text  a\u{1b}]0;x\u{7}
                           History\u{202e}b\u{9b}2J\u{9}c
                k\u{1b}    v

                Notes 备注
                  T at n\u{1b} by 李\u{a}Notes  a\u{1b}]0;x\u{7}
                    History\u{202e}b\u{9b}2J\u{9}c

                History 历史
                  T  text=a\u{1b}]0;x\u{7} History\u{202e}b\u{9b}…

                """#)
    }

    @Test func `JSON stays the same JSON, without what a terminal would obey`() throws {
        let value: JSONValue = .object(["k\u{202E}": .text("a\u{9B}\u{7F}\u{1B}站\u{2069}")])
        let text = try value.encoded().visibleJSON
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || [0x7F, 0x9B, 0x202E, 0x2069].contains($0.value) })
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
    }

    @Test(arguments: [
        ("handshakeFailed(CERTIFICATE_VERIFY_FAILED)", "its certificate is not trusted here"),
        ("unableToValidateCertificate", "its certificate is not trusted here"),
        ("handshakeFailed(WRONG_VERSION_NUMBER)", "the node does not use TLS there"),
        ("uncleanShutdown", "the TLS connection"),
    ])
    func `Different TLS errors have different messages`(words: String, reason: String) {
        struct Failure: Error, CustomDebugStringConvertible { let debugDescription: String }
        func told(_ address: String) -> String {
            "\(HTTPExchange.failure(Failure(debugDescription: words), address: address))"
        }
        #expect(told("https://a:1").contains("(\(reason)"))
        #expect(told("http://a:1").contains("(the connection broke)"))
    }

    @Test(arguments: [
        ("https://127.0.0.1", "the node does not use TLS there; if it serves plain HTTP, use http://"),
        ("http://nowhere.invalid", "the host's name cannot be resolved"),
    ])
    func `An address without a node is explained`(address: String, reason: String) async throws {
        let server = try await ScriptedServer { _, _ in .init() }
        let place = "\(address):\(server.port)"
        let client = try FieldpostClient(at: place)
        await #expect(throws: ClientError.unreachable(address: place, reason: reason)) { try await client.status() }
    }
}
