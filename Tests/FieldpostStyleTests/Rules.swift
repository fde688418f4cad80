/// What a file may not do. Each rule gives the lines that break it, as "path:line: what".
enum Rules {
    static let lineCharacters = 120
    static let fileLines = 400

    static func lineLength(_ file: SourceFile) -> [String] {
        guard !file.isGenerated else { return [] }
        return file.findings { $0.count > lineCharacters ? "\($0.count) characters" : nil }
    }

    static func fileLength(_ file: SourceFile) -> [String] {
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        return !file.isGenerated && count > fileLines ? ["\(file.path): \(count) lines"] : []
    }

    /// Calls that are banned (.github/CONTRIBUTING.md), in code and not in comments.
    static func bannedCalls(_ file: SourceFile) -> [String] {
        guard !file.isGenerated else { return [] }
        var banned = [
            "try!", "as!", "Task.detached", "Thread.sleep", "usleep(", "public func", "public struct", "fatalError(",
        ]
        if file.target != "fieldpost" { banned.append("print(") }
        return file.code.enumerated().flatMap { index, line in
            banned.filter { line.containsCall($0) }.map { "\(file.path):\(index + 1): \($0)" }
        }
    }

    /// `@unchecked Sendable` needs its proof beside it, or on the line before.
    static func unprovenSendable(_ file: SourceFile) -> [String] {
        file.lines.indices.compactMap { index in
            guard file.code[index].contains("@unchecked Sendable") else { return nil }
            let isProven = file.lines[index].contains("//") || index > 0 && file.lines[index - 1].contains("//")
            return isProven ? nil : "\(file.path):\(index + 1): @unchecked Sendable without a proof"
        }
    }

    static func unfinishedNotes(_ file: SourceFile) -> [String] {
        file.findings { line in ["TODO", "FIXME"].first { line.containsCall($0) } }
    }

    static func imports(_ file: SourceFile) -> [String] {
        guard let target = file.target else { return [] }
        guard let allowed = Rooms.allowedImports[target] else {
            return ["\(file.path): \(target) is in no list of rooms"]
        }
        return file.findings { line in
            guard let module = line.importedModule else { return nil }
            if module == "FieldpostJournal", !Rooms.journalImporters.contains(file.path) {
                return "imports \(module), and neither opens nor repairs a journal"
            }
            if module == "FieldpostBlobs", !Rooms.blobImporters.contains(file.path) {
                return "imports \(module), and does not open a store of photos"
            }
            guard !allowed.contains(module) else { return nil }
            return file.isGenerated && Rooms.platform.contains(module) ? nil : "imports \(module)"
        }
    }

    /// A proof of durability that somebody else than FieldpostJournal makes.
    static func forgedProofs(_ file: SourceFile) -> [String] {
        guard file.target != "FieldpostJournal" else { return [] }
        return file.code.enumerated().compactMap { index, line in
            // Their declarations call nothing.
            guard line.contains("afterCommitOf"), !line.contains("package init(afterCommitOf ") else { return nil }
            return "\(file.path):\(index + 1): makes a proof that something is durable"
        }
    }
}

extension Rules {
    /// Tests, and what helps them, that import a program of which they are not the tests.
    static func borrowedPrograms(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Tests/") else { return [] }
        return file.findings { line in
            guard let module = line.importedModule, let tests = Rooms.programs[module],
                !file.path.hasPrefix("Tests/\(tests)/")
            else { return nil }
            return "imports the program \(module), which only \(tests) may"
        }
    }
}

extension SourceFile {
    fileprivate func findings(_ check: (String) -> String?) -> [String] {
        lines.enumerated().compactMap { index, line in check(line).map { "\(path):\(index + 1): \($0)" } }
    }
}

extension String {
    /// Whether a call stands in the line as a word of its own.
    fileprivate func containsCall(_ call: String) -> Bool {
        var rest = self[...]
        while let range = rest.firstRange(of: call) {
            let before = range.lowerBound == startIndex ? nil : self[index(before: range.lowerBound)]
            if before.map({ !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }) ?? true { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// "GRDB" of `package import GRDB`, `@testable import GRDB` or `import struct GRDB.Row`.
    fileprivate var importedModule: String? {
        // Indented, it is the text of a message.
        guard let first, !first.isWhitespace else { return nil }
        let words = split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position < words.count - 1 else { return nil }
        let modifiers: Set<Substring> = ["package", "internal", "public", "private", "fileprivate"]
        guard words[..<position].allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]
        let name = kinds.contains(words[position + 1]) ? words.dropFirst(position + 2).first : words[position + 1]
        return name?.split(separator: ".").first.map(String.init)
    }
}
