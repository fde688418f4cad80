import FieldpostCore
import FieldpostNode
import FieldpostSync
import Yams

/// Reads the setting `links`: by class, which links it has and what they may carry.
///
///     links:
///       lte:
///         interfaces: [wwan0]
///         daily: 50MB
struct LinkSettings {
    private(set) var classes: [LinkClass] = []
    /// What is wrong, with the line in the file.
    private(set) var mistakes: [(line: Int, message: String)] = []

    private static let keys = ["interfaces", "peers", "lanes", "daily", "monthly", "photo_hours"]
    private static let lanes = Lane.allCases.filter { $0 != .control }

    init(_ node: Yams.Node, line: Int) {
        guard let mapping = node.mapping else {
            add(line, "links takes classes of links, such as `links: \(Setting.links.example)`.")
            return
        }
        if mapping.count > Limits.linkClasses {
            add(line, "links: \(mapping.count) classes; at most \(Limits.linkClasses) are allowed.")
        }
        for (key, value) in mapping {
            let line = key.mark?.line ?? line
            let name = (key.string ?? "").nameForm
            if let defect = NameRule.defect(name) { add(line, "links: the class \"\(name.prefix(80))\" \(defect).") }
            take(value, of: name, line)
        }
    }

    private mutating func take(_ node: Yams.Node, of name: String, _ line: Int) {
        guard let mapping = node.mapping else {
            return add(line, "links: \(name) takes settings of its own: \(Self.keys.joined(separator: ", ")).")
        }
        var link = LinkClass(name: name)
        var hours: [(start: Int, end: Int)] = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? line
            let key = key.string ?? "?"
            let place = "links: \(name): \(key)"
            switch key {
            case "interfaces": link.interfaces = members(value, place, line, Self.interface)
            case "peers":
                link.peers = members(value, place, line) { text in
                    AddressPrefix(text).map { .success($0) }
                        ?? .failure("is neither an address nor a network. Write it like 10.8.0.1 or 10.8.0.0/16.")
                }
            case "lanes": link.policy.lanes = lanes(value, place, line)
            case "daily": link.policy.dayBytes = bytes(value, place, line)
            case "monthly": link.policy.monthBytes = bytes(value, place, line)
            case "photo_hours": hours = members(value, place, line, Self.hours)
            default:
                let question = NearMiss.question(key, among: Self.keys)
                let hint = question.isEmpty ? " Known keys: \(Self.keys.joined(separator: ", "))." : question
                add(line, "links: \(name): unknown key \(key).\(hint)")
            }
        }
        link.policy = LinkPolicy(
            lanes: link.policy.lanes, dayBytes: link.policy.dayBytes, monthBytes: link.policy.monthBytes,
            photoHours: hours)
        classes.append(link)
    }

    // MARK: Values

    private enum Reading<Value> {
        case success(Value)
        /// Words that follow the text.
        case failure(String)
    }

    /// One text, or a list of them.
    private mutating func members<Value>(
        _ node: Yams.Node, _ place: String, _ line: Int, _ read: (String) -> Reading<Value>
    ) -> [Value] {
        let nodes = node.scalar != nil ? [node] : node.sequence.map(Array.init) ?? []
        let texts = nodes.compactMap { node in node.scalar.map { (text: $0.string, line: node.mark?.line ?? line) } }
        guard !texts.isEmpty, texts.count == nodes.count else {
            add(line, "\(place) takes one value or a list of values.")
            return []
        }
        guard texts.count <= Limits.linkMembers else {
            add(line, "\(place): \(texts.count) members; at most \(Limits.linkMembers) are allowed.")
            return []
        }
        var values: [Value] = []
        for (text, line) in texts {
            switch read(text) {
            case .success(let value): values.append(value)
            case .failure(let words): add(line, "\(place): \"\(text.prefix(80))\" \(words)")
            }
        }
        return values
    }

    /// An empty list leaves `control` alone.
    private mutating func lanes(_ node: Yams.Node, _ place: String, _ line: Int) -> Set<Lane> {
        if node.sequence?.isEmpty == true { return [] }
        let names = Self.lanes.map { "\($0)" }
        return Set(
            members(node, place, line) { text in
                Self.lanes.first { "\($0)" == text }.map { .success($0) }
                    ?? .failure(
                        "is not one of \(names.joined(separator: ", ")).\(NearMiss.question(text, among: names))")
            })
    }

    private mutating func bytes(_ node: Yams.Node, _ place: String, _ line: Int) -> UInt64? {
        let text = node.scalar?.string ?? ""
        let volume = DataVolume(text)
        if volume == nil {
            add(line, "\(place): \"\(text.prefix(80))\" is not an amount of data. Write it like 50MB, 1.5GB or 800kB.")
        }
        return volume?.bytes
    }

    /// The kernel allows 15 bytes, and neither a slash nor a space (`dev_valid_name`).
    private static func interface(_ text: String) -> Reading<String> {
        let isValid =
            (1...15).contains(text.utf8.count) && !text.contains { $0 == "/" || $0.isWhitespace }
            && !text.dropLast().contains("*")
        return isValid
            ? .success(text)
            : .failure("is not the name of a network interface. Write it like wwan0, or wwan* for several.")
    }

    /// "22:00-06:00", as seconds of the day.
    private static func hours(_ text: String) -> Reading<(start: Int, end: Int)> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(second(of:))
        guard ends.count == 2, let start = ends[0], let end = ends[1], start != end, start < LocalTime.daySeconds else {
            return .failure("are not hours of the day. Write them like 22:00-06:00, in quotes.")
        }
        return .success((start, end))
    }

    /// "06:30"; "24:00" too.
    private static func second(of text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || hour == 24 && minute == 0
        else { return nil }
        return hour * 3600 + minute * 60
    }

    private mutating func add(_ line: Int, _ message: String) { mistakes.append((line, message)) }
}

extension UInt8 {
    /// An ASCII digit.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
