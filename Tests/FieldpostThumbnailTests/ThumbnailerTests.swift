import FieldpostAPI
import FieldpostBlobs
import FieldpostCore
import FieldpostMedia
import FieldpostNode
import FieldpostStore
import Foundation
import Logging
import TestKit
import Testing

/// The daemon's side: photos of a real store, and helpers that do what they should not.
@Suite(.enabled(if: Picture.whyNot == nil, "\(Picture.whyNot ?? "")"), .enabled(if: TestRun.sanitizer == nil))
struct ThumbnailerTests {
    private let place: TemporaryDirectory
    private let blobs: FileBlobStore

    init() throws {
        place = try TemporaryDirectory()
        blobs = try FileBlobStore(disk: HostBlobDisk(directory: place.path + "/blobs"))
    }

    private func stored(_ bytes: [UInt8]) async throws -> Hash256 {
        let request = UploadRequest(
            length: UInt64(bytes.count), mediaType: "image/jpeg", hash: Hash256(hashing: bytes),
            limit: Limits.clipBytes)
        let turn = try await blobs.begin(blobs.create(request), at: 0, checksum: nil)
        for start in stride(from: 0, to: bytes.count, by: Limits.blobPieceBytes) {
            let piece = Array(bytes[start..<min(bytes.count, start + Limits.blobPieceBytes)])
            try await blobs.write(piece, at: UInt64(start), by: turn)
        }
        return try #require(await blobs.end(turn).blob)
    }

