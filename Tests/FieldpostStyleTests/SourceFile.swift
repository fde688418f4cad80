import Foundation

/// One Swift file of the tree.
struct SourceFile: Sendable {
    /// Relative to the tree, such as "Sources/FieldpostCore/Limits.swift".
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Generated files keep their generator's style.
    var isGenerated: Bool { path.hasSuffix(".pb.swift") || lines.prefix(5).contains { $0.contains("DO NOT EDIT") } }

    /// "FieldpostCore", for a file under Sources.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.first == "Sources" && parts.count > 2 ? String(parts[1]) : nil
    }

    /// The lines without their comments. (A string that holds two slashes is cut too; that hides no call in practice.)
    var code: [String] {
        lines.map { line in line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line }
    }

    static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// Of any file of the tree.
    static func text(of path: String) throws -> String {
        try String(contentsOfFile: root.path + "/" + path, encoding: .utf8)
    }

    /// All Swift files of Sources and Tests.
    static func tree() throws -> [SourceFile] {
        return try ["Sources", "Tests"].flatMap { folder -> [SourceFile] in
            let names = FileManager.default.enumerator(atPath: root.path + "/" + folder)
            return try (names?.allObjects ?? []).compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map {
                let path = folder + "/" + $0
                return SourceFile(path: path, text: try String(contentsOfFile: root.path + "/" + path, encoding: .utf8))
            }
        }
    }
}
