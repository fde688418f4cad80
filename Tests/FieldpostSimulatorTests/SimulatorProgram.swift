import Foundation

/// The built simulator, which is beside the tests.
enum SimulatorProgram {
    /// Worlds that run in parallel: each waits half of its time for its journals' threads.
    static let jobs = 3

    /// True when the environment asks for the long counts.
    static var isLong: Bool { ProcessInfo.processInfo.environment["FIELDPOST_TEST_LONG"] == "1" }

    /// Whether a sanitizer checks it (`Tests/sanitize.sh`).
    static var isSanitized: Bool { ProcessInfo.processInfo.environment["FIELDPOST_TEST_SANITIZER"] != nil }

    /// Runs it to its end.
    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("fieldpost-simulator")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
