import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// An administrator changes settings at central, by commands.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SettingsCommandTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    @Test func `A setting is set from a file, listed and shown, and nobody overwrites a version unseen`() async throws {
        let central = try Program.node("central", "central", in: place.path + "/central", [])
        try await central.start()
        defer { central.kill() }
        func settings(_ arguments: [String]) async throws -> (status: Int32, text: String) {
            let (status, output) = try await Program.run(
                ["settings"] + arguments + ["--state-directory", central.directory])
            return (status, String(decoding: output, as: UTF8.self))
        }
        let file = place.path + "/calendar"
        #expect(try await settings([]).text == "No setting was made at this central node.\n")
        for (number, text) in ["2026-10-01 休\n", "2026-10-01 休\n2026-10-10 班\n"].enumerated() {
            try Data(text.utf8).write(to: URL(filePath: file))
            let set = try await settings(["set", "calendar", "--file", file])
            #expect(set.status == 0 && set.text == "calendar is version \(number + 1) now: \(text.utf8.count) bytes.\n")
            #expect(try await settings(["show", "calendar"]).text == text)
        }
        let listed = try await central.socket.settings().value.settings
        #expect(listed.map(\.number) == [2] && listed[0].text == nil && listed[0].at != nil)
        #expect(try await settings([]).text.hasPrefix("calendar  version 2  30 bytes  "))

        // Somebody else changed it after this version was read.
        let seen = listed[0].version
        _ = try await central.socket.set("calendar", to: "3", replacing: seen)
        for version in [seen, nil] {
            let problem = await #expect(throws: ClientError.self) {
                _ = try await central.socket.set("calendar", to: "lost", replacing: version)
            }
            #expect("\(String(describing: problem))".contains("Read it again"))
        }
        #expect(try await settings(["set", "calendar", "--file", file, "--replaces", seen]).status != 0)
        #expect(try await central.socket.setting("calendar").value.text == "3")
        #expect(try await settings(["show", "nothing"]).status != 0)
        #expect(try await settings(["show", "Calendar"]).status == 64)
        try Data(repeating: 0x61, count: 200_000).write(to: URL(filePath: file))
        #expect(try await settings(["set", "large", "--file", file]).status != 0)

        let events = try await central.socket.auditLog().list.events.map(\.account)
        #expect(events.count { $0.hasPrefix("Set calendar, version ") } == 3)
        #expect(await central.stop())
        try await central.start()
        #expect(try await central.socket.setting("calendar").value.number == 3)
    }
}
