import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// `fieldpost reports --text` and `fieldpost changes` against running nodes of both roles, and server-sent events.
@Suite(.serialized, .timeLimit(.minutes(15))) struct SearchAndChangesTests {
    private func lines(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
    }

    @Test(arguments: ["gateway", "central"])
    func `A person finds reports by words, and a program follows what happens, over a restart and a restore`(
        role: String
    ) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let node = try Program.node(role, role, in: place.path, listens: false)
        _ = try await node.start()
        defer { node.kill() }
        func run(_ arguments: String...) async throws -> String {
            let (code, output) = try await Program.run(arguments + ["--state-directory", node.directory])
            let text = String(decoding: output, as: UTF8.self)
            #expect(code == 0, "\(arguments): \(text)")
            return text
        }
        func create(_ text: String) async throws -> String {
            var input = try #require(ReportSource.generated(count: 1, seed: .random(in: 1...1 << 40)).reports.first)
            input.set(.text, text)
            try await node.socket.create(input)
            return input.id.description
        }
        let cover = try await create("三单元井盖松动，请处理")
        let lamp = try await create("路灯不亮")
        /// What is found as soon as this report is among it.
        func find(_ words: String, _ report: String) async throws -> String {
            var text = ""
            _ = try await waits(pause: .milliseconds(100)) {
                text = try await run("reports", "--text", words)
                return text.contains(report)
            }
            return text
        }
        let found = try await find("盖松 三单元", cover)
        #expect(found.contains(cover) && !found.contains(lamp))

        let first = try lines(try await run("changes", "--json"))
        #expect(first.compactMap { $0["report"]?.text } == [cover, lamp])
        let cursor = try #require(first.last?["cursor"]?.text)
        let copy = place.path + "/copy.sqlite"
        _ = await node.stop()
        try FileManager.default.copyItem(atPath: node.directory + "/journal.sqlite", toPath: copy)
        _ = try await node.start()
        let third = try await create("井盖缺失")
        let second = try lines(try await run("changes", "--json", "--since", cursor))
        #expect(second.compactMap { $0["report"]?.text } == [third])
        #expect(try await find("井盖", third).contains(third))

        // As a browser reads it: three events, then blocks with an id only.
        var (code, events): (Int32, String) = (-1, "")
        // A busy machine may need more than some seconds.
        for seconds in [3, 60] where events.components(separatedBy: "event: change").count < 4 {
            (code, events) = try Tool.shell(
                "curl -N -sS --max-time \(seconds) --unix-socket \(node.socket.address) "
                    + "-H 'Accept: text/event-stream' 'http://localhost/v1/changes?kind=created' 2>curl.err",
                in: place.path)
        }
        #expect(code == 28, "the stream goes on until the client leaves")
        #expect(events.components(separatedBy: "event: change\ndata: {").count == 4, "\(events)")
        #expect(events.hasPrefix("id: ") && events.hasSuffix("\n\n"))

        // Put back from a copy: what was told after it is gone, and the reader learns so.
        _ = await node.stop()
        for file in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: node.directory + "/" + file)
        }
        try FileManager.default.copyItem(atPath: copy, toPath: node.directory + "/journal.sqlite")
        _ = try await node.start()
        let told = try #require(second.first?["cursor"]?.text)
        let after = try lines(try await run("changes", "--json", "--since", told))
        #expect(after.map { $0["type"]?.text } == ["reset"])
        let again = try lines(try await run("changes", "--json"))
        #expect(Set(again.compactMap { $0["report"]?.text }) == [cover, lamp])
        #expect(try await run("changes").contains("To go on from here: --since "))
    }
}
