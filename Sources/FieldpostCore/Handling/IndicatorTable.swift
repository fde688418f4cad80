/// One figure: what it is called, how it is computed, and whose rule that is.
package struct Indicator: Hashable, Sendable {
    package let code: String
    package let chinese: String
    package let english: String
    package let formula: IndicatorFormula
    /// Where the formula is from, in words.
    package let source: String
}

/// The indicators that are shown. Cities differ in their formulas, so this is configuration. Its text has a first line
/// with the names of the columns, and a line for each indicator, with tabs between the cells.
package struct IndicatorTable: Hashable, Sendable {
    package static let columns = ["code", "zh", "en", "formula", "source"]

    /// In the order of the text.
    package let indicators: [Indicator]

    /// The indicators of this build.
    package static let standard: IndicatorTable = {
        do {
            return try IndicatorTable(text: PackageResources.indicators_tsv)
        } catch {
            preconditionFailure("the built-in indicators.tsv cannot be read: \(error)")
        }
    }()

    package subscript(code: String) -> Indicator? { indicators.first { $0.code == code } }

    /// Throws a `TextDefect` that names the line, and in a formula the character.
    package init(text: [UInt8]) throws(TextDefect) {
        let lines = try StrictLines(text, limit: Limits.indicatorTableBytes).lines
        guard lines[0] == Self.columns else {
            throw TextDefect(
                line: 1, "It must name the columns \(Self.columns.joined(separator: ", ")), with tabs between them.")
        }
        guard lines.count <= Limits.indicators + 1 else {
            throw TextDefect(line: Limits.indicators + 2, "At most \(Limits.indicators) indicators are allowed.")
        }
        var indicators: [Indicator] = []
        for (index, cells) in lines.enumerated().dropFirst() {
            let line = index + 1
            guard cells.count == Self.columns.count else {
                throw TextDefect(line: line, "It has \(cells.count) cells; it must have \(Self.columns.count).")
            }
            guard Self.isCode(cells[0]) else {
                throw TextDefect(line: line, "“\(cells[0])” is no code: it may have a to z, 0 to 9 and _.")
            }
            guard !indicators.contains(where: { $0.code == cells[0] }) else {
                throw TextDefect(line: line, "“\(cells[0])” is there twice.")
            }
            let formula: IndicatorFormula
            do throws(TextDefect) {
                formula = try IndicatorFormula(text: cells[3])
            } catch {
                throw TextDefect(line: line, character: error.character, "In the formula: \(error.reason)")
            }
            indicators.append(
                Indicator(code: cells[0], chinese: cells[1], english: cells[2], formula: formula, source: cells[4]))
        }
        self.indicators = indicators
    }

    private static func isCode(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
