import FieldpostCore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import FieldpostHTTP

/// How a body may be declared and compressed, and conditional requests.
@Suite struct ContentTests {
    private static let body = #"{"channel": "app", "text": "井盖缺损"}"#

    @Test(arguments: [
        "application/json;", "application/json; charset=utf8", "application/json;charset=UTF8", "application/json ;;",
        "application/json; CHARSET=\"utf-8\"", "application/json; charset=\"UTF\\-8\"",
        "application/json; profile=\"a;b\"",
        "APPLICATION/JSON\t; charset = utf-8",
    ])
    func `JSON in UTF-8 is accepted in every declared form`(type: String) async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", Self.body, ["Content-Type": type])
            #expect(answer.status == 201)
        }
    }

    @Test(arguments: [
        "application/json; charset=gbk", "application/json; charset=\"gb18030\"", "application/json; charset=utf-16",
        "application/json; charset=", "text/json", "application/json, application/json", ";", "application/json+x",
    ])
    func `another type or charset is refused with the accepted ones`(type: String) async throws {
        try await withAPI { api in
            let answer = try await api.post("/v1/reports", Self.body, ["Content-Type": type])
            #expect(answer.status == 415)
            #expect(answer.headers[.accept] == "application/json")
        }
    }

    /// `body` as zlib writes it.
    private static let gzip = bytes(
        "1f8b0800000000000203ab564ace48cccb4bcd51b252504a2c2850d25150"
            + "2a49ad2801719fec9afa7cf6b4e77b763deb9daf540b0087ea06ec2a000000")
    /// The first 9 bytes in one member, and the rest in another.
    private static let members = bytes(
        "1f8b0800000000000203ab564ace48cccb4bcd0100b47d391009000000"
            + "1f8b080000000000020353b252504a2c2850d251502a49ad285102729fec"
            + "9afa7cf6b4e77b763deb9daf540b006889012f21000000")
    private static let zlib = bytes(
        "789cab564ace48cccb4bcd51b252504a2c2850d251502a49ad2801719fec9afa7cf6b4e77b763deb9daf540b00421511a2")

    @Test(arguments: [
        ("gzip", gzip), ("x-gzip", gzip), ("GZIP", gzip), ("identity, gzip", gzip), ("gzip", members),
        ("identity", Array(body.utf8)), ("", Array(body.utf8)), ("deflate", zlib),
        ("deflate", Array(zlib.dropFirst(2).dropLast(4))),
    ])
    func `a compressed body is the same report`(coding: String, sent: [UInt8]) async throws {
        try await withAPI { api in
            let answer = try await Self.post(sent, coding, api)
            #expect(answer.status == 201)
            #expect(answer.text("fields.text") == "井盖缺损")
        }
    }

    @Test(arguments: ["br", "zstd", "gzip, gzip", "compress", "gzip, br", "x", "g zip", "gz\tip"])
    func `another coding is refused with the accepted ones`(coding: String) async throws {
        try await withAPI { api in
            let answer = try await Self.post(Array(Self.body.utf8), coding, api)
            #expect(answer.status == 415)
            #expect(answer.headers[.acceptEncoding] == "gzip, deflate, identity")
        }
    }

    @Test func `a decompression bomb is refused early, and a body that is not gzip is refused`() async throws {
        try await withAPI { api in
            // 64 MiB of spaces, 64 KiB in each member.
            let member =
                Self.bytes("1f8b0800000000000203edc18100000000802095fd2917a90a") + [UInt8](repeating: 0, count: 63)
                + Self.bytes("6a94192cb400000100")
            let bomb = [[UInt8]](repeating: member, count: 1024).flatMap(\.self)
            #expect(bomb.count < Limits.requestBodyBytes)
            #expect(try await Self.post(bomb, "gzip", api).status == 413)
            // Nothing after the limit is read, so it does not matter that half of the body is missing.
            #expect(try await Self.post(Array(bomb.prefix(bomb.count / 2)), "gzip", api).status == 413)
            let whole = Self.gzip
            for broken in [Array(whole.dropLast()), whole + [0], Array(Self.body.utf8), [], Array(whole.prefix(4))] {
                let answer = try await Self.post(broken, "gzip", api)
                #expect(answer.status == 400 && answer.problem == "bad-request")
            }
            #expect(try await api.get("/v1/reports").count("reports") == 0)
        }
    }

    @Test(arguments: [
        "\"TAG\"", "W/\"TAG\"", "\"TAG-gzip\"", "\"TAG;gzip\"", "W/\"TAG-br\"", "\"TAG--gzip\"",
        "\"TAG\", \"TAG-gzip\"",
    ])
    func `a tag that a proxy changed still names its version`(form: String) async throws {
        try await withAPI { api in
            let path = try await api.report()
            let old = try await api.get(path).tag
            _ = try await api.patch(path, #"{"text": "一"}"#)
            let shown = form.replacing("\"TAG", with: old.dropLast().description)
            let edited = try await api.patch(path, #"{"text": "二"}"#, ["If-Match": shown])
            #expect(edited.status == 200)
            // It is based on the old version, so it becomes a sibling of the other.
            #expect(edited["conflict"] as? Bool == true)
            let tag = edited.tag
            let held = form.replacing("\"TAG", with: tag.dropLast().description)
            #expect(try await api.get(path, ["If-None-Match": held]).status == 304)
        }
    }

    @Test func `a condition with two versions is refused`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let old = try await api.get(path).tag
            let new = try await api.patch(path, #"{"text": "一"}"#).tag
            for value in ["\(old), \(new)", "\(old), *", "\(old),", "*, *", "\"\(new)"] {
                let answer = try await api.patch(path, #"{"text": "二"}"#, ["If-Match": value])
                #expect(answer.status == 400 && answer.problem == "bad-header")
            }
            #expect(try await api.patch(path, #"{"text": "二"}"#, ["If-Match": "*"]).status == 200)
        }
    }

    // MARK: Helpers

    private static func post(_ bytes: [UInt8], _ coding: String, _ api: API) async throws -> API.Answer {
        let response = try await api.client.executeRequest(
            uri: "/v1/reports", method: .post,
            headers: [.contentType: "application/json", .contentEncoding: coding], body: ByteBuffer(bytes: bytes))
        let json = try? JSONSerialization.jsonObject(with: Data(response.body.readableBytesView))
        return API.Answer(
            status: response.status.code, headers: response.headers, body: json as? [String: Any] ?? [:])
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
