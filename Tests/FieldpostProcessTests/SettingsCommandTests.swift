import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// An administrator changes settings at central, by commands.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SettingsCommandTests {
    private let place: TemporaryDirectory

    private static let calendar = "calendar\t1\nversion\tx\nknown\t2026-01-01\t2026-12-31\nhours\t08:30\t12:00\n"

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
        for (number, days) in ["holiday\t2026-10-01\t国庆节\n", ""].enumerated() {
            let text = Self.calendar + days
            try Data(text.utf8).write(to: URL(filePath: file))
            let set = try await settings(["set", "calendar", "--file", file])
            #expect(set.status == 0 && set.text == "calendar is version \(number + 1) now: \(text.utf8.count) bytes.\n")
            #expect(try await settings(["show", "calendar"]).text == text)
        }
        let listed = try await central.socket.settings().value.settings
        #expect(listed.map(\.number) == [2] && listed[0].text == nil && listed[0].at != nil)
        #expect(try await settings([]).text.hasPrefix("calendar  version 2  \(Self.calendar.utf8.count) bytes  "))
        // A text with a fault changes nothing, and the answer names the line.
        let refusal = await #expect(throws: ClientError.self) {
            _ = try await central.socket.set(
                "calendar", to: Self.calendar + "holiday\t2026-13-01\tx\n", replacing: listed[0].version)
        }
        #expect("\(String(describing: refusal))".contains("Line 5: “2026-13-01” is no date"))

        // Somebody else changed it after this version was read.
        let seen = listed[0].version
        let other = Self.calendar.replacing("12:00", with: "11:30")
        _ = try await central.socket.set("calendar", to: other, replacing: seen)
        for version in [seen, nil] {
            let problem = await #expect(throws: ClientError.self) {
                _ = try await central.socket.set("calendar", to: Self.calendar, replacing: version)
            }
            #expect("\(String(describing: problem))".contains("Read it again"))
        }
        #expect(try await settings(["set", "calendar", "--file", file, "--replaces", seen]).status != 0)
        #expect(try await central.socket.setting("calendar").value.text == other)
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

    @Test func `A catalogue that central changes is in force at a gateway, and a case is filed by it`() async throws {
        let central = try Program.node("central", "central", in: place.path + "/central", [])
        let address = try #require(try await central.start().peerAddress)
        defer { central.kill() }
        let gateway = try Program.node("gateway", "station-1", in: place.path + "/gateway", ["--dial", address])
        try await gateway.enroll(with: central)
        let near = try FieldpostClient(at: try #require(try await gateway.start().httpAddress))
        defer { gateway.kill() }
        func run(_ arguments: [String], at node: NodeProcess) async throws -> String {
            let (status, output) = try await Program.run(arguments + ["--state-directory", node.directory])
            #expect(status == 0, "\(arguments)")
            return String(decoding: output, as: UTF8.self)
        }
        let builtIn = try await run(["settings", "show", "catalogue", "--built-in"], at: central)
        #expect(try await run(["catalogue", "ddc"], at: gateway).hasPrefix("AQ01  电动车违规上楼充电"))
        let line = "condition\t缺失或移位，有人坠落的危险\t4 urgent_hours"
        #expect(builtIn.contains(line))
        let file = place.path + "/catalogue"
        let changed = builtIn.replacing(line, with: "condition\t整块缺失\t3 urgent_hours")
        try Data(changed.utf8).write(to: URL(filePath: file))
        _ = try await run(["settings", "set", "catalogue", "--file", file], at: central)

        let version = try await central.socket.setting("catalogue").value.version
        #expect(try await waits(120) { try await near.categories().value.catalogue == version })
        let shown = try await run(["catalogue", "井盖"], at: gateway)
        #expect(shown.hasPrefix("SZ01  井盖缺损") && shown.contains("整块缺失: 3 紧急工作时"), "\(shown)")

        var report = try #require(ReportSource.generated(count: 1, seed: 7).reports.first)
        report.set(.category, "SZ01")
        _ = try await near.create(report)
        _ = try await run(["step", "\(report.id)", "filed"], at: gateway)
        for node in [gateway, central] {
            let deadline = try await waits(120) {
                guard let deadline = try? await node.socket.handling(of: report.id)["deadline"] else { return false }
                return deadline["limit"]?.text == "3 urgent_hours"
            }
            #expect(deadline, "\(node.name)")
        }
        let trace = try await near.report(report.id).report["traces"]?.list?.first
        #expect(trace?["catalogue"]?.text == version && trace?["condition"]?.text == "整块缺失")
        // A gateway has no settings of its own.
        #expect(try await Program.run(["settings", "--state-directory", gateway.directory]).status != 0)
    }
}
