import FieldpostClient
import Foundation
import Glibc
import TestKit
import Testing

/// A node that is started with a file as an operator would, and all its output.
final class Daemon {
    let directory: String
    private let process = Process()
    private let log: String

    /// `wrapper`: a program that replaces itself by the node's program. The state directory is `directory`.
    init(
        _ role: String, directory: String, arguments: [String], environment: [String: String] = [:],
        wrapper: [String] = []
    ) throws {
        self.directory = directory
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        log = directory + "/log-\(UUID().uuidString.prefix(8))"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let command = wrapper + [Program.path, role, "--state-directory", directory] + arguments
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = try #require(FileHandle(forWritingAtPath: log))
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

    var text: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
    var isRunning: Bool { process.isRunning }
    var socket: FieldpostClient { FieldpostClient(socket: directory + "/admin.sock") }

    /// The most memory that it has used so far, in bytes (`VmHWM`, proc(5)).
    var mostMemory: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap { Int($0) }.map { $0 * 1024 }
            ?? 0
    }

    func send(_ signal: Int32) { Glibc.kill(process.processIdentifier, signal) }

    /// Whether the log contains the text within some seconds.
    func says(_ words: String) async throws -> Bool { try await waits { text.contains(words) } }

    /// The exit status; a signal counts as its number plus 128.
    func end() async throws -> Int32 {
        guard try await waits(120, until: { !process.isRunning }) else { return -1 }
        return process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    }
}
