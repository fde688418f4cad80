import FieldpostClient

/// Lines of the journal for people, from those of `GET /v1/changes`.
enum JournalText {
    /// The time, the dot, the author, the kinds, the report, and the names of fields.
    static func line(_ line: JSONValue, withValues: Bool) -> String {
        if line["type"]?.text == "reset" { return "! \((line["detail"]?.text ?? "").visibleLine)" }
        let time = line["corrected_at"]?.text ?? line["at"]?.text ?? line["raised_at"]?.text ?? "-"
        let kinds = (line["kinds"]?.list ?? []).compactMap(\.text).joined(separator: ",")
        let parts = [time, dot(line), line["author"]?.text ?? "-", kinds, line["report"]?.text ?? "-"]
        return (parts + what(line, withValues: withValues)).map(\.visibleLine).joined(separator: "  ")
    }

    /// The same as a value, without what fields contain.
    static func lean(_ line: JSONValue, withValues: Bool) -> JSONValue {
        guard !withValues, case .object(var members) = line else { return line }
        if let fields = members["fields"]?.object {
            members["fields"] = .list(fields.keys.sorted().map(JSONValue.text))
        }
        return .object(members)
    }

    /// `digits`: the first of a NodeID; nil for every node.
    static func isWritten(_ line: JSONValue, by digits: String?) -> Bool {
        guard let digits else { return true }
        return line["node"]?.text?.hasPrefix(digits.lowercased()) == true
    }

    /// "0123456789/0190a3c4:17".
    private static func dot(_ line: JSONValue) -> String {
        guard let node = line["node"]?.text, let incarnation = line["incarnation"]?.text,
            case .integer(let seq)? = line["seq"]
        else { return "-" }
        return "\(node.prefix(10))/\(incarnation.prefix(8)):\(seq)"
    }

    private static func what(_ line: JSONValue, withValues: Bool) -> [String] {
        var parts: [String] = []
        let fields = (line["fields"]?.object ?? [:]).sorted { $0.key < $1.key }
        if !fields.isEmpty {
            parts.append(
                fields.map { withValues ? "\($0.key)=\(ReportText.value($0.value))" : $0.key }.joined(separator: ","))
        }
        if let steps = line["steps"]?.list { parts.append("→ " + steps.compactMap(\.text).joined(separator: ",")) }
        for name in ["notes", "attachments", "removals"] {
            if case .integer(let count)? = line[name] { parts.append("\(name) +\(count)") }
        }
        // What administrators did, and incidents: no payload of a report.
        parts += [line["setting"]?.text, line["stage"]?.text, line["text"]?.text].compactMap { $0 }
        return parts
    }
}