    /// `helper`: a script of sh(1), the path of another helper, or nil for the real one.
    private func thumbnailer(_ script: String? = nil, path: String? = nil, seconds: Double = 30) throws -> Thumbnailer {
        var helper = path
        if let script {
            helper = try place.file("helper-\(UUID().uuidString)", "#!/bin/sh\n\(script)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: helper ?? "")
        }
        return Thumbnailer(helper: helper, blobs: blobs, time: .seconds(seconds), logger: Logger(label: "test"))
    }

    private func photo() throws -> [UInt8] { try Picture(width: 1300, height: 975).jpeg(["-quality", "95"]) }

    @Test func `a photo of the store has a thumbnail, upright`() async throws {
        let thumbnailer = try thumbnailer()
        let bytes = try photo()
        #expect(bytes.count > Limits.blobPieceBytes)
        let blob = try await stored(bytes)
        let flat = try #require(await thumbnailer.thumbnail(of: blob, orientation: nil))
        #expect(flat.bytes == (try HelperRun(bytes).output))
        let upright = try #require(await thumbnailer.thumbnail(of: blob, orientation: 6))
        let picture = try Picture(decoding: upright.bytes)
        #expect(picture.width == 360 && picture.height == 480)
        let state = await thumbnailer.state()
        let helper = try #require(state.helper)
        #expect(URL(fileURLWithPath: helper).resolvingSymlinksInPath().path == HelperRun.realPath)
        #expect(state.made == 2 && state.failed == 0 && state.waiting == 0)
        #expect(await thumbnailer.alarm() == nil)
    }

    @Test func `what is no photo, is not here or is too large has none, and the next photo has one`() async throws {
        let thumbnailer = try thumbnailer()
        let text = try await stored(Array("no photo".utf8))
        #expect(await thumbnailer.thumbnail(of: text, orientation: nil) == nil)
        #expect(await thumbnailer.thumbnail(of: Hash256(hashing: [1]), orientation: nil) == nil)
        let large = try await stored(
            SamplePicture.small + [UInt8](repeating: 0, count: Int(Limits.thumbnailPhotoBytes)))
        #expect(await thumbnailer.thumbnail(of: large, orientation: nil) == nil)
        let cut = try await stored(Array(try photo().dropLast(1000)))
        #expect(await thumbnailer.thumbnail(of: cut, orientation: nil) == nil)
        #expect(await thumbnailer.thumbnail(of: try await stored(photo()), orientation: 1) != nil)
        let state = await thumbnailer.state()
        #expect(state.made == 1 && state.failed == 4)
        #expect(await thumbnailer.alarm() == nil)
    }

    @Test func `without the helper photos go without, and a hint says so once one did`() async throws {
        let thumbnailer = try thumbnailer(path: place.path + "/missing")
        #expect(await thumbnailer.alarm() == nil)
        #expect(await thumbnailer.state().helper == nil)
        #expect(await thumbnailer.thumbnail(of: try await stored(photo()), orientation: nil) == nil)
        #expect(try #require(await thumbnailer.alarm()).contains("thumbnail_helper"))
        try FileManager.default.createSymbolicLink(
            atPath: place.path + "/missing", withDestinationPath: HelperRun.path)
        #expect(await thumbnailer.thumbnail(of: try await stored(photo()), orientation: nil) != nil)
        #expect(await thumbnailer.alarm() == nil)
    }

    @Test(arguments: [
        "cat > /dev/null; kill -SEGV $$", "exit 0", "exec cat", "cat /dev/zero", "exec cat /dev/zero >&2",
        "cat > /dev/null; printf '\\377\\330\\377\\340 not a picture'", "exec 0<&-; exec 1>&-; exit 1",
        "cat > /dev/null; echo 'a line' >&2; head -c 24577 /dev/zero",
    ])
    func `a helper that breaks gives no thumbnail`(script: String) async throws {
        let thumbnailer = try thumbnailer(script, seconds: 5)
        let blob = try await stored(photo())
        for _ in 0..<2 { #expect(await thumbnailer.thumbnail(of: blob, orientation: 6) == nil) }
        #expect(await thumbnailer.state().failed == 2)
    }

    @Test(arguments: [
        "sleep 1000", "cat > /dev/null; exec sleep 1000", "cat > /dev/null; exec 1>&- 0<&-; exec sleep 1000",
        "trap '' TERM; while :; do :; done",
    ])
    func `a helper that hangs is killed`(script: String) async throws {
        let thumbnailer = try thumbnailer("echo $$ > '\(place.path)/process'\n\(script)", seconds: 5)
        #expect(await thumbnailer.thumbnail(of: try await stored(photo()), orientation: nil) == nil)
        let text = try String(contentsOfFile: place.path + "/process", encoding: .utf8)
        let process = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(process, 0) == -1 && errno == ESRCH)
    }

    @Test func `one helper runs at a time, and too many photos go without`() async throws {
        let script = """
            cd '\(place.path)'; mkdir running || echo two > overlap
            cat > /dev/null; sleep 0.01; rmdir running; cat '\(place.path)/answer'
            """
        try Data(SamplePicture.small).write(to: URL(fileURLWithPath: place.path + "/answer"))
        let thumbnailer = try thumbnailer(script)
        let bytes = try photo()
        var photos: [Hash256] = []
        for number in 0..<UInt8(200) { photos.append(try await stored(bytes + [number])) }
        let made = await withTaskGroup(of: Bool.self) { [photos] group in
            for blob in photos {
                group.addTask { await thumbnailer.thumbnail(of: blob, orientation: nil) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made >= Limits.waitingThumbnails && made < 200)
        #expect(!FileManager.default.fileExists(atPath: place.path + "/overlap"))
        let state = await thumbnailer.state()
        #expect(state.made == made && state.waiting == 0)
    }

    @Test func `the helper inherits no open file and no variable`() async throws {
        let script = """
            tr '\\0' '\\n' < /proc/$$/environ > '\(place.path)/environ'
            exec ls /proc/self/fd > '\(place.path)/files'
            """
        // As sockets of the library are: not closed when another program is started.
        let open = fcntl(STDOUT_FILENO, F_DUPFD, 200)
        defer { close(open) }
        _ = try await thumbnailer(script).thumbnail(of: try await stored(photo()), orientation: nil)
        let files = try String(contentsOfFile: place.path + "/files", encoding: .utf8)
        // The last one is of ls(1) itself.
        #expect(files.split(separator: "\n") == ["0", "1", "2", "3"])
        #expect(try String(contentsOfFile: place.path + "/environ", encoding: .utf8) == "")
    }

    @Test(.enabled(if: Tool.whyNot(["systemd-socket-activate"]) == nil))
    func `a helper that systemd starts behind a socket is used in the same way`() async throws {
        let socket = place.path + "/helper.socket"
        let listener = try HelperRun.spawn([
            Tool.path("systemd-socket-activate"), "--accept", "--inetd", "-l", socket, HelperRun.path,
        ])
        defer {
            kill(listener, SIGKILL)
            waitpid(listener, nil, 0)
        }
        // Blocks its thread, as the tests beside it do: a pause of the task could end late.
        for _ in 0..<1_000 where access(socket, F_OK) != 0 { poll(nil, 0, 20) }
        let thumbnailer = try thumbnailer(path: socket)
        let bytes = try photo()
        let thumbnail = await thumbnailer.thumbnail(of: try await stored(bytes), orientation: 8)
        #expect(thumbnail?.bytes == (try HelperRun(bytes, orientation: 8).output))
        #expect(await thumbnailer.thumbnail(of: try await stored([1, 2, 3]), orientation: nil) == nil)
        #expect(await thumbnailer.thumbnail(of: try await stored(bytes), orientation: nil) != nil)
    }
}
