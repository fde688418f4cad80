import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MediaSamples
import NIOCore
import TestKit
import Testing

@testable import FieldpostHTTP

/// A report and its photos in one form.
@Suite(.timeLimit(.minutes(5))) struct FormTests {
    private static let photo = SampleJPEG.bytes(exif: SampleExif.full.tiff)
    private static let second = SampleJPEG.bytes(after: (0..<150_000).map { UInt8(truncatingIfNeeded: $0 / 11) })
    private static let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
    private static let type = ["Content-Type": "multipart/form-data; boundary=\(boundary)"]

    private static func part(_ disposition: String, _ content: [UInt8], _ type: String? = nil) -> [UInt8] {
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n"
            + (type.map { "Content-Type: \($0)\r\n" } ?? "") + "\r\n"
        return Array(head.utf8) + content + Array("\r\n".utf8)
    }

    private static func text(_ name: String, _ text: String) -> [UInt8] { part("name=\"\(name)\"", Array(text.utf8)) }

    private static func form(_ parts: [UInt8]...) -> [UInt8] {
        parts.flatMap { $0 } + Array("--\(boundary)--\r\n".utf8)
    }

    private static let whole = form(
        text("channel", "app"), text("text", "路面破损\r\n--严重"), text("grid", ""), text("lat", "22.5"),
        text("lon", "114.06"), part(#"name="photo"; filename="路.jpg""#, photo, "image/jpeg"),
        part(#"name="after"; filename="b \"2\".jpg""#, second, "application/octet-stream"),
        part(#"name="none"; filename="""#, [], "application/octet-stream"))

    @Test func `a report comes with its photos, and all of it is durable together`() async throws {
        try await withAPI { api in
            let answer = try await api.file(.post, "/v1/reports", Self.whole, Self.type).answer
            #expect(answer.status == 201, "\(answer.body)")
            #expect(answer.text("fields.text") == "路面破损\r\n--严重" && answer.text("fields.channel") == "app")
            #expect(answer["fields.location.lat"] as? Double == 22.5 && answer["fields.grid"] == nil)
            #expect(answer.count("attachments") == 2 && answer.count("history") == 1)
            #expect(answer.text("attachments.0.sha256") == Hash256(hashing: Self.photo).hex)
            #expect(answer.text("attachments.0.captured_at") == "2026-11-29T08:30:15.420+08:00")
            #expect(answer.text("attachments.0.place") == "here" && answer["attachments.0.role"] == nil)
            #expect(answer.text("attachments.1.role") == "after")
            let blob = Hash256(hashing: Self.second)
            #expect(try await api.file(.get, "/v1/blobs/\(blob.hex)", nil).bytes == Self.second)
        }
    }

    @Test func `a form may have its report as JSON, and its key in a part`() async throws {
        try await withAPI { api in
            let json = #"{"channel": "app", "text": "一", "idempotency_key": "k-1"}"#
            let form = Self.form(Self.text("report", json), Self.part(#"name="a"; filename=a"#, Self.photo))
            let first = try await api.file(.post, "/v1/reports", form, Self.type).answer
            #expect(first.status == 201 && first.count("attachments") == 1, "\(first.body)")
            let again = try await api.file(.post, "/v1/reports", form, Self.type).answer
            #expect(again.status == 201 && again.isReplay && again.text("id") == first.text("id"))
            let parts = Self.form(
                Self.text("channel", "app"), Self.text("text", "一"), Self.text("idempotency_key", "k-1"),
                Self.part(#"name="a"; filename=a"#, Self.photo))
            #expect(try await api.file(.post, "/v1/reports", parts, Self.type).answer.isReplay)
            #expect(try await api.get("/v1/reports").count("reports") == 1)
        }
    }

    @Test func `what is wrong with a form is said, and nothing is reported`() async throws {
        try await withAPI { api in
            let file = Self.part(#"name="a"; filename="a""#, Self.photo)
            for (form, status, problem) in [
                (Self.form(file), 422, "invalid-value"),
                (Self.form(Self.text("channel", "fax"), file), 422, "invalid-value"),
                (Self.form(Self.text("channel", "app"), Self.text("colour", "red")), 400, "unknown-key"),
                (Self.form(Self.text("channel", "app"), Self.text("channel", "app")), 400, "malformed-json"),
                (Self.form(Self.text("channel", "app"), Self.text("report", "{}")), 400, "malformed-json"),
                (Self.form(Self.text("report", "{")), 400, "malformed-json"),
                (Self.form(Self.text("channel", "app"), Self.text("location", "{")), 400, "malformed-json"),
                (Self.form(Self.part(#"name="a"; filename="a.txt""#, Array("text".utf8))), 415, "media-not-taken"),
                (Self.form(Self.part(#"name="a"; filename="a.jpg""#, [])), 422, "media-defective"),
                (Self.form(Self.part(#"name="a"; filename="a""#, Self.photo, "image/png")), 415, "media-not-taken"),
                (Self.form(Self.part("filename=a", Self.photo)), 400, "bad-request"),
                (Self.form(Self.part("name=\"a", Self.photo)), 400, "bad-request"),
                (Array(Self.whole.dropLast(6)), 400, "bad-request"), ([], 400, "bad-request"),
                (Self.form(Self.text("text", String(repeating: "a", count: 140_000))), 413, "too-large"),
                (Self.form(Array(repeating: Self.text("a", ""), count: 200).flatMap { $0 }), 400, "bad-request"),
            ] {
                let answer = try await api.file(.post, "/v1/reports", form, Self.type).answer
                #expect(answer.status == status && answer.problem == problem, "\(answer.body)")
            }
            let noBoundary = try await api.file(
                .post, "/v1/reports", Self.whole, ["Content-Type": "multipart/form-data"])
            #expect(noBoundary.answer.status == 415)
            #expect(try await api.get("/v1/reports").count("reports") == 0)
            #expect(await api.node.blobs.statistics().uploads == 0)
        }
    }

    @Test func `residents send a few photos with a report`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let router = Router<APIContext>.serving(
            ReportAPI(node: node).residentRoutes, rule: .residents(.forResidents()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await Application(router: router).test(.router) { client in
            let api = API(client: client, node: node)
            let file = Self.part(#"name="scene"; filename="a""#, Self.photo)
            let form = Self.form(Self.text("channel", "suishoupai"), file)
            let answer = try await api.file(.post, "/v1/reports", form, Self.type).answer
            #expect(answer.status == 201 && answer.text("attachments.0.role") == "scene", "\(answer.body)")
            let more = (0...Limits.residentFiles).map {
                Self.part(#"name="a"; filename="a""#, SampleJPEG.bytes(after: [UInt8($0)]))
            }
            let tooMany = Self.form(Self.text("channel", "suishoupai"), more.flatMap { $0 })
            #expect(try await api.file(.post, "/v1/reports", tooMany, Self.type).answer.status == 413)
        }
    }

    @Test func `a form of a resident says how long it is, and is not too long`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        try await Site.with([try Site(node, rule: .residents(.forResidents()), residents: true)]) { places in
            for (field, status) in [("Content-Length: 67108865", 413), ("Transfer-Encoding: chunked", 411)] {
                let connection = try RawConnection(to: places[0], seconds: 60)
                connection.send(
                    Array(
                        ("POST /v1/reports HTTP/1.1\r\nHost: a\r\n\(field)\r\nExpect: 100-continue\r\n"
                            + "Content-Type: multipart/form-data; boundary=\(Self.boundary)\r\n\r\n").utf8))
                #expect(await connection.answer()?.status == status)
            }
        }
    }

    @Test func `a form that is cut leaves no upload and no report`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        try await Site.with([try Site(node)]) { places in
            let cut = try RawConnection(to: places[0], seconds: 60)
            let head =
                "POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Length: \(Self.whole.count)\r\n"
                + "Content-Type: multipart/form-data; boundary=\(Self.boundary)\r\n\r\n"
            cut.send(Array(head.utf8) + Self.whole.dropLast(100_000))
            #expect(try await waits { await node.blobs.statistics().activeUploads == 1 })
            cut.finish()
            #expect(await cut.answer()?.status == 400)
            #expect(await node.blobs.statistics().uploads == 0)
            #expect(try await node.journal.head().seq == 0)
        }
    }

    @Test func `the parts are the same however the bytes are cut`() throws {
        func events(_ piece: Int) throws -> [FormParser.Event] {
            var parser = FormParser(boundary: Self.boundary)
            var events: [FormParser.Event] = []
            for start in stride(from: 0, to: Self.small.count, by: piece) {
                for event in try parser.take(Array(Self.small[start..<min(start + piece, Self.small.count)])) {
                    if case .bytes(let more) = event, case .bytes(let bytes)? = events.last {
                        events[events.count - 1] = .bytes(bytes + more)
                    } else {
                        events.append(event)
                    }
                }
            }
            try parser.end()
            return events
        }
        let whole = try events(Self.small.count)
        #expect(whole.count == 9 && whole.last == .formEnds)
        for piece in [1, 2, 3, 7, 64, 65, 66, 100] { #expect(try events(piece) == whole, "\(piece)") }
    }

    private static let small =
        Array("preamble\r\n".utf8)
        + form(
            text("a", "\r\n--\(boundary.dropLast())\r\r\n-"),
            part(#"name="b"; filename="f""#, Array(photo.prefix(300))),
            text("c", "")) + Array("epilogue".utf8)
}
