/// Why a text of settings is not taken: the line (from 1), the character in it (from 1) where that helps, and the
/// reason.
package struct TextDefect: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let character: Int?
    package let reason: String

    package init(line: Int, character: Int? = nil, _ reason: String) {
        self.line = line
        self.character = character
        self.reason = reason
    }

    package var description: String {
        "Line \(line)" + (character.map { ", character \($0)" } ?? "") + ": \(reason)"
    }
}

/// Lines of cells with tabs between them, in the one form that is allowed: UTF-8, each line ended by a line feed, no
/// empty line or cell, and nothing that people cannot see.
struct StrictLines {
    /// The cells of each line.
    let lines: [[String]]

    init(_ bytes: [UInt8], limit: Int) throws(TextDefect) {
        guard bytes.count <= limit else {
            throw TextDefect(line: 1, "The text takes \(bytes.count) bytes; at most \(limit) are allowed.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TextDefect(line: 1, "The text is not UTF-8.")
        }
        // By scalars: "\r\n" would be one character.
        let scalars = text.unicodeScalars
        let ended = scalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard let last = ended.last, ended.count > 1 else { throw TextDefect(line: 1, "The text has no whole line.") }
        guard last.isEmpty else { throw TextDefect(line: ended.count, "The last line has no line feed at its end.") }
        var lines: [[String]] = []
        for (index, line) in ended.dropLast().enumerated() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { String(Substring($0)) }
            for cell in cells {
                guard let defect = NameRule.defect(cell) else { continue }
                throw TextDefect(line: index + 1, "A cell \(defect).")
            }
            lines.append(cells)
        }
        self.lines = lines
    }

    /// The version that the text names in its second line, if the first says that it has this format, in version 1.
    func version(of format: String) throws(TextDefect) -> String {
        guard lines[0] == [format, "1"] else {
            throw TextDefect(line: 1, "It must be “\(format)”, a tab and “1”: another format is not known.")
        }
        guard lines.count > 1, lines[1].count == 2, lines[1][0] == "version" else {
            throw TextDefect(line: 2, "It must give the version.")
        }
        return lines[1][1]
    }

    /// Throws if a line, from 1, has not so many cells.
    static func expect(_ count: Int, _ cells: [String], at line: Int) throws(TextDefect) {
        guard cells.count == count else {
            throw TextDefect(line: line, "It has \(cells.count) cells; it must have \(count).")
        }
    }
}
