import Foundation

/// A planted fault: a patch in `Tests/Mutations` that breaks the product, under lines that say what it breaks and what
/// must find it. `Tests/mutate.sh` tries it on a copy of the tree.
struct Mutation: Sendable {
    /// `forgetKeys` of `forgetKeys.patch`.
    let name: String
    let text: String

    static let folder = "Tests/Mutations"

    static func all() throws -> [Mutation] {
        try FileManager.default.contentsOfDirectory(atPath: SourceFile.root.path + "/" + folder).sorted().map {
            let name = $0.hasSuffix(".patch") ? String($0.dropLast(".patch".count)) : $0
            return Mutation(name: name, text: try SourceFile.text(of: folder + "/" + $0))
        }
    }

    /// The lines above the patch, up to the first empty one.
    private var header: [Substring] {
        Array(text.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty })
    }

    private func values(of key: String) -> [String] {
        header.filter { $0.hasPrefix(key + ": ") }.map { String($0.dropFirst(key.count + 2)) }
    }

    /// What must turn red: `simulator OPTION …`, or `test SUITE`, perhaps with ` => PATTERN`.
    var expectations: [String] { values(of: "Expect") }

    /// The suites that must turn red.
    var suites: [String] {
        expectations.compactMap { $0.wholeMatch(of: /test (\w+)(?: => .+)?/).map { String($0.output.1) } }
    }

    /// What is wrong with the header, a line each.
    var defects: [String] {
        var defects: [String] = []
        if name.wholeMatch(of: /[a-z][A-Za-z]+/) == nil { defects.append("is not named as in camelCase.patch") }
        if values(of: "Fault").count != 1 { defects.append("has no single line “Fault: what it breaks”") }
        if expectations.isEmpty { defects.append("has no line “Expect: what must turn red”") }
        if header.count != expectations.count + 1 { defects.append("has other lines above its first empty line") }
        for expectation in expectations
        where expectation.wholeMatch(of: /simulator( --[a-z]+ \w+)+|test \w+( => .+)?/) == nil {
            defects.append("expects “\(expectation)”: neither “simulator OPTION …” nor “test SUITE => PATTERN”")
        }
        return defects.map { "\(name).patch \($0)" }
    }

    /// The files that it changes. Throws when it does not apply to the tree as it stands.
    func changedFiles() throws -> [String] {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "apply", "--check", "--numstat", Self.folder + "/" + name + ".patch"]
        git.currentDirectoryURL = SourceFile.root
        // A tree without a repository of its own must not be looked up in one around it: git would then pass over it.
        git.environment = ProcessInfo.processInfo.environment
            .filter { !["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"].contains($0.key) }
            .merging(["GIT_CEILING_DIRECTORIES": SourceFile.root.deletingLastPathComponent().path]) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        git.standardInput = FileHandle.nullDevice
        git.standardOutput = output
        git.standardError = errors
        try git.run()
        let files = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let reason = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        git.waitUntilExit()
        switch git.terminationStatus {
        case 0: break
        case 127: throw Failure("git is not installed: Deploy/install-deps.sh installs it")
        default:
            throw Failure(
                """
                \(name).patch does not apply to this tree any more. Renew it as Tests/README.md says under "A planted \
                fault". git says: \(reason)
                """)
        }
        return files.split(separator: "\n").compactMap { $0.split(separator: "\t").last.map(String.init) }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
