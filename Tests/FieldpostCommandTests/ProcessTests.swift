import Foundation
import NIOHTTP1
import Testing

/// The built program as a script sees it: exit status and output.
@Suite(.timeLimit(.minutes(1))) struct ProcessTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The program lies beside the tests.
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("fieldpost")

    private func start(_ arguments: [String], environment: [String: String] = [:]) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = environment
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
            (64, ["import", csv]), (1, ["import", csv, "--dry-run"]), (74, ["import", "/nowhere.csv", "--dry-run"]),
            (69, ["status", "--socket", "\(directory.path)/admin.sock"]),
            (73, ["init", "gateway", "--directory", "\(file)/node"]),
            (78, ["gateway", "--configuration", "/nowhere.yaml"]), (78, ["central", "--listen", "0.0.0.0:7310"]),
        ]
        for (status, arguments) in cases {
            let result = try end(try start(arguments))
            #expect(result.status == status, "\(arguments): \(result.text)")
        }
    }

    @Test func `An import that is interrupted ends in order and says how to go on`() async throws {
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
