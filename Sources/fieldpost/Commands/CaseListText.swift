import FieldpostClient
import FieldpostCore

/// Lists of tasks and cases for people.
enum CaseListText {
    static func tasks(_ shown: JSONValue) -> String {
        let tasks = shown["tasks"]?.list ?? []
        var text = "Nothing waits.\n"
        if !tasks.isEmpty {
            var table = TextTable([
                ("", .left), ("REPORT", .left), ("STAGE", .left), ("FOR", .left), ("DEADLINE", .left), ("LEFT", .right),
                ("GRID", .left), ("WHAT", .left),
            ])
            for task in tasks {
                let persons = (task["persons"]?.list ?? []).compactMap(\.text)
                let departments = (task["departments"]?.list ?? []).compactMap(\.text)
                let groups = (task["groups"]?.list ?? []).compactMap(\.text)
                let asked = persons.isEmpty ? departments.isEmpty ? groups : departments : persons
                table.add([
                    marks(task), word(task["report"]), stage(task["label"], task["stage"]),
                    asked.map(\.visibleLine).joined(separator: ", "), word(task["deadline"]?["at"]),
                    left(task), word(task["grid"]), what(task["text"]),
                ])
            }
            text = table.text
        }
        if shown["next"]?.text != nil { text += "There are more: raise --limit, or ask for fewer.\n" }
        if shown["complete"]?.boolean == false {
            text += "This node still makes its list of cases anew after an upgrade, so tasks may be missing here.\n"
        }
        return text
    }

    static func cases(_ shown: JSONValue) -> String {
        let reports = shown["reports"]?.list ?? []
        var text = "No such report is here.\n"
        if !reports.isEmpty {
            var table = TextTable([
                ("", .left), ("REPORT", .left), ("STAGE", .left), ("DEPARTMENT", .left), ("GRID", .left),
                ("WHAT", .left),
            ])
            for report in reports {
                let fields = report["fields"]
                let first = Workflow.standard.first
                let code = fields?["stage"]
                table.add([
                    report["conflict"]?.boolean == true ? "?" : "", word(report["id"]),
                    code == nil ? "\(first.chinese) \(first.code)" : stage(report["labels"]?["stage"], code),
                    word(fields?["department"]), word(fields?["grid"]), what(fields?["text"]),
                ])
            }
            text = table.text
        }
        if shown["next"]?.text != nil { text += "There are more: raise --limit, or ask for fewer.\n" }
        if shown["complete"]?.boolean == false {
            text += "The search of this node is still behind, so reports may be missing here. Ask again in a moment.\n"
        }
        return text
    }

    /// "!" overdue, "~" due soon, "?" disputed.
    private static func marks(_ task: JSONValue) -> String {
        let state = task["deadline"]?["state"]?.text
        var marks = state == "overdue" ? "!" : task["deadline"]?["due_soon"]?.boolean == true ? "~" : ""
        if task["conflict"]?.boolean == true { marks += "?" }
        return marks
    }

    /// The time that is left, in the limit's own kind of time.
    private static func left(_ task: JSONValue) -> String {
        if task["suspended"]?.boolean == true { return "suspended" }
        guard let milliseconds = task["deadline"]?["left_ms"]?.double else { return "" }
        let minutes = Int(milliseconds / 60_000)
        return minutes >= 60 ? "\(minutes / 60) h \(minutes % 60) min" : "\(minutes) min"
    }

    private static func stage(_ label: JSONValue?, _ code: JSONValue?) -> String {
        [label?["zh"]?.text, code?.text].compactMap { $0?.visibleLine }.joined(separator: " ")
    }

    private static func what(_ text: JSONValue?) -> String {
        let line = (text?.text ?? "").visibleLine
        return line.count > 24 ? "\(line.prefix(24))…" : line
    }

    private static func word(_ value: JSONValue?) -> String { (value?.text ?? "").visibleLine }
}
