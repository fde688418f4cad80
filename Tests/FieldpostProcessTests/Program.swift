import FieldpostAPI
import Foundation

@testable import fieldpost

/// The built program, and places for its nodes to live in.
enum Program {
    /// It lies beside the tests.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("fieldpost").path

    /// Runs a command, or another program, to its end. Returns its exit status and what it wrote to standard output.
    static func run(_ arguments: [String], of program: String = path) async throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, data)
    }

    /// A directory that is removed at the end, and the fleet in it killed if it still runs.
    static func withFleet(
        grids: [[String]] = [["10014"]], launch: Launch = Launch(), _ body: (Fleet) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/fieldpost-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let fleet = try await Fleet.start(program: path, grids: grids, directory: directory, launch: launch)
        defer { fleet.kill() }
        try await body(fleet)
    }

    /// Whether a node refuses something with a status, and says so in these words.
    static func isRefused(
        _ status: Int, saying words: String = "", _ ask: () async throws -> Void
    ) async -> Bool {
        do {
            try await ask()
            return false
        } catch ClientError.refused(let found, let problem) {
            return found == status && (words.isEmpty || problem.sentence.contains(words))
        } catch {
            return false
        }
    }

    /// Waits for something to hold, at most `seconds`; returns whether it did.
    static func waits(_ seconds: Int = 20, until condition: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
