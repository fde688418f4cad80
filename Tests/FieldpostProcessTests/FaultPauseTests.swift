import FieldpostAPI
import FieldpostClient
import Foundation
import Glibc
import TestKit
import Testing

/// A node that systemd starts again and again waits longer each time, and one that a person starts does not.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FaultPauseTests {
    private let place: TemporaryDirectory
    private var state: String { "\(place.path)/state" }
    private var file: String { "\(state)/starts" }

    init() throws { place = try TemporaryDirectory() }

    private func node(_ http: String = "127.0.0.1:0") throws -> Daemon {
        try Daemon(
            "central", directory: state, arguments: ["--http", http],
            environment: ["NOTIFY_SOCKET": "\(place.path)/nobody"])
    }

    private var counted: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    /// This boot, as the file names it.
    private func boot() throws -> String {
        try #require(counted.split(separator: " ").last).trimmingCharacters(in: .newlines)
    }

    @Test func `The fourth start after three faults waits, SIGTERM ends the wait, and the next start does not wait`()
        async throws
    {
        let holder = try node()
        #expect(try await holder.says(" ready "), "\(holder.text)")
        let taken = try #require(try await holder.socket.status().httpAddress)
        // A good start counts as begun until it has run well for a while or was stopped.
        #expect(counted.hasPrefix("1 "))
        holder.send(SIGTERM)
        #expect(try await holder.end() == 0)
        #expect(!FileManager.default.fileExists(atPath: file))

        let other = try Daemon("central", directory: "\(place.path)/other", arguments: ["--http", taken])
        #expect(try await other.says(" ready "), "\(other.text)")
        #expect(!FileManager.default.fileExists(atPath: "\(place.path)/other/starts"))
        for fault in 1...3 {
            let failing = try node(taken)
            #expect(try await failing.end() == 69, "\(failing.text)")
            #expect(counted.hasPrefix("\(fault) ") && !failing.text.contains("waits until"))
        }
        let waiting = try node(taken)
        #expect(try await waiting.end() == 69, "\(waiting.text)")
        #expect(waiting.text.contains("ended by a fault 3 times in a row") && counted.hasPrefix("4 "))
        // After so many, it would wait for longer than this test does.
        try "12 \(boot())\n".write(toFile: file, atomically: true, encoding: .utf8)
        let stopped = try node(taken)
        #expect(try await stopped.says("ended by a fault 12 times in a row"), "\(stopped.text)")
        #expect(stopped.isRunning)
        stopped.send(SIGTERM)
        #expect(try await stopped.end() == 0, "\(stopped.text)")
        #expect(!FileManager.default.fileExists(atPath: file))
        let again = try node(taken)
        #expect(try await again.end() == 69)
        #expect(counted.hasPrefix("1 ") && !again.text.contains("waits until"))
    }

    @Test func `A wait ends by itself, a damaged count is none, and a wrong configuration ends at once`() async throws {
        let first = try node()
        #expect(try await first.says(" ready "), "\(first.text)")
        first.send(SIGKILL)
        #expect(try await first.end() == 128 + SIGKILL)
        let boot = try boot()
        try "3 \(boot)\n".write(toFile: file, atomically: true, encoding: .utf8)
        let begun = ContinuousClock.now
        let waiting = try node()
        #expect(try await waiting.says("waits until"), "\(waiting.text)")
        #expect(try await waits(120) { waiting.text.contains(" ready ") }, "\(waiting.text)")
        #expect(ContinuousClock.now - begun > .seconds(3) && counted.hasPrefix("4 "))
        waiting.send(SIGKILL)
        #expect(try await waiting.end() == 128 + SIGKILL)

        for content in [
            "999999999999999999999 \(boot)", "-4 \(boot)", "7", "9 another-boot", String(repeating: "9", count: 9000),
        ] {
            try content.write(toFile: file, atomically: true, encoding: .utf8)
            let wrong = try node("nowhere")
            #expect(try await wrong.end() == 78, "\(wrong.text)")
            let node = try node()
            #expect(try await node.says(" ready "), "\(content.prefix(40)): \(node.text)")
            #expect(!node.text.contains("waits until") && counted.hasPrefix("1 "), "\(content.prefix(40))")
            node.send(SIGKILL)
            #expect(try await node.end() == 128 + SIGKILL)
        }
    }
}
