/// Texts that staff often write, to choose from: reasons of steps, and words for the reporter. They travel as a setting
/// of central. Each list has exactly one text:
///
///     templates	1                              the format
///     version	cn-bantian-2026.1
///     template	closed	public	已处理完毕，感谢您的反馈。    the step, for whom, and the words
///
/// Tabs stand between the cells.
package struct AnswerTemplates: Hashable, Sendable {
    package struct Template: Hashable, Sendable {
        /// The code of the step that it is for.
        package let step: String
        /// Whether the reporter reads it. Otherwise it is for staff.
        package let isPublic: Bool
        package let text: String
    }

    /// As its text names it.
    package let version: String
    package let templates: [Template]

    /// Holds while central has made none.
    package static let standard: AnswerTemplates = {
        do {
            return try AnswerTemplates(text: PackageResources.templates_tsv)
        } catch {
            preconditionFailure("the built-in templates.tsv cannot be read: \(error)")
        }
    }()

    /// Throws a `TextDefect` that names the line.
    package init(text: [UInt8]) throws(TextDefect) {
        let strict = try StrictLines(text, limit: Limits.settingBytes)
        version = try strict.version(of: "templates")
        var templates: [Template] = []
        for (index, cells) in strict.lines.enumerated().dropFirst(2) {
            templates.append(try Self.template(cells, besides: templates, at: index + 1))
        }
        self.templates = templates
    }

    private static func template(
        _ cells: [String], besides others: [Template], at line: Int
    ) throws(TextDefect) -> Template {
        guard cells[0] == "template" else { throw TextDefect(line: line, "“\(cells[0])” is not known here.") }
        try StrictLines.expect(4, cells, at: line)
        guard Workflow.standard[cells[1]] != nil else { throw TextDefect(line: line, "“\(cells[1])” is no step.") }
        guard ["public", "inside"].contains(cells[2]) else {
            throw TextDefect(line: line, "“\(cells[2])” must be “public” or “inside”.")
        }
        guard others.count < Limits.answerTemplates else {
            throw TextDefect(line: line, "At most \(Limits.answerTemplates) templates are allowed.")
        }
        let template = Template(step: cells[1], isPublic: cells[2] == "public", text: cells[3])
        guard !others.contains(where: { $0.step == template.step && $0.text.hasSameBytes(as: template.text) }) else {
            throw TextDefect(line: line, "This template is there twice.")
        }
        return template
    }

    package var text: [UInt8] {
        let lines =
            ["templates\t1", "version\t\(version)"]
            + templates.map { "template\t\($0.step)\t\($0.isPublic ? "public" : "inside")\t\($0.text)" }
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}
