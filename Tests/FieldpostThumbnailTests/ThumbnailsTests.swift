import FieldpostAPI
import FieldpostBlobs
import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import Logging
import TestKit
import Testing

/// What a node has of thumbnails: on a real disk, made by the real helper, or sent by a peer.
@Suite(.enabled(if: Picture.whyNot == nil, "\(Picture.whyNot ?? "")"), .enabled(if: TestRun.sanitizer == nil))
struct ThumbnailsTests {
    private let place: TemporaryDirectory
    private let blobs: FileBlobStore

    init() throws {
        place = try TemporaryDirectory()
        blobs = try FileBlobStore(disk: HostBlobDisk(directory: place.path + "/blobs"))
    }

    /// `script`: of sh(1), in place of the helper.
    private func thumbnails(_ script: String? = nil, path: String? = nil) throws -> Thumbnails {
        var helper = path
        if let script {
            helper = try place.file("helper-\(UUID().uuidString)", "#!/bin/sh\n\(script)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: helper ?? "")
        }
        let logger = Logger(label: "test")
        return Thumbnails(
            store: FileThumbnailStore(disk: HostBlobDisk(directory: place.path + "/thumbnails")), blobs: blobs,
            maker: Thumbnailer(helper: helper, blobs: blobs, logger: logger), logger: logger)
    }

    private func photo(_ width: Int = 1300) throws -> [UInt8] { try Picture(width: width, height: 975).jpeg() }

    private func stored(_ bytes: [UInt8]) async throws -> Hash256 {
        let request = UploadRequest(
            length: UInt64(bytes.count), mediaType: "image/jpeg", hash: nil, limit: Limits.clipBytes)
        let turn = try await blobs.begin(blobs.create(request), by: nil, at: 0, checksum: nil)
        for start in stride(from: 0, to: bytes.count, by: Limits.blobPieceBytes) {
            let piece = Array(bytes[start..<min(bytes.count, start + Limits.blobPieceBytes)])
            try await blobs.write(piece, at: UInt64(start), by: turn)
        }
        return try #require(await blobs.end(turn).blob)
    }

    @Test func `a thumbnail is made once, also over a restart, and again when its file is damaged`() async throws {
        let (first, blob) = (try thumbnails(), try await stored(photo()))
        let made = try #require(await first.thumbnail(of: blob))
        #expect(made.source == .made && Picture.isSmall(made.bytes))
        #expect(await first.thumbnail(of: blob) == made)
        #expect(await first.answer(for: blob) == made.bytes)
        #expect(await first.state().made == 1)
        let second = try thumbnails()
        #expect(await second.thumbnail(of: blob) == made)
        var state = await second.state()
        #expect(state.made == 0 && state.kept == 1 && Int(state.bytes) > made.bytes.count)
        let file = URL(filePath: place.path + "/thumbnails/\(blob.hex)")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 4
        try bytes.write(to: file)
        #expect(await second.thumbnail(of: blob) == made)
        state = await second.state()
        #expect(state.made == 1 && state.kept == 1)
    }

    @Test func `a thumbnail that a peer sent is shown until the photo is here, and then one is made`() async throws {
        let thumbnails = try thumbnails()
        let (bytes, sent) = (try photo(), SamplePicture.small)
        let blob = Hash256(hashing: bytes)
        #expect(await thumbnails.thumbnail(of: blob) == nil)
        #expect(await thumbnails.permitToAsk(for: blob) != nil)
        await thumbnails.keep(received: sent, of: blob)
        #expect(await thumbnails.thumbnail(of: blob) == KeptThumbnail(bytes: sent, source: .received))
        #expect(await thumbnails.permitToAsk(for: blob) == nil)
        #expect(try await stored(bytes) == blob)
        let made = try #require(await thumbnails.thumbnail(of: blob))
        #expect(made.source == .made && made.bytes != sent)
        // What is made here stays, whatever comes later.
        await thumbnails.keep(received: sent, of: blob)
        #expect(await thumbnails.thumbnail(of: blob) == made)
        let state = await thumbnails.state()
        #expect(state.received == 1 && state.made == 1 && state.kept == 1)
    }

    @Test func `what a peer sent for a file that gets no thumbnail is not shown once the file is here`() async throws
    {
        let thumbnails = try thumbnails()
        let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 1, 2, 3]
        let blob = Hash256(hashing: bytes)
        await thumbnails.keep(received: SamplePicture.small, of: blob)
        #expect(await thumbnails.thumbnail(of: blob) != nil)
        #expect(try await stored(bytes) == blob)
        #expect(await thumbnails.thumbnail(of: blob) == nil)
    }

