import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Glibc
import TestKit
import Testing

/// Webhooks of a real central node, to a receiver that was written after their document.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: Tool.whyNot(["python3"]) == nil, "needs python3"))
struct WebhookTests {
    /// `receiver.py` as a process.
    private final class Receiver {
        let file: String
        let port: Int
        private let process = Process()

        init(in directory: String) throws {
            file = directory + "/received"
            let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/receiver.py"
            process.executableURL = URL(fileURLWithPath: Tool.path("python3"))
            process.arguments = [script, file]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            port = try #require(Int(Self.line(output.fileHandleForReading)))
        }

        deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

        private static func line(_ handle: FileHandle) -> String {
            var text = ""
            while let byte = try? handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
            return text
        }

        var url: String { "http://127.0.0.1:\(port)/fieldpost" }

        func set(_ end: String, _ text: String) throws {
            try text.write(toFile: "\(file).\(end)", atomically: true, encoding: .utf8)
        }

        var requests: [JSONValue] {
            ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").compactMap {
                try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
            }
        }

        /// The reports of the changes that were taken, in order, with their kinds.
        var taken: [String] {
            let taken = requests.filter { (200...204).contains($0["status"]?.double ?? 0) }
            return taken.flatMap { $0["body"]?["changes"]?.list ?? [] }.map { change in
                let kinds = change["kinds"]?.list?.compactMap(\.text).joined(separator: "+") ?? ""
                return "\(change["report"]?.text?.prefix(8) ?? "") \(kinds)"
            }
        }
    }

    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private func create(_ seed: Int, category: String? = nil, at client: FieldpostClient) async throws -> ReportID {
        var report = try #require(ReportSource.generated(count: 1, seed: UInt64(seed)).reports.first)
        if let category { report.set(.category, category) }
        _ = try await client.create(report)
        return report.id
    }

    private func run(_ arguments: [String], of central: NodeProcess, expecting code: Int32 = 0) async throws -> String {
        let (status, output) = try await Program.run(
            ["webhooks"] + arguments + ["--state-directory", central.directory])
        #expect(status == code, "\(arguments)")
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `Each change comes once and in order, through failures of the receiver and a crash of central`()
        async throws
    {
        defer { place.remove() }
        let receiver = try Receiver(in: place.path)
        let central = try Program.node("central", "central", in: place.path + "/central", listens: false)
        _ = try await central.start()
        defer { central.kill() }
        let before = try await create(1, at: central.socket)
        let secret = try await run(["add", "city", receiver.url], of: central)
        #expect(secret.hasPrefix("whsec_"))
        try receiver.set("secret", secret)
        let test = try await run(["test", "city"], of: central)
        #expect(test.contains("taken"))
        #expect(receiver.requests.first?["body"]?["type"]?.text == "test")

        let first = try await create(2, at: central.socket)
        #expect(try await waits { receiver.taken == ["\(first.description.prefix(8)) created"] })
        #expect(receiver.requests.last?["type"]?.text == "application/json")
        #expect(!receiver.taken.contains { $0.hasPrefix(before.description.prefix(8)) })

        // It fails: what changes meanwhile comes later, and nothing comes before it.
        for status in ["500", "302"] {
            try receiver.set("answer", status)
            let id = try await create(status == "500" ? 3 : 4, at: central.socket)
            let failed = { receiver.requests.contains { $0["status"]?.double.map { "\(Int($0))" } == status } }
            _ = try await central.socket.resumeWebhook("city")
            #expect(try await waits(until: failed), "\(status)")
            #expect(!receiver.taken.contains { $0.hasPrefix(id.description.prefix(8)) })
        }
        #expect(!receiver.requests.contains { $0["path"]?.text == "/elsewhere" }, "no redirection is followed")
        let state = try #require(try await central.socket.webhooks().value.webhooks.first)
        #expect(state.failures > 0 && state.waiting && state.nextAttempt != nil)
        #expect(try await run([], of: central).contains("failed: the receiver answered 302"))
        #expect(try await run(["deliveries", "city"], of: central).contains("failed: the receiver answered 500"))

        // A crash loses nothing of what waits, and a clock that was set back by years makes nobody wait for years.
        let file = central.directory + "/webhooks.json"
        var written = ""
        let isWritten = try await waits {
            written = try String(contentsOfFile: file, encoding: .utf8)
            return written.contains("nextAttempt")
        }
        #expect(isWritten, "the next attempt is in the file")
        central.kill()
        let ahead = written.replacing(/"nextAttempt":\d+/, with: #""nextAttempt":4102444800000"#)
        #expect(ahead != written)
        try ahead.write(toFile: file, atomically: true, encoding: .utf8)
        try receiver.set("answer", "204")
        _ = try await central.start()
        let last = try await create(5, at: central.socket)
        let everything = { receiver.taken.contains { $0.hasPrefix(last.description.prefix(8)) } }
        #expect(try await waits(until: everything))
        var seen: [String] = []
        for line in receiver.taken where !seen.contains(line) { seen.append(line) }
        #expect(seen.count == 4 && seen.first == "\(first.description.prefix(8)) created")
        #expect(try await waits { try await !central.socket.webhooks().value.webhooks[0].waiting })

        // An answer that never ends has its status all the same.
        try receiver.set("answer", "200 endless")
        for seed in [6, 7] {
            let id = try await create(seed, at: central.socket).description.prefix(8)
            #expect(try await waits { receiver.taken.contains { $0.hasPrefix(id) } })
        }
        #expect(try await waits { try await !central.socket.webhooks().value.webhooks[0].waiting })

        // 410 pauses it.
        try receiver.set("answer", "410")
        _ = try await create(8, at: central.socket)
        #expect(try await waits { try await central.socket.webhooks().value.webhooks[0].paused })
        #expect(try await central.socket.status().alarms.contains { $0.contains("The webhook city is paused") })
        _ = try await run(["remove", "city"], of: central)
        #expect(try await run([], of: central).hasPrefix("There are no webhooks"))
        #expect(try await run(["deliveries", "city"], of: central, expecting: 1).isEmpty)
        let audit = try await Program.run(["audit", "--state-directory", central.directory]).1
        let added = "Adding the webhook city, to http://127.0.0.1:\(receiver.port)."
        #expect(String(decoding: audit, as: UTF8.self).contains(added))
    }

    @Test func `A filter chooses changes, and an address that shows reports to others must be asked for`()
        async throws
    {
        defer { place.remove() }
        let receiver = try Receiver(in: place.path)
        let central = try Program.node("central", "central", in: place.path + "/central", listens: false)
        _ = try await central.start()
        defer { central.kill() }
        let wrong = ["http://city.example.cn/x", "ftp://127.0.0.1/", "https://a:b@city.example.cn/", "https://x/#y"]
        for url in wrong {
            let refused = await #expect(throws: ClientError.self) {
                _ = try await central.socket.addWebhook("city", url: url, filter: nil, allowsPlain: false)
            }
            #expect("\(String(describing: refused))".contains("url"), "\(url)")
        }
        for filter in ["limit=5", "kind=nothing", "since=0", "text=a"] {
            await #expect(throws: ClientError.self, "\(filter)") {
                _ = try await central.socket.addWebhook("city", url: receiver.url, filter: filter, allowsPlain: false)
            }
        }
        let made = try await central.socket.addWebhook(
            "city", url: receiver.url, filter: "kind=created&category=AQ01", allowsPlain: false)
        try receiver.set("secret", made.value.secret)
        _ = try await create(11, category: "SZ01", at: central.socket)
        let wanted = try await create(12, category: "AQ01", at: central.socket)
        _ = try await create(13, category: "SZ01", at: central.socket)
        #expect(try await waits { !receiver.taken.isEmpty })
        #expect(try await waits { try await !central.socket.webhooks().value.webhooks[0].waiting })
        #expect(receiver.taken == ["\(wanted.description.prefix(8)) created"])
        let file = central.directory + "/webhooks.json"
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

        // A damaged file stops webhooks, and nothing else.
        _ = await central.stop()
        try Data("{".utf8).write(to: URL(fileURLWithPath: file))
        _ = try await central.start()
        _ = try await create(14, at: central.socket)
        #expect(try await central.socket.status().alarms.contains { $0.contains("The webhooks are not served") })
        await #expect(throws: ClientError.self) {
            _ = try await central.socket.addWebhook("b", url: receiver.url, filter: nil, allowsPlain: false)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("{".utf8))
    }
}
