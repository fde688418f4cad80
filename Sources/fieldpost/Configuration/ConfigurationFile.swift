import FieldpostCore
import FieldpostNode
import Glibc
import Yams

/// A YAML file of settings: one mapping, each key at most once, and values with their lines.
struct ConfigurationFile {
    let path: String
    private(set) var layer = ConfigurationLayer()
    /// The first line that is indented with a tab. YAML mostly does not allow that.
    private var tabbedLine: Int?
    private let lines: [Substring]

    /// A file with every setting takes 4 KiB; grids may take more.
    private static let largestBytes = 1024 * 1024

    /// Reads all that can be read. `layer.problems` lists the errors with their lines.
    init(path: String, text: String) {
        self.path = path
        lines = Self.lines(of: text)
        do {
            guard let root = try Yams.compose(yaml: withoutRepetitions()) else { return }
            take(root)
        } catch let error as YamlError {
            add(error)
        } catch {
            add(line: 1, "cannot be read as YAML (\(error)).")
        }
    }

    /// Nil when the file does not exist. Throws a `ConfigurationError` when it cannot be read.
    static func read(path: String) throws(ConfigurationError) -> ConfigurationFile? {
        guard let bytes = try bytes(of: path) else { return nil }
        return ConfigurationFile(path: path, text: try text(bytes, path))
    }

    /// Some editors write UTF-16 or bytes of an older encoding. The message says how to convert each.
    private static func text(_ bytes: [UInt8], _ path: String) throws(ConfigurationError) -> String {
        let problem: ConfigurationError.Problem
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.contains(0) {
            problem = .init(
                place: .wholeFile(path: path),
                message: "is UTF-16, or not a text file. Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.")
        } else if let text = String(validating: bytes, as: UTF8.self) {
            return text
        } else {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            problem = .init(
                place: .file(path: path, line: line + 1),
                message: "is not UTF-8 text. Save the file as UTF-8, for example: iconv -f GB18030 -t UTF-8 FILE.")
        }
        throw ConfigurationError(problems: [problem])
    }

    /// Removes the byte order mark that some editors write, and accepts the line ends of all systems. Other line
    /// separators of Unicode are text in YAML.
    private static func lines(of text: String) -> [Substring] {
        let body = text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
        return body.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }

    private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8]? {
        do throws(SmallFile.Failure) {
            return try SmallFile.read(path, limit: largestBytes)
        } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            let hint =
                error.code == EACCES ? " Let the user who starts the node read the file and enter its directory." : ""
            throw ConfigurationError(problems: [
                .init(place: .wholeFile(path: path), message: "cannot be read (\(error.reason)).\(hint)")
            ])
        }
    }

    /// Names each repeated key and removes its later lines, so that the rest of the file is still checked.
    private mutating func withoutRepetitions() -> String {
        var firstLines: [Substring: Int] = [:]
        var isSkipping = false
        tabbedLine = lines.firstIndex { line in
            let blanks = line.prefix { $0 == " " || $0 == "\t" }
            return blanks.contains("\t") && blanks.endIndex < line.endIndex
        }.map { $0 + 1 }
        return lines.enumerated().map { index, line -> Substring in
            guard let first = line.first, first.isLetter || first == "_", let colon = line.firstIndex(of: ":") else {
                return isSkipping ? "" : line
            }
            let key = line[..<colon]
            isSkipping = firstLines[key] != nil
            if let earlier = firstLines[key] {
                add(line: index + 1, "\(key) is set twice; the first time in line \(earlier). Keep one of them.")
                return ""
            }
            firstLines[key] = index + 1
            return line
        }.joined(separator: "\n")
    }

    private mutating func take(_ root: Yams.Node) {
        if root.scalar?.string.isEmpty == true { return }
        guard let mapping = root.mapping else {
            return add(line: root.mark?.line ?? 1, "expected lines of the form `key: value`.")
        }
        let settings = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0) })
        for (keyNode, value) in mapping {
            let line = keyNode.mark?.line ?? 1
            guard let key = keyNode.string, let setting = settings[key] else {
                let key = keyNode.string ?? "?"
                let question = NearMiss.question(key, among: Setting.all.map(\.key))
                let known = Setting.all.map(\.key).joined(separator: ", ")
                let hint = question.isEmpty ? " Known keys: \(known)." : question
                add(line: line, "unknown key \(key).\(hint)")
                continue
            }
            take(value, for: setting, line: line)
        }
    }

    private mutating func take(_ node: Yams.Node, for setting: Setting, line: Int) {
        let place = ConfigurationError.Place.file(path: path, line: line)
        if case .links = setting.kind {
            let links = LinkSettings(node, line: line)
            for mistake in links.mistakes { add(line: mistake.line, mistake.message) }
            layer.links = links.classes
            layer.given[setting.key] = .init(texts: ["\(links.classes)"], place: place)
        } else if let scalar = node.scalar {
            guard node.null == nil else {
                return add(line: line, "\(setting.key) has no value. Give one, or leave the line out for the default.")
            }
            layer.given[setting.key] = .init(texts: SettingText.texts([scalar.string], of: setting), place: place)
        } else if setting.kind.isList, let sequence = node.sequence, sequence.allSatisfy({ $0.scalar != nil }) {
            let texts = sequence.compactMap(\.scalar?.string)
            layer.given[setting.key] = .init(texts: SettingText.texts(texts, of: setting), place: place)
        } else {
            let form = setting.kind.isList ? "a list of values" : "one value"
            add(line: line, "\(setting.key) takes \(form), such as `\(setting.key): \(setting.example)`.")
        }
    }

    private mutating func add(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            if let tabbedLine, mark.line >= tabbedLine {
                return add(line: tabbedLine, "the line is indented with a tab. YAML allows only spaces there.")
            }
            add(line: mark.line, "this is not valid YAML: \(problem).\(quotes(mark.line))")
        case .duplicatedKeysInMapping(let keys, let context):
            add(line: context.mark.line, "\(keys.joined(separator: ", ")) is set twice. Keep one of them.")
        default:
            add(line: 1, "cannot be read as YAML.")
        }
    }

    /// A hint for values that begin with a YAML indicator, such as `*:8080` and `[::1]:8080`.
    private func quotes(_ line: Int) -> String {
        guard lines.indices.contains(line - 1), let colon = lines[line - 1].firstIndex(of: ":") else { return "" }
        let value = lines[line - 1][lines[line - 1].index(after: colon)...].drop { $0 == " " }
        guard let first = value.first, "*&!%@`[{".contains(first) else { return "" }
        return " Put a value that begins with \(first) in quotes."
    }

    private mutating func add(line: Int, _ message: String) {
        layer.problems.append(.init(place: .file(path: path, line: line), message: message))
    }
}
