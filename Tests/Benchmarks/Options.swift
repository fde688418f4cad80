import Foundation

/// What the command line asks for.
struct Options: Sendable {
    /// The program that is measured.
    var binary: String
    var parts: [Part] = []
    var isLong = false
    /// Reports of the intake and of the catch-up.
    var reports = 20_000
    /// Writes the counts of `micro` to the committed baseline.
    var keepsBaseline = false
    /// The largest journal of growth, and that of scrub, search and console; nil: as each part does it.
    var entries: Int?
    /// console: where its journal is, which is made once and kept; nil: made anew, and removed at the end.
    var journal: String?
    /// A file to which each figure adds one line of JSON.
    var results: String?
    /// Where the nodes keep their files. Removed at the end.
    var directory: String

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        usage: fieldpost-bench [PART …] [--long] [--reports N] [--entries N] [--binary PATH] [--results FILE]
                               [--directory DIR] [--journal DIR] [--keep-baseline]
        parts: \(Part.allCases.map(\.rawValue).joined(separator: ", "))
        """

    init(_ arguments: [String]) throws {
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        binary = own.appendingPathComponent("fieldpost").path
        directory = FileManager.default.temporaryDirectory.path
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--long": isLong = true
            case "--keep-baseline": keepsBaseline = true
            case "--binary": binary = try Self.value(of: argument, &rest)
            case "--results": results = try Self.value(of: argument, &rest)
            case "--directory": directory = try Self.value(of: argument, &rest)
            case "--journal": journal = try Self.value(of: argument, &rest)
            case "--reports": reports = try Self.number(of: argument, &rest)
            case "--entries": entries = try Self.number(of: argument, &rest)
            default:
                guard let part = Part(rawValue: argument) else { throw Wrong(description: Self.usage) }
                parts.append(part)
            }
        }
        if parts.isEmpty { parts = Part.allCases }
    }

    private static func number(of flag: String, _ rest: inout ArraySlice<String>) throws -> Int {
        guard let number = Int(try value(of: flag, &rest)), number >= 1000 else {
            throw Wrong(description: "\(flag) takes a number from 1000.")
        }
        return number
    }

    private static func value(of flag: String, _ rest: inout ArraySlice<String>) throws -> String {
        guard let value = rest.popFirst() else { throw Wrong(description: "\(flag) takes a value.\n\(usage)") }
        return value
    }
}
