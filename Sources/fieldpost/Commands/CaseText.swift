import FieldpostClient
import FieldpostCore
import FieldpostHTTP

/// A case in the API's form, for people. Texts of others are made safe to print, and none can begin a line.
enum CaseText {
    static func text(_ shown: JSONValue) -> String {
        let branches = shown["branches"]?.list ?? []
        let ended = shown["open"]?.boolean == false ? "  (ended)" : ""
        var lines = ["\(word(shown["report"]))  \(stage(shown))\(ended)"]
        for (index, branch) in branches.enumerated() {
            lines.append("  \(index == 0 ? "stands at" : "and at")  \(stage(branch))  \(facts(branch))")
        }
        for pair in shown["disputes"]?.list ?? [] {
            let indexes: [Int] = (pair.list ?? []).compactMap { $0.double.map { Int($0) } }
            let names: [String] = indexes.filter(branches.indices.contains).map { stage(branches[$0]) }
            lines.append("!! Disputed: \(names.joined(separator: " / ")). A step of somebody who sees both settles it.")
        }
        for timed in shown["stages"]?.list ?? [] where timed["present"]?.boolean == true { lines.append(time(timed)) }
        if let suspended = shown["suspended"] { lines.append("  挂账 suspended  \(facts(suspended))") }
        for extended in shown["extensions"]?.list ?? [] { lines.append("  延时 extended  \(facts(extended))") }
        for taken in shown["assignees"]?.list ?? [] { lines.append("  认领 taken by  \(facts(taken))") }
        if let unseen = shown["unseen"]?.list, !unseen.isEmpty {
            lines.append("!! \(unseen.count) notes or photos came that whoever closed the case had not seen.")
        }
        let counts = (shown["counts"]?.object ?? [:]).sorted { $0.key < $1.key }
        if !counts.isEmpty {
            let parts: [String] = counts.map { "\($0.key.visibleLine) \(word($0.value))" }
            lines.append("  taken so far: \(parts.joined(separator: ", "))")
        }
        let next: [String] = (shown["next"]?.list ?? []).map(step)
        lines.append("  next: \(next.isEmpty ? "nothing" : next.joined(separator: " | "))")
        return lines.joined(separator: "\n") + "\n"
    }

    /// "  处置 handling (市政)  due 2026-12-01T10:00:00Z  running, 90 min left"
    private static func time(_ value: JSONValue) -> String {
        let round = value["round"]?.double.map { Int($0) } ?? 1
        let department = value["department"]?.text.map { " (\($0.visibleLine))" } ?? ""
        var words = [word(value["state"])]
        if value["ended_at"] == nil { words.append("\(Int((value["left_ms"]?.double ?? 0) / 60_000)) min left") }
        if value["due_soon"]?.boolean == true { words.append("due soon") }
        if value["was_overdue"]?.boolean == true { words.append("was overdue") }
        if value["within_uncertainty"]?.boolean == true { words.append("on time as far as the clocks tell") }
        for former in value["former_deadlines"]?.list ?? [] { words.append("before \(word(former["deadline"]))") }
        return "  \(word(value["zh"])) \(word(value["stage"]))\(round > 1 ? " \(round)" : "")\(department)"
            + "  due \(word(value["deadline"]))  \(words.joined(separator: ", "))"
    }

    /// "派遣 dispatched --department"
    private static func step(_ value: JSONValue) -> String {
        let needs: [String] = (value["needs"]?.list ?? []).map { "--\(word($0))" }
        return ([word(value["zh"]), word(value["step"])] + needs).joined(separator: " ")
    }

    private static func stage(_ value: JSONValue) -> String {
        let words: [String?] = [value["label"]?["zh"]?.text, value["stage"]?.text]
        return words.compactMap { $0?.visibleLine }.joined(separator: " ")
    }

    /// "市政, 张三, until 2026-12-01T10:00:00Z: 等材料 (王敏, 2026-11-30T08:00:00Z)"
    private static func facts(_ value: JSONValue) -> String {
        let given: [String?] = ["department", "assignee", "limit"].map { value[$0]?.text }
        var parts: [String] = given.compactMap { $0?.visibleLine }
        if let until = value["until"]?.text { parts.append("until \(until.visibleLine)") }
        var line = parts.joined(separator: ", ")
        if let reason = value["reason"]?.text { line += ": \(reason.visibleLine)" }
        let taken: [String?] = ["author", "taken_at"].map { value[$0]?.text }
        let by = taken.compactMap { $0?.visibleLine }.joined(separator: ", ")
        return by.isEmpty ? line : "\(line) (\(by))"
    }

    private static func word(_ value: JSONValue?) -> String {
        if let number = value?.double { return "\(Int(number))" }
        return (value?.text ?? "?").visibleLine
    }
}
