import Foundation

/// The kept inputs of each target: those that reached new code, and those that once broke it. One input a line, in
/// base64, ordered by their bytes.
enum Corpus {
    /// The most bytes of an input that is kept. Most findings need fewer.
    private static let longestKept = 1024

    static func file(of target: FuzzTarget) -> URL {
        ProtocolFiles.checkout.appending(path: "Tests/Fuzz/Corpus/\(target.rawValue).txt")
    }

    /// Throws when the file is missing, or a line is not base64.
    static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
        try String(contentsOf: file(of: target), encoding: .utf8).split(separator: "\n").map { line in
            guard let data = Data(base64Encoded: String(line)) else { throw CocoaError(.fileReadCorruptFile) }
            return Array(data)
        }
    }

    /// Writes each kept input and each seed into a separate file, as the fuzzer needs them.
    static func unpack(_ target: FuzzTarget, into directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let kept = FileManager.default.fileExists(atPath: file(of: target).path) ? try inputs(of: target) : []
        for (number, input) in (kept + (try target.seeds())).enumerated() where input.count <= target.longest {
            try Data(input).write(to: directory.appending(path: "\(number)"))
        }
    }

    /// Replaces the kept inputs by those in a directory. Throws when there are none.
    static func pack(_ target: FuzzTarget, from directory: URL) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let inputs = try names.map { try Array(Data(contentsOf: directory.appending(path: $0))) }
            .filter { $0.count <= longestKept }
        guard !inputs.isEmpty else { throw CocoaError(.fileReadNoSuchFile) }
        let lines = Set(inputs).sorted { $0.lexicographicallyPrecedes($1) }.map { Data($0).base64EncodedString() }
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file(of: target))
    }
}
