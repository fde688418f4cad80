import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Glibc
import MediaSamples
import NIOHTTP1
import TestKit
import Testing

/// Photos that go to a real gateway, which is killed in the middle.
@Suite(.serialized, .timeLimit(.minutes(15))) struct UploadTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    /// A photo of this many bytes.
    private func photo(_ bytes: Int) throws -> Hash256 {
        let start = SampleJPEG.bytes(exif: SampleExif.full.tiff)
        let content = start + (0..<bytes - start.count).map { UInt8(truncatingIfNeeded: $0 / 251 &* 31 + $0) }
        try Data(content).write(to: URL(filePath: place.path + "/photo.jpg"))
        return Hash256(hashing: content)
    }

    private func gateway(at address: String = "127.0.0.1:0") async throws -> (Daemon, String) {
        let node = try Daemon(
            "gateway", directory: place.path + "/state",
            arguments: [
                "--http", address, "--http-open", "--configuration", try place.file("g.yaml", "role: gateway\n"),
            ])
        #expect(try await node.says(" ready "), "\(node.text)")
        return (node, try #require(try await node.socket.status().httpAddress))
    }

    private func kill(_ node: Daemon) async throws {
        node.send(SIGKILL)
        #expect(try await node.end() == 128 + SIGKILL)
    }

    @Test func `curl alone sends a photo, goes on after a kill, and attaches it`() async throws {
        if let why = Tool.whyNot(["curl"]) { return FileHandle.standardError.write(Data("skipped: \(why)\n".utf8)) }
        let hash = try photo(3_000_000)
        var (node, address) = try await gateway()
        func curl(_ arguments: String) throws -> String {
            let (status, text) = try Tool.shell("curl -sS \(arguments)", in: place.path)
            #expect(status == 0, "\(text)")
            return text
        }
        let report = try curl(
            "-H 'Content-Type: application/json' -d '{\"channel\": \"app\", \"text\": \"井盖\"}' "
                + "-o report.json -w '%header{location}' http://\(address)/v1/reports")
        let tus = "-H 'Tus-Resumable: 1.0.0'"
        let upload = try curl(
            "\(tus) -X POST -H 'Upload-Length: 3000000' -o /dev/null -w '%header{location}' "
                + "http://\(address)/v1/uploads"
        )
        #expect(upload.hasPrefix("/v1/uploads/"))
        let bytes = "-H 'Content-Type: application/offset+octet-stream'"
        _ = try curl(
            "\(tus) \(bytes) -H 'Upload-Offset: 0' -X PATCH --data-binary @<(head -c 1200000 photo.jpg) "
                + "http://\(address)\(upload)")
        try await kill(node)
        (node, address) = try await gateway(at: address)
        let offset = try curl("\(tus) -I -o /dev/null -w '%header{upload-offset}' http://\(address)\(upload)")
        #expect(offset == "1200000")
        let blob = try curl(
            "\(tus) \(bytes) -H 'Upload-Offset: \(offset)' -X PATCH --data-binary @<(tail -c +1200001 photo.jpg) "
                + "-w '%header{fieldpost-blob}' http://\(address)\(upload)")
        #expect(blob == hash.hex)
        let attached = try curl(
            "-H 'Content-Type: application/json' -d '{\"sha256\": \"\(blob)\", \"role\": \"scene\"}' "
                + "http://\(address)\(report)/attachments")
        #expect(attached.contains("\"place\":\"here\""), "\(attached)")
        _ = try curl("-o back.jpg http://\(address)/v1/blobs/\(blob)")
        #expect(try Tool.shell("cmp photo.jpg back.jpg", in: place.path).status == 0)
        #expect(try await node.socket.status().blobs.held == 1)
        // The same photo in one request is there already.
        let again = try curl("-T photo.jpg -o /dev/null -w '%{http_code}' http://\(address)/v1/blobs/\(blob)")
        #expect(again == "200")
        // The command sends and attaches it in one go, and a repetition changes nothing.
        for _ in 0..<2 {
            let arguments = ["attach", String(report.suffix(36)), place.path + "/photo.jpg", "--role", "after"]
            let (status, text) = try Tool.fieldpost(arguments + ["--state-directory", node.directory])
            #expect(status == 0 && text.hasPrefix(blob), "\(text)")
        }
        let shown = try await node.socket.report(try #require(ReportID(text: report.suffix(36)))).report
        #expect(shown["attachments"]?.list?.count == 2)
        node.send(SIGTERM)
        #expect(try await node.end() == 0)
    }

    @Test func `a hundred uploads at once take little memory`() async throws {
        let (node, address) = try await gateway()
        let before = node.mostMemory
        let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
        let start = SampleJPEG.bytes()
        let connections = try (0..<100).map { _ in try RawConnection(to: .port(port), seconds: 60) }
        var contents: [[UInt8]] = []
        for (number, connection) in connections.enumerated() {
            let content = start + [UInt8](repeating: UInt8(number), count: 1_500_000)
            contents.append(content)
            let hash = Hash256(hashing: content)
            await connection.deliver(
                Array("PUT /v1/blobs/\(hash.hex) HTTP/1.1\r\nHost: a\r\nContent-Length: \(content.count)\r\n\r\n".utf8)
                    + content.prefix(1_200_000))
        }
        #expect(try await waits { try await node.socket.status().blobs.uploads == 100 })
        for (connection, content) in zip(connections, contents) {
            await connection.deliver(Array(content.dropFirst(1_200_000)))
        }
        for connection in connections { #expect(await connection.answer()?.status == 201) }
        #expect(try await node.socket.status().blobs.held == 100)
        // Held whole they would take 150 MB. What a program takes before, its debug build decides: so the rise alone.
        #expect(node.mostMemory - before < 64 << 20, "\(before) \(node.mostMemory)")
    }

    @Test func `a node ends when its store of photos fails, and starts again without it`() async throws {
        let (node, address) = try await gateway()
        let bytes = SampleJPEG.bytes()
        let path = "/v1/blobs/\(Hash256(hashing: bytes).hex)"
        let client = try HTTPExchange(address: address)
        try FileManager.default.removeItem(atPath: node.directory + "/blobs")
        let isRefused = await Program.isRefused(503) {
            _ = try await client.send(.PUT, path, body: bytes, mediaType: "image/jpeg")
        }
        #expect(isRefused)
        #expect(try await node.end() == 74)
        #expect(node.text.contains("The store of photos failed"), "\(node.text)")
        let (again, there) = try await gateway()
        _ = try await HTTPExchange(address: there).send(.PUT, path, body: bytes, mediaType: "image/jpeg")
        again.send(SIGTERM)
        #expect(try await again.end() == 0)
    }

    @Test func `an upload is for its terminal alone, and a photo for those who may see its report`() async throws {
        let node = try Daemon(
            "gateway", directory: place.path + "/state",
            arguments: [
                "--http", "127.0.0.1:0", "--configuration", try place.file("g.yaml", "role: gateway\n"),
            ])
        #expect(try await node.says(" ready "), "\(node.text)")
        let address = try #require(try await node.socket.status().httpAddress)
        var clients: [HTTPExchange] = []
        for (name, channel) in [("P-7", "terminal"), ("P-8", "terminal"), ("W-1", "sensor")] {
            let token = try #require(try await node.socket.addTerminal(name, channel: channel).value.token)
            clients.append(try HTTPExchange(address: address, token: token))
        }
        let bytes = SampleJPEG.bytes(exif: SampleExif.full.tiff)
        let tus = [("Tus-Resumable", "1.0.0")]
        let created = try await clients[0].send(
            .POST, "/v1/uploads", headers: tus + [("Upload-Length", "\(bytes.count)")])
        let upload = try #require(created.headers.first(name: "Location"))
        for client in clients[1...] {
            #expect(await Program.isRefused(404) { _ = try await client.send(.HEAD, upload, headers: tus) })
            #expect(await Program.isRefused(404) { _ = try await client.send(.DELETE, upload, headers: tus) })
        }
        _ = try await clients[0].send(
            .PATCH, upload, headers: tus + [("Upload-Offset", "0")], body: bytes,
            mediaType: "application/offset+octet-stream")
        let photo = "/v1/blobs/\(Hash256(hashing: bytes).hex)"
        #expect(try await clients[0].send(.GET, photo).body == Data(bytes))
        #expect(await Program.isRefused(404) { _ = try await clients[1].send(.GET, photo) })
        let report = try await clients[1].send(.POST, "/v1/reports", body: Array(#"{"channel": "terminal"}"#.utf8))
        let path = try #require(report.headers.first(name: "Location")) + "/attachments"
        let body = Array(#"{"sha256": "\#(Hash256(hashing: bytes).hex)"}"#.utf8)
        #expect(await Program.isRefused(403) { _ = try await clients[2].send(.POST, path, body: body) })
        _ = try await clients[0].send(.POST, path, body: body)
        #expect(try await clients[1].send(.GET, photo).body == Data(bytes))
        #expect(await Program.isRefused(403) { _ = try await clients[2].send(.GET, photo) })
        node.send(SIGTERM)
        #expect(try await node.end() == 0)
    }

    @Test func `a photo follows its report to central, also over a link that is cut`() async throws {
        let hash = try photo(2_000_000)
        try await Program.withFleet { fleet in
            _ = try await fleet.converge(within: 120)
            await fleet.links[0].cut()
            guard case .report(let report) = ReportSource.generated(count: 1, seed: 7)[0] else { return }
            let gateway = fleet.gatewayClients[0]
            _ = try await gateway.create(report)
            _ = try await gateway.attach(hash, announcing: 2_000_000, as: "image/jpeg", to: report.id)
            let file = try #require(FileHandle(forReadingAtPath: place.path + "/photo.jpg"))
            #expect(try await gateway.upload(file) == hash)
            try await fleet.links[0].heal()
            let isThere = try await waits(120) {
                let shown = try? await fleet.centralClient.report(report.id).report
                return shown?["attachments"]?.list?.first?["place"]?.text == "here"
            }
            #expect(isThere)
            let back = try await fleet.centralClient.exchange.send(.GET, "/v1/blobs/\(hash.hex)").body
            #expect(try back == Data(contentsOf: URL(filePath: place.path + "/photo.jpg")))
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `a job finds the photo whose file is gone at central, and it comes again`() async throws {
        let hash = try photo(300_000)
        try await Program.withFleet { fleet in
            let central = fleet.central.socket
            guard case .report(let report) = ReportSource.generated(count: 1, seed: 7)[0] else { return }
            let file = try #require(FileHandle(forReadingAtPath: place.path + "/photo.jpg"))
            #expect(try await fleet.gatewayClients[0].upload(file) == hash)
            _ = try await fleet.gatewayClients[0].create(report)
            _ = try await fleet.gatewayClients[0].attach(hash, to: report.id, role: nil)
            #expect(try await waits(120) { try await central.status().blobs.held == 1 })
            #expect(await fleet.central.stop())
            try FileManager.default.removeItem(
                atPath: "\(fleet.central.directory)/blobs/\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2))")
            _ = try await fleet.central.start()
            #expect(try await waits(120) { try await central.status().peers.first?.isConnected == true })
            let number = try await central.resync(gateway: "gateway-1", mode: .blobs).value.number
            #expect(try await waits(120) { try await central.job(number).value.state == .finished })
            #expect(
                try await central.job(number).value.differences
                    == [ResyncJob.Difference(kind: "file", id: hash.hex, side: "central")])
            #expect(try await waits(120) { try await central.status().blobs.held == 1 })
            let back = try await fleet.centralClient.exchange.send(.GET, "/v1/blobs/\(hash.hex)").body
            #expect(try back == Data(contentsOf: URL(filePath: place.path + "/photo.jpg")))
            let again = try await central.resync(gateway: "gateway-1", mode: .blobs).value.number
            #expect(try await waits(120) { try await central.job(again).value.state == .finished })
            #expect(try await central.job(again).value.moved == 0)
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `a pause holds photos and lets reports pass, and its end lets the photos go`() async throws {
        let hash = try photo(400_000)
        try await Program.withFleet { fleet in
            _ = try await fleet.converge(within: 120)
            let (gateway, socket) = (fleet.gatewayClients[0], fleet.gateways[0].socket)
            _ = try await socket.pauseLinks(seconds: 3600)
            let reports = ReportSource.generated(count: 12, seed: 8).compactMap { line in
                if case .report(let report) = line { report } else { nil }
            }
            let file = try #require(FileHandle(forReadingAtPath: place.path + "/photo.jpg"))
            #expect(try await gateway.upload(file) == hash)
            for report in reports {
                _ = try await gateway.create(report)
                _ = try await gateway.attach(hash, to: report.id, role: nil)
                #expect(try await waits { (try? await fleet.centralClient.report(report.id)) != nil })
            }
            #expect(try await fleet.central.socket.status().blobs.held == 0)
            let paused = try await socket.links().state
            #expect(paused.links.first?.photosWaitFor != nil)
            #expect((paused.links.first?.day.bytes ?? 0) > 1_000, "what the session carried is counted")
            _ = try await socket.resumeLinks()
            #expect(try await waits { try await fleet.central.socket.status().blobs.held == 1 })
            #expect((try await socket.links().state.links.first?.day.bytes ?? 0) > 400_000)
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `a photo of its grid reaches a gateway when somebody opens it there`() async throws {
        let hash = try photo(300_000)
        try await Program.withFleet { fleet in
            guard case .report(let report) = ReportSource.generated(count: 1, seed: 9)[0] else { return }
            _ = try await fleet.gatewayClients[0].create(report)
            _ = try await fleet.converge(within: 120)
            let file = try #require(FileHandle(forReadingAtPath: place.path + "/photo.jpg"))
            #expect(try await fleet.centralClient.upload(file) == hash)
            _ = try await fleet.centralClient.attach(hash, to: report.id, role: .after)
            _ = try await fleet.converge(within: 120)
            let isThere = try await waits {
                let back = try? await fleet.gatewayClients[0].exchange.send(.GET, "/v1/blobs/\(hash.hex)").body
                return try back == Data(contentsOf: URL(filePath: place.path + "/photo.jpg"))
            }
            #expect(isThere)
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `a small picture of a photo is made when somebody asks for it`() async throws {
        let bytes = SampleJPEG.bytes(exif: SampleExif.full.tiff)
        let path = "/v1/blobs/\(Hash256(hashing: bytes).hex)"
        let (node, address) = try await gateway()
        let client = try HTTPExchange(address: address)
        #expect(await Program.isRefused(404) { _ = try await client.send(.GET, path + "/thumbnail") })
        _ = try await client.send(.PUT, path, body: bytes, mediaType: "image/jpeg")
        let answer = try await client.send(.GET, path + "/thumbnail")
        #expect(answer.body.starts(with: [0xFF, 0xD8]) && answer.body.suffix(2) == Data([0xFF, 0xD9]))
        #expect(answer.body.count <= Limits.thumbnailBytes)
        #expect(answer.body.range(of: Data("Exif".utf8)) == nil)
        #expect(answer.headers.first(name: "Content-Type") == "image/jpeg")
        node.send(SIGTERM)
        #expect(try await node.end() == 0)
    }

    /// tuspy is the reference client for Python. The package comes from PyPI.
    @Test func `tuspy sends 20 MB through a gateway that is killed three times`() async throws {
        let (isMissing, text) = try Tool.shell(
            "python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check tuspy", in: place.path)
        guard isMissing == 0 else {
            return FileHandle.standardError.write(Data("skipped: tuspy cannot be installed: \(text)\n".utf8))
        }
        let hash = try photo(20_000_000)
        var (node, address) = try await gateway()
        let script = """
            import sys, time
            from tusclient import client
            from tusclient.exceptions import TusCommunicationError
            import requests
            url = "http://%s/v1/uploads" % sys.argv[1]
            failures = (TusCommunicationError, requests.exceptions.RequestException)
            uploader = client.TusClient(url).uploader("photo.jpg", chunk_size=700_000)
            while uploader.offset < 20_000_000:
                try:
                    uploader.upload_chunk()
                    sys.stderr.write("offset %d\\n" % uploader.offset)
                except failures as error:
                    sys.stderr.write("again %s\\n" % type(error).__name__)
                    time.sleep(0.2)
                    try:
                        uploader.offset = uploader.get_offset()
                    except failures:
                        pass
            """
        try Data(script.utf8).write(to: URL(filePath: place.path + "/upload.py"))
        let client = Process()
        client.executableURL = URL(fileURLWithPath: place.path + "/venv/bin/python3")
        client.arguments = ["upload.py", address]
        client.currentDirectoryURL = URL(filePath: place.path)
        _ = FileManager.default.createFile(atPath: place.path + "/upload.log", contents: nil)
        let log = try #require(FileHandle(forWritingAtPath: place.path + "/upload.log"))
        (client.standardOutput, client.standardError) = (log, log)
        try client.run()
        func progress() -> String { (try? String(contentsOfFile: place.path + "/upload.log", encoding: .utf8)) ?? "" }
        func offset() -> Int {
            progress().split(separator: "\n").last { $0.hasPrefix("offset") }
                .flatMap { Int($0.dropFirst(7)) } ?? 0
        }
        for part in [3_000_000, 8_000_000, 14_000_000] {
            #expect(try await waits(120) { offset() >= part }, "\(progress())")
            try await kill(node)
            (node, address) = try await gateway(at: address)
        }
        #expect(try await waits(120) { !client.isRunning }, "\(progress())")
        #expect(client.terminationStatus == 0, "\(progress())")
        #expect(progress().contains("again"))
        let (_, back) = try Tool.shell("curl -sS http://\(address)/v1/blobs/\(hash.hex) | sha256sum", in: place.path)
        #expect(back.hasPrefix(hash.hex), "\(back)")
    }
}

extension FieldpostClient {
    /// Names a photo that the node does not have yet.
    fileprivate func attach(
        _ blob: Hash256, announcing bytes: Int, as mediaType: String, to report: ReportID
    ) async throws -> HTTPExchange.Answer {
        try await exchange.send(
            .POST, "/v1/reports/\(report)/attachments",
            body: Array(#"{"sha256": "\#(blob.hex)", "bytes": \#(bytes), "media_type": "\#(mediaType)"}"#.utf8))
    }
}
