import Foundation

/// What other programs of this machine say.
enum Outside {
    /// sd_booted(3).
    static var isSystemdRunning: Bool { FileManager.default.fileExists(atPath: "/run/systemd/system") }

    /// The standard output of a program that `PATH` has. Nil if it is missing or failed.
    static func output(of command: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }
}
