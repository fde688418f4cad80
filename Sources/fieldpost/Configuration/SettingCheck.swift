import FieldpostCore
import FieldpostTransport

/// Checks whether a value has the form of its setting.
enum SettingCheck {
    /// The most bytes of a state directory's path: the path of its admin socket must fit into the 108 bytes of a socket
    /// address.
    static let directoryBytes = 107 - "/admin.sock".utf8.count

    /// The errors in the texts, as words that follow the place; empty when there are none.
    static func mistakes(in texts: [String], of setting: Setting) -> [String] {
        if setting.kind.isList {
            return texts.compactMap { mistake(in: $0, of: setting) } + repetitions(texts, setting)
                + (setting.key == Setting.grids.key ? excess(texts, setting) : [])
        }
        return texts.compactMap { mistake(in: $0, of: setting) }
    }

    private static func mistake(in text: String, of setting: Setting) -> String? {
        let quoted = "\(setting.key): \"\(text.prefix(80))\"\(text.count > 80 ? "…" : "")"
        guard !text.isEmpty else {
            return setting.kind.isList
                ? "\(setting.key) has an empty member. Remove it, or leave \(setting.key) out for the default."
                : "\(setting.key) is empty. Give a value, or leave it out for the default."
        }
        switch setting.kind {
        case .text: return NameRule.defect(text).map { "\(quoted) \($0)." }
        case .texts: return grid(text).map { "\(quoted) \($0)." }
        case .file: return path(text).map { "\(quoted) \($0)." }
        case .directory:
            if let defect = path(text) { return "\(quoted) \(defect)." }
            let bytes = text.utf8.count
            return bytes <= directoryBytes
                ? nil : "\(quoted) takes \(bytes) bytes; at most \(directoryBytes) leave space for the socket."
        case .address:
            return Endpoint(text) == nil ? "\(quoted) is not host:port. Write it like 127.0.0.1:8080." : nil
        case .peers:
            guard let address = Endpoint(text) else {
                return "\(quoted) is not host:port. Write it like central.example:7310."
            }
            return address.port == 0 ? "\(quoted) has port 0. Name the port that the other node listens on." : nil
        case .boolean:
            return text == "true" || text == "false" ? nil : "\(quoted) is neither true nor false."
        case .span:
            return Span(text) == nil
                ? "\(quoted) is not a length of time. Write it like 14d, 36h, 90m or 30s, up to 3650d." : nil
        case .size:
            return ByteSize(text) == nil
                ? "\(quoted) is not a number of bytes. Write it like 25MiB, 800KiB or 1GiB, up to 4GiB." : nil
        // Checked where it is read, line by line.
        case .links: return nil
        case .choice(let choices):
            guard !choices.contains(text) else { return nil }
            let question = NearMiss.question(text, among: choices)
            return "\(quoted) is not one of \(choices.joined(separator: ", ")).\(question)"
        }
    }

    /// Members are separated by commas. A value that looks like several in one is a typing error.
    private static func grid(_ text: String) -> String? {
        if let defect = NameRule.defect(text) { return defect }
        let separators = text.filter { $0.isWhitespace || "，、;；|".contains($0) }
        guard let separator = separators.first else { return nil }
        return separator.isWhitespace
            ? "contains a space: separate members by commas"
            : "contains \"\(separator)\": separate members by commas (,)"
    }

    /// The system ends a path at its first NUL. Line breaks, and spaces at either end, are invisible and not intended.
    private static func path(_ text: String) -> String? {
        let hidden = text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        if hidden { return "contains a control character" }
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true { return "begins or ends with a space" }
        return nil
    }

    /// A gateway names all its grids in its hello, which is small.
    private static func excess(_ texts: [String], _ setting: Setting) -> [String] {
        guard texts.count <= Limits.listedOrigins else {
            return ["\(setting.key): \(texts.count) members; at most \(Limits.listedOrigins) are allowed."]
        }
        let bytes = texts.reduce(0) { $0 + $1.utf8.count }
        return bytes <= Limits.gridsBytes
            ? [] : ["\(setting.key): the members take \(bytes) bytes in all; at most \(Limits.gridsBytes) are allowed."]
    }

    private static func repetitions(_ texts: [String], _ setting: Setting) -> [String] {
        var seen: Set<String> = []
        return texts.filter { !seen.insert($0).inserted }.map { "\(setting.key): \"\($0.prefix(80))\" is there twice." }
    }
}
