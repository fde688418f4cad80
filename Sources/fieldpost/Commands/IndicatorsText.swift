import FieldpostClient
import FieldpostHTTP

/// Figures of cases in the API's form, for people. Texts of others are made safe to print, and none can begin a line.
enum IndicatorsText {
    /// A paragraph for each row: its name, and each indicator that has a value with what it is made of.
    static func figures(_ shown: JSONValue) -> String {
        let period = shown["period"]
        var lines = [
            "\(word(period?["text"])): \(word(shown["reports"])) reports, "
                + "counted until \(word(period?["counted_until"]))"
        ]
        for row in shown["rows"]?.list ?? [] {
            lines.append("")
            lines.append(title(row))
            for indicator in shown["indicators"]?.list ?? [] {
                guard let code = indicator["code"]?.text, let figure = row["figures"]?[code],
                    let value = figure["value"]?.double
                else { continue }
                let made =
                    figure["numerator"] == nil ? "" : "  \(word(figure["numerator"])) / \(word(figure["denominator"]))"
                lines.append("  \(percent(value))\(made)  \(word(indicator["zh"])) \(code.visibleLine)")
            }
            let counts = (row["counts"]?.object ?? [:]).sorted { $0.key < $1.key }
            let words = counts.map { "\($0.key.visibleLine) \(word($0.value))" }
            lines.append("  \(words.isEmpty ? "no cases" : words.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func cases(_ shown: JSONValue) -> String {
        let count = shown["count"]
        var lines = ["\(word(count?["zh"])) \(word(count?["code"])): \(word(count?["rule"]))"]
        for found in shown["cases"]?.list ?? [] {
            let names = ["department", "group", "grid"].compactMap { found[$0]?.text?.visibleLine }
            let stages = (found["stages"]?.object ?? [:]).sorted { $0.key < $1.key }
            let times = stages.compactMap { name, stage -> String? in
                guard let deadline = stage["deadline"]?.text else { return nil }
                let done = stage["done_at"]?.text.map { "done \($0.visibleLine)" } ?? "open"
                let late = stage["on_time"]?.boolean == false ? " late" : ""
                return "    \(name.visibleLine)  due \(deadline.visibleLine)  \(done)\(late)"
            }
            lines.append("\(word(found["report"]))  \(names.joined(separator: ", "))")
            lines += times
        }
        if let next = shown["next"]?.text { lines.append("There may be more: --cursor \(next.visibleLine)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func title(_ row: JSONValue) -> String {
        switch row["scope"]?.text {
        case "all": "all"
        case "unnamed": "(without a name)"
        case "further": "(further names together)"
        default: word(row["name"])
        }
    }

    /// "  90.8 %"
    private static func percent(_ value: Double) -> String {
        let tenths = Int((value * 1000).rounded())
        let text = "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    private static func word(_ value: JSONValue?) -> String {
        if let number = value?.double { return "\(Int(number))" }
        return (value?.text ?? "?").visibleLine
    }
}
