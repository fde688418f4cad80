import Crypto
import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import MediaSamples
import TestKit
import Testing

@testable import FieldpostHTTP

/// Uploads that go on after a cut, by tus 1.0.0.
@Suite(.timeLimit(.minutes(5))) struct TusTests {
    private static let photo = SampleJPEG.bytes(after: (0..<40_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    private static let bytes = ["Content-Type": "application/offset+octet-stream"]

    private func tus(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]? = nil, _ headers: [String: String] = [:],
        at api: API
    ) async throws -> API.Answer {
        let answer = try await api.file(
            method, path, body, headers.merging(["Tus-Resumable": "1.0.0"]) { given, _ in given }
        ).answer
        #expect(answer.field("Tus-Resumable") == "1.0.0")
        return answer
    }

    private func create(_ length: Int, _ headers: [String: String] = [:], at api: API) async throws -> String {
        let answer = try await tus(
            .post, "/v1/uploads", nil, headers.merging(["Upload-Length": "\(length)"]) { given, _ in given }, at: api)
        #expect(answer.status == 201 && answer.field("Upload-Expires")?.hasSuffix(" GMT") == true)
        let path = try #require(answer.headers[.location])
        #expect(path.hasPrefix("/v1/uploads/"))
        return path
    }

    private func patch(
        _ path: String, _ bytes: some Sequence<UInt8>, at offset: Int, _ headers: [String: String] = [:], to api: API
    ) async throws -> API.Answer {
        try await tus(
            .patch, path, Array(bytes),
            headers.merging(Self.bytes) { given, _ in given }.merging(["Upload-Offset": "\(offset)"]) { given, _ in
                given
            },
            at: api)
    }

    @Test func `an upload in pieces becomes the photo, and says its name`() async throws {
        try await withAPI { api in
            let type = Data("image/jpeg".utf8).base64EncodedString()
            let path = try await create(
                Self.photo.count, ["Upload-Metadata": "filename \(type),filetype \(type),is_confidential"], at: api)
            let first = try await patch(path, Self.photo[..<10_000], at: 0, to: api)
            #expect(
                first.status == 204 && first.field("Upload-Offset") == "10000" && first.field("Fieldpost-Blob") == nil)
            let head = try await tus(.head, path, at: api)
            #expect(head.status == 200 && head.field("Upload-Offset") == "10000")
            #expect(head.field("Upload-Length") == "\(Self.photo.count)" && head.headers[.cacheControl] == "no-store")
            #expect(head.field("Upload-Metadata") == "filetype \(type)")
            let wrong = try await patch(path, Self.photo[9_000...], at: 9_000, to: api)
            #expect(wrong.status == 409 && wrong.field("Upload-Offset") == "10000")
            let last = try await patch(path, Self.photo[10_000...], at: 10_000, to: api)
            let hash = Hash256(hashing: Self.photo)
            #expect(last.status == 204 && last.field("Fieldpost-Blob") == hash.hex)
            #expect(try await tus(.head, path, at: api).field("Fieldpost-Blob") == hash.hex)
            #expect(try await api.file(.get, "/v1/blobs/" + hash.hex, nil).bytes == Self.photo)
        }
    }

    @Test func `the first bytes may come with the creation`() async throws {
        try await withAPI { api in
            let created = try await tus(
                .post, "/v1/uploads", Self.photo,
                Self.bytes.merging(["Upload-Length": "\(Self.photo.count)"]) { given, _ in given }, at: api)
            #expect(created.status == 201 && created.field("Upload-Offset") == "\(Self.photo.count)")
            #expect(created.field("Fieldpost-Blob") == Hash256(hashing: Self.photo).hex)
        }
    }

    @Test func `OPTIONS says what is offered`() async throws {
        try await withAPI { api in
            for path in ["/v1/uploads", "/v1/uploads/0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"] {
                let answer = try await api.file(.options, path, nil).answer
                #expect(answer.status == 204 && answer.field("Tus-Resumable") == "1.0.0")
                #expect(answer.field("Tus-Version") == "1.0.0" && answer.field("Tus-Max-Size") == "209715200")
                #expect(answer.field("Tus-Checksum-Algorithm") == "sha1,sha256")
                #expect(
                    answer.field("Tus-Extension") == "creation,creation-with-upload,expiration,checksum,termination")
            }
        }
    }

    @Test(
        arguments: [
            (["Tus-Resumable": "0.2.2", "Upload-Length": "5"], 412), (["Upload-Length": "0"], 400), ([:], 400),
            (["Upload-Length": "-1"], 400), (["Upload-Length": "1e3"], 400),
            (["Upload-Length": "99999999999999999999"], 400),
            (["Upload-Length": "209715201"], 413), (["Upload-Defer-Length": "1"], 400),
            (["Upload-Length": "5", "Upload-Metadata": "filetype ?"], 400),
            (["Upload-Length": "5", "Upload-Metadata": "a YQ==,a YQ=="], 400),
            (["Upload-Length": "5", "Upload-Metadata": "sha256 YQ=="], 400),
            (["Upload-Length": "26214401", "Upload-Metadata": "filetype aW1hZ2UvanBlZw=="], 413),
            (["Upload-Length": "5", "Content-Type": "image/jpeg"], 415),
        ] as [([String: String], Int)])
    func `a creation that cannot be is refused`(headers: [String: String], status: Int) async throws {
        try await withAPI { api in
            let answer = try await tus(
                .post, "/v1/uploads", headers["Content-Type"] == nil ? nil : [1], headers, at: api)
            #expect(answer.status == status, "\(answer.body)")
            #expect(await api.node.blobs.statistics().uploads == 0)
        }
    }

    @Test func `a wrong checksum leaves the offset where it was`() async throws {
        try await withAPI { api in
            let path = try await create(Self.photo.count, at: api)
            let piece = Array(Self.photo[..<5_000])
            for algorithm in ["sha1", "sha256"] {
                let wrong = Data(repeating: 1, count: algorithm == "sha1" ? 20 : 32).base64EncodedString()
                let answer = try await patch(path, piece, at: 0, ["Upload-Checksum": "\(algorithm) \(wrong)"], to: api)
                #expect(answer.status == 460 && answer.problem == "wrong-checksum")
                #expect(try await tus(.head, path, at: api).field("Upload-Offset") == "0")
            }
            let unknown = try await patch(path, piece, at: 0, ["Upload-Checksum": "md5 AAAA"], to: api)
            #expect(unknown.status == 400)
            let right = Data(Insecure.SHA1.hash(data: piece)).base64EncodedString()
            let answer = try await patch(path, piece, at: 0, ["Upload-Checksum": "sha1 \(right)"], to: api)
            #expect(answer.status == 204 && answer.field("Upload-Offset") == "5000")
            let next = Array(Self.photo[5_000..<9_000])
            let sum = Data(SHA256.hash(data: next)).base64EncodedString()
            #expect(try await patch(path, next, at: 5_000, ["Upload-Checksum": "sha256 \(sum)"], to: api).status == 204)
        }
    }

    @Test func `an upload that ended, expired or never was has its own answer`() async throws {
        try await withAPI { api in
            let unknown = "/v1/uploads/0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"
            #expect(try await tus(.head, unknown, at: api).status == 404)
            #expect(try await patch("/v1/uploads/xyz", [1], at: 0, to: api).status == 404)
            let ended = try await create(10, at: api)
            #expect(try await tus(.delete, ended, at: api).status == 204)
            #expect(try await tus(.head, ended, at: api).status == 404)
            let late = try await create(10, at: api)
            try await api.node.blobs.rest(for: Limits.uploadLifetime)
            #expect(try await tus(.head, late, at: api).status == 410)
            let answer = try await patch(late, [1], at: 0, to: api)
            #expect(answer.status == 410 && answer.problem == "upload-expired")
        }
    }

    @Test func `an upload that is none of the formats says why, whenever it is asked`() async throws {
        try await withAPI { api in
            let path = try await create(6, at: api)
            #expect(try await patch(path, "GIF89a".utf8, at: 0, to: api).problem == "media-not-taken")
            #expect(try await tus(.head, path, at: api).status == 415)
            let tooMuch = try await create(6, at: api)
            #expect(try await patch(tooMuch, "GIF89a.".utf8, at: 0, to: api).status == 413)
            let other = Data(Hash256(hashing: [1]).hex.utf8).base64EncodedString()
            let named = try await create(6, ["Upload-Metadata": "sha256 \(other)"], at: api)
            #expect(try await patch(named, "GIF89a".utf8, at: 0, to: api).problem == "wrong-hash")
        }
    }

    @Test func `a new request takes the upload over from a connection that hangs`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        try await Site.with([try Site(node)]) { places in
            func head(_ method: String, _ path: String, _ fields: String) -> [UInt8] {
                Array("\(method) \(path) HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\n\(fields)\r\n".utf8)
            }
            let client = try RawConnection(to: places[0], seconds: 60)
            client.send(head("POST", "/v1/uploads", "Upload-Length: \(Self.photo.count)\r\nContent-Length: 0\r\n"))
            let path = try #require(await client.answer()?.field("location"))
            let type = "Content-Type: application/offset+octet-stream\r\n"
            let hanging = try RawConnection(to: places[0], seconds: 60)
            hanging.send(
                head("PATCH", path, "\(type)Upload-Offset: 0\r\nContent-Length: \(Self.photo.count)\r\n")
                    + Self.photo[..<20_000])
            // All that it sent is in the file. It still hangs.
            let file = node.directory + "/blobs" + path.replacing("/v1", with: "") + ".part"
            let written = try await waits {
                (try? FileManager.default.attributesOfItem(atPath: file)[.size]) as? Int == 20_000
            }
            #expect(written)
            client.send(head("HEAD", path, ""))
            let offset = await client.answer(isHead: true)?.field("upload-offset").flatMap { Int($0) } ?? 0
            #expect(offset == 20_000)
            let next = try RawConnection(to: places[0], seconds: 60)
            let rest = Self.photo[offset...]
            next.send(
                head("PATCH", path, "\(type)Upload-Offset: \(offset)\r\nContent-Length: \(rest.count)\r\n") + rest)
            let answer = try #require(await next.answer())
            #expect(answer.status == 204, "\(answer.body)")
            #expect(answer.field("fieldpost-blob") == Hash256(hashing: Self.photo).hex)
            hanging.send(Array(Self.photo[20_000...]))
            #expect(await hanging.answer()?.status == 409)
            let shown = try await node.blobs.read(Hash256(hashing: Self.photo), 0..<UInt64(Self.photo.count))
            #expect(shown == Self.photo)
        }
    }

    @Test func `a body that is cut keeps what came`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let id = try await node.blobs.create(
            UploadRequest(length: UInt64(Self.photo.count), mediaType: "", limit: Limits.photoBytes))
        try await Site.with([try Site(node)]) { places in
            let cut = try RawConnection(to: places[0], seconds: 60)
            cut.send(
                Array(
                    ("PATCH /v1/uploads/\(id) HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                        + "Content-Type: application/offset+octet-stream\r\n"
                        + "Content-Length: \(Self.photo.count)\r\n\r\n").utf8) + Self.photo[..<12_345])
            cut.finish()
            #expect(await cut.answer()?.status == 400)
            #expect(try await node.blobs.status(of: id, by: nil).offset == 12_345)
        }
    }

    @Test func `uploads belong to the client that began them`() {
        let names = [
            Caller.terminal(name: "a", channel: "terminal"), .terminal(name: "b", channel: "terminal"),
            .account(Account(name: "a", role: .dispatcher)),
        ].map { UploadClient($0, address: "127.0.0.1") }
        #expect(Set(names.map(\.name)).count == 3 && names.allSatisfy { $0.owner == $0.name })
        let open = ["10.0.0.1", "10.0.0.2"].map { UploadClient(.trusted, address: $0) }
        #expect(open[0].name != open[1].name && open[0].owner == nil)
        let long = UploadClient(.terminal(name: String(repeating: "字", count: 85), channel: "app"), address: "")
        #expect(long.name.utf8.count <= Limits.uploadOwnerBytes)
    }
}

extension API.Answer {
    func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
