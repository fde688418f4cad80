import CSpawn
import Foundation
import Glibc
import TestKit

/// One run of the built helper program on a picture, and what it cost.
struct HelperRun {
    let status: CInt
    let output: [UInt8]
    let complaint: String
    /// The most memory that was resident, in bytes, and seconds of CPU time (getrusage(2), of this child alone). The
    /// memory is at least that of the tests themselves, as which the child began.
    let memory: Int
    /// The same of the tests: no more than this may be theirs.
    let memoryOfTests: Int
    let processorSeconds: Double

    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("fieldpost-thumbnail").path

    static var realPath: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// `status` is the exit status, or 128 and the signal that ended it.
    init(_ picture: [UInt8], orientation: Int? = nil, arguments: [String] = []) throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let names = ["picture", "thumbnail", "complaint"].map { "\(place.path)/\($0)" }
        let prefix = orientation.map { Data("\($0)".utf8) } ?? Data()
        try (prefix + Data(picture)).write(to: URL(fileURLWithPath: names[0]))
        let before = Self.ownMemory
        let process = try Self.spawn([Self.path] + arguments, input: names[0], output: names[1], errors: names[2])
        var (code, usage) = (CInt(0), rusage())
        while wait4(process, &code, 0, &usage) < 0, errno == EINTR {}
        status = code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
        output = Array(try Data(contentsOf: URL(fileURLWithPath: names[1])))
        complaint = String(decoding: try Data(contentsOf: URL(fileURLWithPath: names[2])), as: UTF8.self)
        memory = usage.ru_maxrss * 1024
        memoryOfTests = max(before, Self.ownMemory)
        let times = [usage.ru_utime, usage.ru_stime]
        processorSeconds = times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static var ownMemory: Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage.ru_maxrss * 1024
    }

    /// Starts a program that inherits nothing but three files: a pipe of another test would never end otherwise.
    /// Returns its process id.
    static func spawn(
        _ command: [String], input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null"
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var process = pid_t()
        var words = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        guard posix_spawn(&process, command[0], &actions, nil, &words, environ) == 0 else {
            throw Tool.Failure(description: "\(command[0]) cannot be started")
        }
        return process
    }

    /// Whether the picture was refused with one line, and nothing was written.
    var isRefusal: Bool {
        status == 65 && output.isEmpty && complaint.hasPrefix("fieldpost-thumbnail: ")
            && complaint.filter(\.isNewline).count == 1 && complaint.hasSuffix("\n")
    }

    var figures: String {
        "status \(status), \(memory / 1024 / 1024) MiB, \(String(format: "%.2f", processorSeconds)) s of CPU, "
            + "\(output.count) bytes. \(complaint)"
    }
}
