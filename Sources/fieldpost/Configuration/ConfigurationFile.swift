import FieldpostCore
import Glibc
import Yams

/// A YAML file of settings: one mapping, each key at most once, values with their lines.
struct ConfigurationFile {
    let path: String
    private(set) var layer = ConfigurationLayer()

    /// A file with every setting takes 4 KiB; grids may fill some more.
    private static let largestBytes = 1024 * 1024

    /// Reads all that can be read. What is wrong stands in `layer.problems`, with its line.
    init(path: String, text: String) {
        self.path = path
        do {
            guard let root = try Yams.compose(yaml: withoutRepetitions(text)) else { return }
            take(root)
        } catch let error as YamlError {
            add(error)
        } catch {
            add(line: 1, "cannot be read as YAML (\(error)).")
        }
    }

    /// Nil when there is no such file. Throws a `ConfigurationError` when it cannot be read.
    static func read(path: String) throws(ConfigurationError) -> ConfigurationFile? {
        guard let bytes = try bytes(of: path) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(problems: [.init(place: .wholeFile(path: path), message: "is no UTF-8 text.")])
        }
        return ConfigurationFile(path: path, text: text)
    }

    private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw unreadable(path, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw unreadable(path, errno) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= largestBytes else { throw unreadable(path, EFBIG) }
        }
    }

    private static func unreadable(_ path: String, _ reason: CInt) -> ConfigurationError {
        let words = String(cString: strerror(reason))
        let hint = reason == EACCES ? " Let the user who starts the node read the file and enter its directory." : ""
        return ConfigurationError(problems: [
            .init(place: .wholeFile(path: path), message: "cannot be read (\(words)).\(hint)")
        ])
    }

    /// Names each repeated key and blanks its later lines, so that the rest of the file is still looked at.
    private mutating func withoutRepetitions(_ text: String) -> String {
        var firstLines: [Substring: Int] = [:]
        var isSkipping = false
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.enumerated().map { index, line -> Substring in
            guard let first = line.first, first.isLetter || first == "_", let colon = line.firstIndex(of: ":") else {
                return isSkipping ? "" : line
            }
            let key = line[..<colon]
            isSkipping = firstLines[key] != nil
            if let earlier = firstLines[key] {
                add(line: index + 1, "\(key) stands twice; the first is in line \(earlier). Keep one of them.")
                return ""
            }
            firstLines[key] = index + 1
            return line
        }.joined(separator: "\n")
    }

    private mutating func take(_ root: Node) {
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
                let hint = question.isEmpty ? " Known are \(Setting.all.map(\.key).joined(separator: ", "))." : question
                add(line: line, "unknown key \(key).\(hint)")
                continue
            }
            take(value, for: setting, line: line)
        }
    }

    private mutating func take(_ node: Node, for setting: Setting, line: Int) {
        let place = ConfigurationError.Place.file(path: path, line: line)
        if let scalar = node.scalar {
            guard node.null == nil else {
                return add(line: line, "\(setting.key) has no value. Give one, or leave the line out for the default.")
            }
            layer.given[setting.key] = .init(texts: [scalar.string], place: place)
        } else if setting.kind.isList, let sequence = node.sequence, sequence.allSatisfy({ $0.scalar != nil }) {
            layer.given[setting.key] = .init(texts: sequence.compactMap(\.scalar?.string), place: place)
        } else {
            let form = setting.kind.isList ? "a list of values" : "one value"
            add(line: line, "\(setting.key) takes \(form), such as `\(setting.key): \(setting.example)`.")
        }
    }

    private mutating func add(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            add(line: mark.line, "this is no YAML: \(problem).")
        case .duplicatedKeysInMapping(let keys, let context):
            add(line: context.mark.line, "\(keys.joined(separator: ", ")) stands twice. Keep one of them.")
        default:
            add(line: 1, "cannot be read as YAML.")
        }
    }

    private mutating func add(line: Int, _ message: String) {
        layer.problems.append(.init(place: .file(path: path, line: line), message: message))
    }
}
