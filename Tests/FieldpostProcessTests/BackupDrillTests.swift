import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// The commands of the operator's guide, as they stand there.
@Suite(.serialized, .timeLimit(.minutes(10))) struct BackupDrillTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The lines of the first block of commands below a heading.
    private static func commands(below heading: String) throws -> [String] {
        let text = try String(contentsOfFile: root + "/Deploy/GUIDE.md", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == heading })
        let block = lines[start...].drop { !$0.hasPrefix("    ") }.prefix { $0.hasPrefix("    ") }
        return block.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test func `The drill, and the way back after a loss, work as the guide says`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        try await Program.withFleet { fleet in
            let gateway = fleet.gateways[0]
            for report in ReportSource.generated(count: 12, seed: 80).reports {
                _ = try await fleet.gatewayClients[0].create(report)
            }
            _ = try await gateway.socket.addTerminal("P-7", channel: "terminal")
            _ = try await fleet.converge(within: 120)
            func shell(_ command: String) throws -> String {
                var command = command
                for (place, real) in [
                    ("/var/lib/fieldpost/backup", place.path + "/backup"),
                    ("/srv/backup/station-12", place.path + "/backup"),
                    ("/var/tmp/fieldpost-drill", place.path + "/drill"),
                    ("/var/lib/fieldpost", gateway.directory), ("-o fieldpost -g fieldpost ", ""),
                ] { command = command.replacing(place, with: real) }
                let program = "fieldpost() { '\(Program.path)' \"$@\"; }; export FIELDPOST_STATE_DIRECTORY='"
                    + "\(gateway.directory)'\n"
                let (status, text) = try Tool.shell(program + command, in: place.path)
                #expect(status == 0, "\(command): \(text)")
                return text
            }

            let key = try #require(try Self.commands(below: "## Backup and restore").first)
            #expect(try shell(key).contains("Keep it"))
            let drill = try Self.commands(below: "### The drill")
            #expect(drill.count == 5)
            let outputs = try drill.map(shell)
            let digest = try await gateway.socket.digest().digest
            for output in outputs[0...2] {
                #expect(output.contains("12 reports") && output.contains(digest), "\(output)")
            }
            #expect(outputs[0].contains("keys     sealed to ") && outputs[1].contains("The snapshot is whole."))
            #expect(outputs[3].contains("No damage was found"), "\(outputs[3])")
            #expect(!FileManager.default.fileExists(atPath: place.path + "/drill"))
            // The drill changed nothing of the node.
            #expect(try await gateway.socket.incidents().list.incidents.isEmpty)

            let recovery = try Self.commands(below: "### When a node is lost")
            #expect(recovery.count == 6)
            for command in recovery {
                switch command {
                case "systemctl stop fieldpost-gateway": #expect(await gateway.stop())
                case "systemctl start fieldpost-gateway": _ = try await gateway.start()
                default: _ = try shell(command)
                }
            }
            _ = try await fleet.converge(within: 120)
            #expect(try await gateway.socket.digest().digest == digest)
            #expect(try await gateway.socket.accesses().value.access.map(\.name) == ["P-7"])
            #expect(try await gateway.socket.incidents().list.incidents.count == 1)
            _ = try shell("fieldpost incidents resolve")
        }
    }
}
