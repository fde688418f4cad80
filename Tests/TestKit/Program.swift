import FieldpostAPI
import FieldpostClient
package import FieldpostFleet
package import Foundation

/// The built program, and nodes that it runs.
package enum Program {
    /// It is beside the tests.
    package static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("fieldpost").path

    /// Runs a command, or another program, to its end. Returns its exit status and its standard output.
    package static func run(
        _ arguments: [String], of program: String = path
    ) async throws -> (status: Int32, output: Data) {
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

    /// A node with a directory of its own and a key, which is not started. `arguments`: of its command. `listens`: nil
    /// for central alone.
    package static func node(
        _ role: String, _ name: String, in directory: String, listens: Bool? = nil, _ arguments: [String] = []
    ) throws -> NodeProcess {
        let node = NodeProcess(
            program: path, role: role, name: name, directory: directory, listens: listens ?? (role == "central"),
            arguments: arguments)
        try node.prepare()
        return node
    }

    /// A fleet in a directory that is removed at the end. A fleet that still runs is killed.
    package static func withFleet(
        grids: [[String]] = [["10014"]], launch: Launch = Launch(), _ body: (Fleet) async throws -> Void
    ) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let fleet = try await Fleet.start(program: path, grids: grids, directory: place.path, launch: launch)
        defer { fleet.kill() }
        try await body(fleet)
    }

    /// Whether a node refuses a command with this status and these words.
    package static func isRefused(
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
}
