import FieldpostAPI
import FieldpostClient
import Foundation
import Glibc
import TestKit
import Testing

/// `fieldpost link` against a running gateway.
@Suite(.serialized, .timeLimit(.minutes(15))) struct LinkCommandTests {
    private let place: TemporaryDirectory
    private var state: String { "\(place.path)/state" }

    init() throws { place = try TemporaryDirectory() }

    private func configuration(_ links: String) throws -> String {
        try place.file("gateway.yaml", "http: 127.0.0.1:0\n\(links)\n")
    }

    private func link(_ arguments: [String]) throws -> (status: Int32, output: String) {
        try Tool.fieldpost(["link"] + arguments + ["--state-directory", state])
    }

    @Test func `A person pauses photos, the pause survives a crash, and limits change without a restart`() async throws
    {
        let file = try configuration("links: {lte: {daily: 50MB}}")
        var node = try Daemon("gateway", directory: state, arguments: ["--configuration", file])
        #expect(try await node.says(" ready "), "\(node.text)")
        let before = try await node.socket.links().state
        #expect(before.pausedSeconds == nil && before.links.map(\.name) == ["lte"])
        #expect(before.links.first?.day == .init(bytes: 0, limit: 50_000_000))

        let paused = try link(["pause", "--for", "4h"])
        #expect(paused.status == 0 && paused.output.contains("paused for"), "\(paused.output)")
        let isStored = try await waits {
            FileManager.default.contents(atPath: state + "/links.json").map { String(decoding: $0, as: UTF8.self) }?
                .contains("pause") == true
        }
        #expect(isStored)
        node.send(SIGKILL)
        _ = try await node.end()
        node = try Daemon("gateway", directory: state, arguments: ["--configuration", file])
        #expect(try await node.says(" ready "), "\(node.text)")
        let after = try await node.socket.status()
        #expect(try #require(after.links?.pausedSeconds) > 14_000)
        #expect(after.links?.links.first?.photosWaitFor == "paused")
        #expect(try Tool.fieldpost(["status", "--state-directory", state]).output.contains("photos are paused"))

        let resumed = try link(["resume", "--json"])
        #expect(resumed.status == 0 && !resumed.output.contains("paused_seconds"), "\(resumed.output)")
        _ = try configuration("links: {lte: {daily: 1MB, lanes: [entries]}, sat: {}}")
        node.send(SIGHUP)
        let isApplied = try await waits { try await node.socket.links().state.links.map(\.name) == ["lte", "sat"] }
        #expect(isApplied)
        #expect(!node.text.contains("links changed in the configuration"))
        #expect(try link([]).output.contains("do not use this link"))
        #expect(
            try await node.socket.auditLog().list.events.count { $0.account.contains("photos and thumbnails") } == 2)

        for span in ["0h", "31d", "4", "x"] { #expect(try link(["pause", "--for", span]).status == 64) }
        #expect(await Program.isRefused(400) { _ = try await node.socket.pauseLinks(seconds: 0) })
        node.send(SIGTERM)
        #expect(try await node.end() == 0, "\(node.text)")
    }
}
