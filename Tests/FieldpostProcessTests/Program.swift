import FieldpostAPI
import Foundation

@testable import fieldpost

/// The built program, and directories for its nodes.
enum Program {
    /// It is beside the tests.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("fieldpost").path

    /// Runs a command, or another program, to its end. Returns its exit status and its standard output.
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

    /// A directory that is removed at the end. A fleet in it that still runs is killed.
    static func withFleet(
        grids: [[String]] = [["10014"]], launch: Launch = Launch(), _ body: (Fleet) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/fieldpost-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let fleet = try await Fleet.start(program: path, grids: grids, directory: directory, launch: launch)
        defer { fleet.kill() }
        try await body(fleet)
    }

    /// Whether a node refuses a command with this status and these words.
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

    /// Waits until a condition is true, at most `seconds`. Returns whether it became true.
    static func waits(_ seconds: Int = 20, until condition: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
