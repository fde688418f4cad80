import FieldpostAPI
import FieldpostClient
import Foundation
import NIOHTTP1
import TestKit
import Testing

@testable import fieldpost

/// The built program as a script sees it: exit status and output.
@Suite(.timeLimit(.minutes(15))) struct ProcessTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The environment that a sanitizer needs to watch a program, if one is used.
    private static let watched = ProcessInfo.processInfo.environment.filter {
        ["LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key)
    }

    private func start(_ arguments: [String], environment: [String: String] = [:]) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.environment = Self.watched.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return (process, output)
    }

    private func end(_ started: (process: Process, output: Pipe)) throws -> (status: Int32, text: String) {
        let text = try started.output.fileHandleForReading.readToEnd() ?? Data()
        started.process.waitUntilExit()
        return (started.process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    @Test func `Exit codes tell a script what kind of failure it was`() throws {
        let file = try directory.file("a-file", "")
        let csv = try directory.file("bad.csv", "id,channel\n1\n")
        let cases: [(Int32, [String])] = [
            (0, ["version"]), (0, ["--help"]), (64, ["nonsense"]), (64, ["init", "gatway"]), (64, ["show", "x"]),
            (64, ["import"]), (1, ["import", csv, "--dry-run"]), (74, ["import", "/nowhere.csv", "--dry-run"]),
            (69, ["status", "--socket", "\(directory.path)/admin.sock"]),
            (73, ["init", "gateway", "--state-directory", "\(file)/node"]),
            (73, ["init", "gateway", "--directory", "\(file)/node"]),
            (64, ["init", "gateway", "--directory", "a", "--state-directory", "b"]),
            (78, ["gateway", "--configuration", "/nowhere.yaml"]), (78, ["central", "--listen", "7310"]),
        ]
        for (status, arguments) in cases {
            let result = try end(try start(arguments))
            #expect(result.status == status, "\(arguments): \(result.text)")
        }
    }

    @Test func `A node ends at once when its HTTP port is taken, and says only that`() async throws {
        let server = try await ScriptedServer { _, _ in .init() }
        let result = try end(
            try start(["gateway", "--state-directory", directory.path, "--http", "127.0.0.1:\(server.port)"]))
        #expect(result.status == 69)
        #expect(
            result.text == "fieldpost: Cannot serve on 127.0.0.1:\(server.port): Address already in use. "
                + "Nothing was changed. Free the address, or set another one.\n")
    }

    @Test(arguments: ["listen", "http"])
    func `A host without an address is an error of the setting that names it`(setting: String) throws {
        var arguments = ["central", "--state-directory", directory.path, "--insecure", "--http", "127.0.0.1:0"]
        if setting == "http" { arguments.removeLast(2) }
        let result = try end(try start(arguments + ["--\(setting)", "a..b:7310"]))
        #expect(result.status == 78)
        #expect(result.text.contains("fieldpost: `\(setting)` names a host"), "\(result.text)")
    }

    @Test func `A node ends at once when its journal fails, and comes back with what it acknowledged`() async throws {
        // No file may grow beyond 640 KiB: the write-ahead log reaches this size, and the write fails.
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = [
            "-c", "trap '' XFSZ; ulimit -f 640; exec \"$0\" \"$@\"", Program.path, "gateway", "--state-directory",
            directory.path, "--http", "127.0.0.1:0", "--http-open",
        ]
        shell.environment = Self.watched
        let output = Pipe()
        shell.standardError = output
        try shell.run()
        let client = try await address()
        var accepted = 0
        for case .report(let report) in ReportSource.generated(count: 5000, seed: 1) {
            guard (try? await client.create(report)) != nil else { break }
            accepted += 1
        }
        // A node that continues would block this test forever.
        if try await !waits(until: { !shell.isRunning }) { kill(shell.processIdentifier, SIGKILL) }
        let result = try end((shell, output))
        #expect(result.status == 74, "\(result.text)")
        #expect(result.text.contains("Everything accepted is safe"), "\(result.text)")

        let again = try start(["gateway", "--state-directory", directory.path, "--http", "127.0.0.1:0"])
        _ = try await address()
        let held = try await FieldpostClient(socket: "\(directory.path)/admin.sock").status().journal.reports
        #expect(accepted > 0 && held >= accepted)
        again.0.terminate()
        #expect(try end(again).status == 0)
    }

    /// The address of the node in the directory, once it listens.
    private func address() async throws -> FieldpostClient {
        let socket = FieldpostClient(socket: "\(directory.path)/admin.sock")
        var address: String?
        _ = try await waits {
            address = try? await socket.status().httpAddress
            return address != nil
        }
        return try FieldpostClient(at: try #require(address, "it does not listen"))
    }

    @Test func `An interrupted import ends cleanly and says how to continue`() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let server = try await ScriptedServer { _, _ in
            arrival.yield()
            return .init(status: .serviceUnavailable)
        }
        let csv = try directory.file("plain.csv", "id,channel\n1,app\n2,app\n")
        let started = try start(["import", csv, "--to", "127.0.0.1:\(server.port)", "--json"])
        for await _ in arrivals { break }
        started.0.interrupt()
        let result = try end(started)
        #expect(result.status == 1)
        #expect(result.text.contains("\"is_stopped\":true"), "\(result.text)")
    }
}
