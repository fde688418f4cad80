import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostWire
import Foundation
import TestKit

/// Single functions, counted in instructions. The counts of pure functions repeat to the instruction.
enum MicroPart {
    /// How the instructions are counted.
    private struct Counter {
        let name: String
        let command: [String]
        let count: (String) -> Double?
    }

    /// Where the figures stand that later ones are compared with; relative to the tree.
    private static let baseline = "Tests/Benchmarks/baseline.json"

    static func run(_ options: Options, _ results: Results) async throws {
        guard let counter = counter() else {
            return results.note("micro", "skipped: needs valgrind, or perf with a counter of instructions")
        }
        results.note("micro", "counted by \(counter.name); change: beside \(baseline)")
        let data = try? Data(contentsOf: URL(fileURLWithPath: baseline))
        let known = data.flatMap { try? JSONDecoder().decode([String: Double].self, from: $0) } ?? [:]
        var found: [String: Double] = [:]
        let place = try TemporaryDirectory()
        defer { place.remove() }
        // Valgrind does not understand the debug information.
        let program = place.path + "/fieldpost-bench"
        try Tool.run("strip", ["-o", program, CommandLine.arguments[0]])
        for operation in MicroOperation.allCases {
            let (few, many) = operation.counts
            let start = try count(operation, few, counter, program)
            let end = try count(operation, many, counter, program)
            let figure = ((end - start) / Double(many - few)).rounded()
            found[operation.rawValue] = figure
            let change = known[operation.rawValue].map { String(format: "%+.1f %%", (figure / $0 - 1) * 100) } ?? "new"
            results.record("micro", operation.purpose, figure, "instructions", remark: change)
        }
        guard options.keepsBaseline else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try (encoder.encode(found) + Data("\n".utf8)).write(to: URL(fileURLWithPath: baseline))
    }

    private static func counter() -> Counter? {
        if Tool.whyNot(["valgrind"]) == nil {
            return Counter(
                name: "callgrind",
                command: [Tool.path("valgrind"), "--tool=callgrind", "--callgrind-out-file=/dev/null"]
            ) { text in
                text.firstMatch(of: /Collected : (\d+)/).flatMap { Double($0.output.1) }
            }
        }
        let perf = Counter(name: "perf", command: [Tool.path("perf"), "stat", "-x,", "-e", "instructions:u"]) { text in
            text.firstMatch(of: /(\d+),,instructions:u/).flatMap { Double($0.output.1) }
        }
        return Tool.whyNot(["perf"]) == nil && (try? count(.entryEncode, 1, perf, CommandLine.arguments[0])) != nil
            ? perf : nil
    }

    private static func count(
        _ operation: MicroOperation, _ times: Int, _ counter: Counter, _ program: String
    ) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: counter.command[0])
        process.arguments = counter.command.dropFirst() + [program, "operation", operation.rawValue, "\(times)"]
        // Otherwise dictionaries are ordered differently in each run.
        let fixed = ["SWIFT_DETERMINISTIC_HASHING": "1", "MALLOC_ARENA_MAX": "1"]
        process.environment = ProcessInfo.processInfo.environment.merging(fixed) { _, new in new }
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let figure = counter.count(text) else {
            throw LoadGenerator.Failed(description: "\(counter.name) of \(operation): \(text.suffix(300))")
        }
        return figure
    }

    /// The counted process: NAME COUNT.
    static func runOperation(_ arguments: [String]) throws {
        guard arguments.count == 2, let operation = MicroOperation(rawValue: arguments[0]),
            let count = Int(arguments[1])
        else { throw Options.Wrong(description: "operation NAME COUNT") }
        try operation.run(count)
    }
}
