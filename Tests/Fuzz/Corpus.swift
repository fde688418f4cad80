import Foundation

/// The inputs that are kept of each target: what fuzzing found to reach new code, and whatever once broke it. One
/// input a line, in base64, in the order of their bytes.
enum Corpus {
    /// Bytes of the longest input that is kept: most of what is to be found fits into less.
    private static let longestKept = 1024

    static func file(of target: FuzzTarget) -> URL {
        ProtocolFiles.checkout.appending(path: "Tests/Fuzz/Corpus/\(target.rawValue).txt")
    }

    /// Throws when the file is missing, or a line is no base64.
    static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
        try String(contentsOf: file(of: target), encoding: .utf8).split(separator: "\n").map { line in
            guard let data = Data(base64Encoded: String(line)) else { throw CocoaError(.fileReadCorruptFile) }
            return Array(data)
        }
    }

    /// Writes each input into a file of its own, as the fuzzer wants them: the kept ones, and the seeds.
    static func unpack(_ target: FuzzTarget, into directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let kept = FileManager.default.fileExists(atPath: file(of: target).path) ? try inputs(of: target) : []
        for (number, input) in (kept + (try target.seeds())).enumerated() where input.count <= target.longest {
            try Data(input).write(to: directory.appending(path: "\(number)"))
        }
    }

    /// Keeps the inputs in a directory, in place of those kept before. Throws when there are none.
    static func pack(_ target: FuzzTarget, from directory: URL) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let inputs = try names.map { try Array(Data(contentsOf: directory.appending(path: $0))) }
            .filter { $0.count <= longestKept }
        guard !inputs.isEmpty else { throw CocoaError(.fileReadNoSuchFile) }
        let lines = Set(inputs).sorted { $0.lexicographicallyPrecedes($1) }.map { Data($0).base64EncodedString() }
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file(of: target))
    }
}