    @Test func `what a peer sends is kept only if it is a thumbnail`() async throws {
        let thumbnails = try thumbnails()
        let blob = Hash256(hashing: [1])
        let large = try Picture(width: 481, height: 10).jpeg()
        for bytes in [Array("no picture".utf8), SamplePicture.small + [0], large] {
            await thumbnails.keep(received: bytes, of: blob)
            #expect(await thumbnails.thumbnail(of: blob) == nil)
        }
        #expect(await thumbnails.state().received == 0)
    }

    @Test func `without the helper, what a peer sent is shown, and the status says what lacks`() async throws {
        let thumbnails = try thumbnails(path: place.path + "/missing")
        let blob = try await stored(photo())
        #expect(await thumbnails.answer(for: blob) == nil)
        #expect(try #require(await thumbnails.alarm()).contains("thumbnail_helper"))
        #expect(await thumbnails.state().helper == nil)
        let other = Hash256(hashing: [2])
        await thumbnails.keep(received: SamplePicture.small, of: other)
        #expect(await thumbnails.answer(for: other) == SamplePicture.small)
    }

    @Test func `what begins unlike a photo, and what the helper refused, costs no run of it`() async throws {
        let thumbnails = try thumbnails("cat > /dev/null; echo run >> '\(place.path)/runs'; echo 'not drawn' >&2")
        let sound = try await stored(Array("OggS and so on".utf8))
        #expect(await thumbnails.answer(for: sound) == nil)
        #expect(!FileManager.default.fileExists(atPath: place.path + "/runs"))
        let blob = try await stored(photo())
        for _ in 0..<3 { #expect(await thumbnails.answer(for: blob) == nil) }
        #expect(try String(contentsOfFile: place.path + "/runs", encoding: .utf8) == "run\n")
        #expect(await thumbnails.alarm() == nil)
    }

    @Test func `answers that wait for one photo take one place in the line, and one run of the helper`() async throws {
        let thumbnails = try thumbnails(
            """
            cat > /dev/null; echo run >> '\(place.path)/runs'
            while ! test -e '\(place.path)/go'; do sleep 0.05; done
            """)
        let (blob, other) = (try await stored(photo()), try await stored(photo(1400)))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Limits.waitingThumbnails + 2 {
                group.addTask { _ = await thumbnails.answer(for: blob) }
            }
            try? await Task.sleep(for: .seconds(1))
            group.addTask { _ = await thumbnails.answer(for: other) }
            try? await Task.sleep(for: .seconds(1))
            #expect((try? await waits { await thumbnails.state().waiting == 2 }) == true)
            #expect((try? place.file("go", "")) != nil)
        }
        #expect(try String(contentsOfFile: place.path + "/runs", encoding: .utf8) == "run\nrun\n")
        #expect(await thumbnails.state().waiting == 0)
    }

    @Test func `a session that ends does not wait for a helper that hangs`() async throws {
        let thumbnails = try thumbnails("exec sleep 1000")
        let blob = try await stored(photo())
        let start = ContinuousClock.now
        let answer = Task { await thumbnails.answer(for: blob) }
        try await Task.sleep(for: .milliseconds(200))
        answer.cancel()
        #expect(await answer.value == nil)
        #expect(ContinuousClock.now - start < .seconds(Limits.thumbnailSeconds - 1))
    }

    @Test func `permits to ask are limited, and come back when they are released`() async throws {
        let thumbnails = try thumbnails()
        var permits: [any Sendable] = []
        for number in 0..<Limits.openThumbnailAsks {
            let blob = Hash256(hashing: [UInt8(number >> 8), UInt8(number & 255)])
            permits.append(try #require(await thumbnails.permitToAsk(for: blob)))
        }
        #expect(await thumbnails.permitToAsk(for: Hash256(hashing: [9])) == nil)
        permits.removeLast()
        #expect(await thumbnails.permitToAsk(for: Hash256(hashing: [9])) != nil)
    }
}

extension Picture {
    /// Whether these are a picture of 480 pixels a side at most that a decoder opens.
    fileprivate static func isSmall(_ jpeg: [UInt8]) -> Bool {
        guard let picture = try? Picture(decoding: jpeg) else { return false }
        return max(picture.width, picture.height) == 480
    }
}
