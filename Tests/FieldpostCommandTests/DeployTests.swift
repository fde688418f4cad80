import FieldpostNode
import Foundation
import TestKit
import Testing

/// The units are checked by systemd itself. The program's path is replaced by one that exists here.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
struct DeployTests {
    @Test(arguments: [("gateway", "central"), ("central", "gateway")])
    func `Two units that share a state directory never run together`(name: String, other: String) throws {
        let unit = try String(contentsOfFile: "\(Repository.path)/Deploy/fieldpost-\(name).service", encoding: .utf8)
        #expect(unit.contains("\nStateDirectory=fieldpost\n"))
        #expect(unit.contains("\nConflicts=fieldpost-\(other).service\n"))
    }

    @Test(arguments: ["gateway", "central"])
    func `A unit is restarted except when that cannot help, and can be reloaded`(name: String)
        throws
    {
        let unit = try String(contentsOfFile: "\(Repository.path)/Deploy/fieldpost-\(name).service", encoding: .utf8)
        #expect(unit.contains("\nRestart=always\n") && unit.contains("\nStartLimitIntervalSec=0\n"))
        #expect(unit.contains("\nRestartPreventExitStatus=64 65 78\n"))
        #expect(unit.contains("\nExecReload=/bin/kill -HUP $MAINPID\n"))
        #expect(unit.contains("\nWatchdogSec=5min\n"))
    }

    @Test func `The helper for thumbnails sees one connection, and neither network nor files that it could write`()
        throws
    {
        let unit = try String(
            contentsOfFile: "\(Repository.path)/Deploy/fieldpost-thumbnail@.service", encoding: .utf8)
        let lines = [
            "StandardInput=socket", "StandardOutput=socket", "DynamicUser=yes", "PrivateNetwork=yes",
            "ProtectSystem=strict", "MemoryMax=288M", "RuntimeMaxSec=15", "CapabilityBoundingSet=",
            "NoNewPrivileges=yes",
        ]
        for line in lines { #expect(unit.contains("\n\(line)\n")) }
        let socket = try String(
            contentsOfFile: "\(Repository.path)/Deploy/fieldpost-thumbnail.socket", encoding: .utf8)
        #expect(socket.contains("\nAccept=yes\n") && socket.contains("\nListenStream=\(Thumbnailer.standardSocket)\n"))
    }

    @Test func `A backup each night has the node's user and directory, and sees nothing else`() throws {
        let path = "\(Repository.path)/Deploy/fieldpost-backup@"
        let unit = try String(contentsOfFile: path + ".service", encoding: .utf8)
        let lines = [
            "Type=oneshot", "User=fieldpost", "Group=fieldpost", "StateDirectory=fieldpost", "UMask=0077",
            "EnvironmentFile=-/etc/fieldpost/backup.env", "PrivateNetwork=yes", "ProtectSystem=strict",
            "CapabilityBoundingSet=", "NoNewPrivileges=yes", "IOSchedulingClass=idle",
        ]
        for line in lines { #expect(unit.contains("\n\(line)\n"), "\(line)") }
        let timer = try String(contentsOfFile: path + ".timer", encoding: .utf8)
        for setting in ["OnCalendar=", "RandomizedDelaySec=", "Persistent=yes"] {
            #expect(timer.contains("\n\(setting)"), "\(setting)")
        }
    }

    @Test(arguments: [
        "fieldpost-gateway.service", "fieldpost-central.service", "fieldpost-thumbnail@.service",
        "fieldpost-thumbnail.socket", "fieldpost-backup@.service", "fieldpost-backup@.timer",
    ])
    func `systemd finds nothing wrong in a unit`(name: String) throws {
        let directory = try TemporaryDirectory()
        let units = try FileManager.default.contentsOfDirectory(atPath: "\(Repository.path)/Deploy").filter { name in
            [".service", ".socket", ".timer"].contains { name.hasSuffix($0) }
        }
        for unit in units {
            let text = try String(contentsOfFile: "\(Repository.path)/Deploy/\(unit)", encoding: .utf8)
            let programs = text.split(separator: "\n").filter { $0.hasPrefix("ExecStart=") }
            #expect(programs.allSatisfy { $0.hasPrefix("ExecStart=/usr/bin/fieldpost") })
            #expect(!unit.hasSuffix(".service") || programs.count == 1)
            _ = try directory.file(
                unit, programs.reduce(text) { $0.replacing($1, with: "ExecStart=/bin/true") })
        }
        let copy = "\(directory.path)/\(name)"
        let (status, text) = try analyze("verify", "--man=no", copy)
        #expect(status == 0)
        #expect(!text.contains(name), "\(text)")
    }

    @Test(arguments: ["fieldpost-gateway.service", "fieldpost-central.service", "fieldpost-thumbnail@.service"])
    func `A unit exposes the machine little`(name: String) throws {
        // 15 is an exposure of 1.5. The status tells whether it is more.
        let (status, text) = try analyze(
            "security", "--offline=yes", "--no-pager", "--threshold=15", "\(Repository.path)/Deploy/\(name)")
        #expect(status == 0, "\(text)")
    }

    /// The status of systemd-analyze, and what it writes.
    private func analyze(_ arguments: String...) throws -> (Int32, String) {
        let verdict = Process()
        verdict.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
        verdict.arguments = arguments
        let output = Pipe()
        verdict.standardOutput = output
        verdict.standardError = output
        try verdict.run()
        let text = try output.fileHandleForReading.readToEnd().map { String(decoding: $0, as: UTF8.self) } ?? ""
        verdict.waitUntilExit()
        return (verdict.terminationStatus, text)
    }
}
