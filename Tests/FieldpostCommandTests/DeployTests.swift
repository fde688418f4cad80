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
    }

    @Test(arguments: ["fieldpost-gateway.service", "fieldpost-central.service"])
    func `systemd finds nothing wrong in a unit`(name: String) throws {
        let directory = try TemporaryDirectory()
        let unit = try String(contentsOfFile: "\(Repository.path)/Deploy/\(name)", encoding: .utf8)
        #expect(unit.contains("/usr/bin/fieldpost "))
        let copy = try directory.file(name, unit.replacing("/usr/bin/fieldpost ", with: "/bin/true "))
        let verdict = Process()
        verdict.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
        verdict.arguments = ["verify", "--man=no", copy]
        let output = Pipe()
        verdict.standardError = output
        try verdict.run()
        let text = try output.fileHandleForReading.readToEnd().map { String(decoding: $0, as: UTF8.self) } ?? ""
        verdict.waitUntilExit()
        #expect(verdict.terminationStatus == 0)
        #expect(!text.contains(name), "\(text)")
    }
}
