import Foundation
import Glibc

/// A program of the system that tests use.
package enum Tool {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Runs it to its end. Returns its standard output; throws `Failure` when it does not end with 0.
    @discardableResult
    package static func run(_ name: String, _ arguments: [String]) throws -> String {
        let (status, output, errors) = try end(of: path(name), arguments)
        guard status == 0 else {
            throw Failure(description: "\(name) \(arguments.joined(separator: " ")) ended with \(status): \(errors)")
        }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a script of bash(1) in a directory until its first failure. Returns its exit status, and all that it wrote.
    package static func shell(_ script: String, in directory: String) throws -> (status: Int32, text: String) {
        let (status, output, _) = try end(of: "/bin/bash", ["-ec", "cd '\(directory)'; exec 2>&1\n\(script)"])
        return (status, output)
    }

    /// Runs a command of the built program to its end.
    package static func fieldpost(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let (status, output, errors) = try end(of: Program.path, arguments)
        return (status, output + errors)
    }

    private static func end(of path: String, _ arguments: [String]) throws -> (Int32, String, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaints = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let texts = (String(decoding: data, as: UTF8.self), String(decoding: complaints, as: UTF8.self))
        return (process.terminationStatus, texts.0, texts.1)
    }

    /// Where a program is installed; its bare name when it is not.
    package static func path(_ name: String) -> String {
        ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }

    /// Why these cannot be used here; nil when all are there. `mounting`: whether file systems are to be mounted.
    package static func whyNot(_ names: [String], mounting: Bool = false) -> String? {
        let missing = names.filter { path($0) == $0 }
        if !missing.isEmpty { return "needs \(missing.joined(separator: ", ")): run Deploy/install-deps.sh --tests" }
        if names.contains("strace"), (try? run("strace", ["-qq", "-o", "/dev/null", "true"])) == nil {
            return "needs the right to trace processes"
        }
        guard mounting else { return nil }
        if geteuid() != 0 { return "needs root, to mount file systems" }
        if !FileManager.default.fileExists(atPath: "/dev/loop-control") { return "needs loop devices" }
        return (try? run("unshare", ["-m", "true"])) == nil ? "needs the right to mount file systems" : nil
    }
}
