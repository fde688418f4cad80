import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import MediaSamples
import Testing

@testable import FieldpostHTTP

/// Photos belong to reports by entries.
@Suite(.timeLimit(.minutes(5))) struct AttachmentTests {
    private static let photo = SampleJPEG.bytes(exif: SampleExif.full.tiff)
    private static let hash = Hash256(hashing: photo)

    private func put(_ bytes: [UInt8] = photo, to api: API) async throws {
        let answer = try await api.file(.put, "/v1/blobs/" + Hash256(hashing: bytes).hex, bytes).answer
        #expect(answer.status == 201)
    }

    private static func body(_ more: String = "") -> String { #"{"sha256": "\#(hash.hex)"\#(more)}"# }

    @Test func `what a request leaves out comes from the photo`() async throws {
        try await withAPI { api in
            let report = try await api.report()
            try await put(to: api)
            let answer = try await api.post(report + "/attachments", Self.body(#", "role": "scene", "author": "王敏""#))
            #expect(answer.status == 201 && answer.headers[.location] == report)
            #expect(answer.text("attachments.0.sha256") == Self.hash.hex)
            #expect(answer["attachments.0.bytes"] as? Int == Self.photo.count)
            #expect(answer.text("attachments.0.media_type") == "image/jpeg")
            #expect(answer.text("attachments.0.role") == "scene" && answer.text("attachments.0.label.zh") == "现场")
            #expect(answer.text("attachments.0.label.en") == "The scene")
            #expect(answer.text("attachments.0.captured_at") == "2026-11-29T08:30:15.420+08:00")
            #expect(answer["attachments.0.heading"] as? Double == 271.25)
            #expect(answer["attachments.0.location.accuracy"] as? Double == 4.75)
            #expect(answer.text("attachments.0.place") == "here" && answer.text("attachments.0.author") == "王敏")
            // The report has no place. The photo's is offered, and not written into it.
            #expect(answer["fields.location"] == nil)
            #expect(answer["offered.location.lat"] as? Double == answer["attachments.0.location.lat"] as? Double)
            #expect(answer.text("offered.attachment") == answer.text("attachments.0.id"))
            let listed = try await api.get(report + "/attachments")
            #expect(listed.text("attachments.0.place") == "here")
            let same = try await api.get(report, ["If-None-Match": answer.tag])
            #expect(same.status == 304)
        }
    }

    @Test func `what a request says stands, and a report with a place is offered none`() async throws {
        try await withAPI { api in
            let report = try await api.report(#""location": {"lat": 22.5, "lon": 114}"#)
            try await put(to: api)
            let answer = try await api.post(
                report + "/attachments",
                Self.body(
                    #", "captured_at": "2026-11-29T09:00:00", "heading": 0, "media_type": "image/jpeg", "#
                        + #""location": {"lat": 1, "lon": 2, "datum": "gcj02"}, "bytes": \#(Self.photo.count)"#))
            #expect(answer.status == 201, "\(answer.body)")
            #expect(answer.text("attachments.0.captured_at") == "2026-11-29T09:00:00")
            #expect(answer["attachments.0.heading"] as? Double == 0)
            #expect(answer.text("attachments.0.location.datum") == "gcj02")
            #expect(answer["offered"] == nil)
            let entries = try await api.node.journal.report(try #require(ReportID(text: report.suffix(36))))
            #expect(entries?.attachments.first?.value.headingCentidegrees == 36_000)
        }
    }

    @Test func `a photo may be announced before it is here, and its sender may repeat that`() async throws {
        try await withAPI { api in
            let report = try await api.report()
            let early = try await api.post(report + "/attachments", Self.body())
            #expect(early.status == 422 && early.problem == "invalid-value")
            let body = Self.body(#", "bytes": \#(Self.photo.count), "media_type": "image/jpg""#)
            let announced = try await api.post(report + "/attachments", body, ["Idempotency-Key": "k1"])
            #expect(announced.status == 201 && announced.text("attachments.0.place") == "announced")
            #expect(announced["attachments.0.captured_at"] == nil && announced["offered"] == nil)
            // While it is not here, nobody is told that nothing changed.
            #expect(try await api.get(report, ["If-None-Match": announced.tag]).status == 200)
            try await put(to: api)
            let shown = try await api.get(report, ["If-None-Match": "\"x\""])
            #expect(shown.text("attachments.0.place") == "here")
            let repeated = try await api.post(report + "/attachments", body, ["Idempotency-Key": "k1"])
            #expect(repeated.status == 201 && repeated.isReplay && repeated.count("attachments") == 1)
            #expect(try await api.get(report, ["If-None-Match": announced.tag]).status == 304)
        }
    }

    @Test func `a photo that is not taken, or is another one, cannot be attached`() async throws {
        try await withAPI { api in
            let report = try await api.report()
            try await put(to: api)
            for (more, status, problem) in [
                (#", "bytes": 5"#, 422, "invalid-value"), (#", "media_type": "image/png""#, 415, "media-not-taken"),
                (#", "role": "other""#, 422, "invalid-value"), (#", "captured_at": "yesterday""#, 422, "invalid-value"),
                (#", "heading": 361"#, 422, "invalid-value"), (#", "size": 1"#, 400, "unknown-key"),
                (#", "location": {"lat": 91, "lon": 0}"#, 422, "invalid-value"),
                (#", "bytes": 1.5"#, 422, "invalid-value"),
            ] {
                let answer = try await api.post(report + "/attachments", Self.body(more))
                #expect(answer.status == status && answer.problem == problem, "\(more): \(answer.body)")
            }
            let text = Array("not a photo".utf8)
            _ = try await api.file(.put, "/v1/blobs/" + Hash256(hashing: text).hex, text)
            let refused = try await api.post(
                report + "/attachments", #"{"sha256": "\#(Hash256(hashing: text).hex)"}"#)
            #expect(refused.status == 415)
            #expect(try await api.post(report + "/attachments", #"{"sha256": "12"}"#).status == 422)
            let unknown = "/v1/reports/0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05/attachments"
            #expect(try await api.post(unknown, Self.body()).problem == "unknown-report")
            #expect(try await api.get(report).count("attachments") == 0)
        }
    }

    @Test func `a role of a newer program is shown as it is`() throws {
        let attachment = Attachment(blob: .zero, mediaType: "image/jpeg", byteCount: 1, role: "night")
        let view = String(
            decoding: try JSONWriter.write(AttachmentView(attachment: attachment, place: .onTheWay(bytes: 7))),
            as: UTF8.self)
        #expect(view.contains(#""label":{"code":"night","known":false}"#) && view.contains(#""role":"night""#))
        #expect(view.contains(#""bytes_here":7"#) && view.contains(#""place":"on-the-way""#))
    }

    @Test func `a photo that was refused says why, here and elsewhere`() throws {
        let attachment = Attachment(blob: .zero, mediaType: "image/jpeg", byteCount: 1)
        func view(_ place: BlobPlace, _ refusal: BlobReceipt.Refusal) throws -> String {
            let view = AttachmentView(attachment: attachment, place: place, refusal: refusal)
            return String(decoding: try JSONWriter.write(view), as: UTF8.self)
        }
        let away = try view(.announced, .wrongHash)
        #expect(away.contains(#""place":"refused""#) && away.contains(#""refused":"wrong-hash""#))
        let here = try view(.here, .tooLarge)
        #expect(here.contains(#""place":"here""#) && here.contains(#""refused":"too-large""#))
    }
}
