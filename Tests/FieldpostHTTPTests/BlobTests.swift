import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import MediaSamples
import NIOCore
import TestKit
import Testing

@testable import FieldpostHTTP

/// Photos in one request, and back.
@Suite(.timeLimit(.minutes(5))) struct BlobTests {
    private static let photo = SampleJPEG.bytes(exif: SampleExif.full.tiff)

    private func put(
        _ bytes: [UInt8], as hash: Hash256? = nil, to api: API, _ type: String? = nil
    ) async throws -> API.Answer {
        let name = (hash ?? Hash256(hashing: bytes)).hex
        return try await api.file(.put, "/v1/blobs/" + name, bytes, type.map { ["Content-Type": $0] } ?? [:]).answer
    }

    @Test func `a photo is taken once, says what it is, and comes back byte for byte`() async throws {
        try await withAPI { api in
            let hash = Hash256(hashing: Self.photo)
            let first = try await put(Self.photo, to: api)
            #expect(first.status == 201 && first.headers[.location] == "/v1/blobs/\(hash.hex)")
            #expect(first.text("sha256") == hash.hex && first["bytes"] as? Int == Self.photo.count)
            #expect(first.text("media_type") == "image/jpeg" && first.text("kind") == "photo")
            #expect(first["width"] as? Int == 16 && first["height"] as? Int == 8)
            #expect(first.text("captured_at") == "2026-11-29T08:30:15.420+08:00")
            #expect((first["location.lat"] as? Double).map { abs($0 - 22.6917) < 0.001 } == true)
            #expect(first["heading"] as? Double == 271.25)
            #expect(try await put(Self.photo, to: api, "image/jpeg").status == 200)
            #expect(await api.node.blobs.statistics().blobs == 1)
            let back = try await api.file(.get, "/v1/blobs/" + hash.hex.uppercased(), nil)
            #expect(back.answer.status == 200 && back.bytes == Self.photo)
            #expect(back.answer.headers[.contentType] == "image/jpeg")
            #expect(back.answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(back.answer.headers[.contentSecurityPolicy]?.hasPrefix("sandbox") == true)
            #expect(back.answer.headers[.eTag] == "\"\(hash.hex)\"")
        }
    }

    @Test func `what is not a photo, a clip or a sound gets its reason`() async throws {
        try await withAPI { api in
            let cut = Array(Self.photo.dropLast(4))
            for (bytes, type, status, problem) in [
                (Array("GIF89a........".utf8), nil, 415, "media-not-taken"), (cut, nil, 422, "media-defective"),
                (Self.photo, "image/png", 415, "media-not-taken"), ([UInt8](), nil, 422, "media-defective"),
                (SamplePNG.bytes(), "image/png", 201, nil), (SampleISO.mp4(), "video/mp4", 201, nil),
            ] as [([UInt8], String?, Int, String?)] {
                let answer = try await put(bytes, to: api, type)
                #expect(answer.status == status && answer.problem == problem, "\(answer.body)")
                // The second time the bytes are here, and the answer is the same.
                let again = try await put(bytes, to: api, type)
                #expect(again.status == (status == 201 ? 200 : status) && again.problem == problem)
            }
            let shown = try await api.file(.get, "/v1/blobs/" + Hash256(hashing: cut).hex, nil)
            #expect(shown.answer.status == 404)
        }
    }

    @Test func `a photo that became corrupt is not served, and can be sent again`() async throws {
        try await withAPI { api in
            _ = try await put(Self.photo, to: api)
            let hash = Hash256(hashing: Self.photo)
            let path = api.node.directory + "/blobs/\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2))"
            try Data([UInt8](Self.photo.dropLast()) + [0]).write(to: URL(filePath: path))
            let lost = try await api.file(.get, "/v1/blobs/\(hash.hex)", nil).answer
            #expect(lost.status == 404 && lost.problem == "unknown-blob")
            #expect(await api.node.blobs.statistics().lost == 1)
            #expect(try await put(Self.photo, to: api).status == 201)
            #expect(try await api.file(.get, "/v1/blobs/\(hash.hex)", nil).bytes == Self.photo)
        }
    }

    @Test func `other bytes than announced leave nothing behind`() async throws {
        try await withAPI { api in
            let other = Hash256(hashing: [1])
            let answer = try await put(Self.photo, as: other, to: api)
            #expect(answer.status == 422 && answer.problem == "wrong-hash")
            let statistics = await api.node.blobs.statistics()
            #expect(statistics.blobs == 0 && statistics.uploads == 0)
            #expect(try await api.file(.put, "/v1/blobs/abc", Self.photo).answer.problem == "bad-id")
        }
    }

    @Test func `a file above the limit is refused before its bytes are taken`() async throws {
        var node = try TestNode()
        defer { node.remove() }
        node.mediaLimits = MediaLimits(photoBytes: 1_000, clipBytes: 5_000)
        let photo = SampleJPEG.bytes(after: [UInt8](repeating: 7, count: 2_000))
        try await withAPI(of: node) { api in
            let early = try await put(photo, to: api, "image/jpeg")
            #expect(early.status == 413 && early.problem == "too-large")
            // It might be a clip: its content says that it is none.
            #expect(try await put(photo, to: api).status == 413)
            let large = SampleJPEG.bytes(after: [UInt8](repeating: 7, count: 6_000))
            #expect(try await put(large, to: api).status == 413)
            #expect(await api.node.blobs.statistics().blobs == 1)
        }
        try await Site.with([try Site(node)]) { places in
            let connection = try RawConnection(to: places[0], seconds: 60)
            let path = "/v1/blobs/\(Hash256(hashing: photo).hex)"
            connection.send(
                Array("PUT \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 6000\r\nExpect: 100-continue\r\n\r\n".utf8))
            #expect(await connection.answer()?.status == 413)
        }
    }

    @Test(arguments: [
        ("bytes=0-9", 206, 0..<10), ("bytes=100-", 206, 100..<photo.count),
        ("bytes=-7", 206, photo.count - 7..<photo.count), ("bytes=5-999999", 206, 5..<photo.count),
        ("bytes=0-1,5-6", 200, 0..<photo.count), ("bytes=9-3", 200, 0..<photo.count),
        ("chapters=1-2", 200, 0..<photo.count), ("bytes=999999-", 416, 0..<0), ("bytes=-0", 416, 0..<0),
    ])
    func `a range is answered with that part`(range: String, status: Int, part: Range<Int>) async throws {
        try await withAPI { api in
            _ = try await put(Self.photo, to: api)
            let path = "/v1/blobs/" + Hash256(hashing: Self.photo).hex
            let answer = try await api.file(.get, path, nil, ["Range": range])
            #expect(answer.answer.status == status && answer.bytes == Array(Self.photo[part]))
            if status == 206 {
                let text = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(Self.photo.count)"
                #expect(answer.answer.headers[.contentRange] == text)
            }
            let tag = "\"\(Hash256(hashing: Self.photo).hex)\""
            let same = try await api.file(.get, path, nil, ["Range": range, "If-Range": tag])
            #expect(same.answer.status == status)
            let other = try await api.file(.get, path, nil, ["Range": range, "If-Range": "\"other\""])
            #expect(other.answer.status == 200 && other.bytes == Self.photo)
            let held = try await api.file(.get, path, nil, ["If-None-Match": tag])
            #expect(held.answer.status == 304 && held.bytes == [])
        }
    }

    @Test func `HEAD has the length and no body, and the stripped form has another tag`() async throws {
        try await withAPI { api in
            _ = try await put(Self.photo, to: api)
            let path = "/v1/blobs/" + Hash256(hashing: Self.photo).hex
            let head = try await api.file(.head, path, nil)
            #expect(head.answer.headers[.contentLength] == "\(Self.photo.count)" && head.bytes == [])
            let stripped = try await api.file(.get, path + "?form=stripped", nil)
            #expect(stripped.answer.status == 200 && stripped.bytes.count < Self.photo.count)
            #expect(!String(decoding: stripped.bytes, as: UTF8.self).contains("2026:11:29"))
            #expect(stripped.answer.headers[.eTag] == "\"\(Hash256(hashing: Self.photo).hex)-stripped\"")
            #expect(try await api.file(.get, path + "?form=small", nil).answer.problem == "bad-query")
        }
    }

    @Test func `who needs no evidence gets the stripped form`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        for (caller, form) in [
            (Caller.trusted, BlobForm.original), (.account(Account(name: "a", role: .viewer)), .stripped),
            (.account(Account(name: "a", role: .staff)), .stripped),
            (.account(Account(name: "a", role: .dispatcher)), .original),
            (.terminal(name: "t", channel: "terminal"), .original),
        ] {
            #expect(try BlobForm(nil, caller) == form)
            #expect(try BlobForm("stripped", caller) == .stripped)
        }
        #expect(throws: Problem.self) { try BlobForm("original", .account(Account(name: "a", role: .viewer))) }
    }

    @Test func `a photo goes to disk as it arrives, and a connection that is cut leaves nothing`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let photo = SampleJPEG.bytes(after: [UInt8](repeating: 7, count: 3_000_000))
        try await Site.with([try Site(node)]) { places in
            let head =
                "PUT /v1/blobs/\(Hash256(hashing: photo).hex) HTTP/1.1\r\nHost: a\r\n"
                + "Content-Length: \(photo.count)\r\n\r\n"
            let cut = try RawConnection(to: places[0], seconds: 60)
            await cut.deliver(Array(head.utf8) + photo.prefix(2_500_000))
            let arrived = try await waits { await node.blobs.statistics().uploadedBytes >= 2_000_000 }
            #expect(arrived)
            cut.reset()
            cut.finish()
            #expect(try await waits { await node.blobs.statistics().uploads == 0 })
            #expect(await node.blobs.statistics().blobs == 0)
            let whole = try RawConnection(to: places[0], seconds: 60)
            await whole.deliver(Array(head.utf8) + photo)
            #expect(await whole.answer()?.status == 201)
            // Without an answer to wait for, a client sends the bytes again, and reads the answer after them.
            await whole.deliver(Array(head.utf8) + photo)
            #expect(await whole.answer()?.status == 200)
            let eager = try RawConnection(to: places[0], seconds: 60)
            eager.send(Array(head.dropLast().utf8) + Array("Expect: 100-continue\r\n\r\n".utf8))
            #expect(await eager.answer()?.status == 200)
        }
    }
}

extension API {
    struct File {
        let answer: Answer
        let bytes: [UInt8]
    }

    /// Sends bytes, or nothing, and gives the body as bytes.
    func file(
        _ method: HTTPRequest.Method, _ path: String, _ bytes: [UInt8]?, _ headers: [String: String] = [:]
    ) async throws -> File {
        var fields = HTTPFields()
        if let bytes { fields[.contentLength] = "\(bytes.count)" }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let response = try await client.executeRequest(
            uri: path, method: method, headers: fields, body: bytes.map { ByteBuffer(bytes: $0) })
        return File(answer: Answer(response), bytes: Array(response.body.readableBytesView))
    }
}
