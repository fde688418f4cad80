import Foundation

/// The tables in which Protocol/ says what is lost and what nobody can do, and the tests that they name.
struct Promises: Sendable {
    /// One test as a table names it: `Suite`: *what it says*.
    struct Proof: Hashable, Sendable {
        let suite: String
        let name: String
    }

    struct Row: Sendable {
        let cells: [String]
        /// The tests named in it.
        let proofs: [Proof]
    }

    let document: String

    /// The rows of the table whose header's cells begin with these; empty when there is none.
    func rows(under header: [String]) -> [Row] {
        var rows: [Row] = []
        var isInside = false
        for line in document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let cells = Self.cells(of: line)
            if isInside, cells.isEmpty { return rows }
            if isInside, !cells.allSatisfy({ $0.allSatisfy { "-:".contains($0) } }) {
                rows.append(Row(cells: cells, proofs: cells.flatMap(Self.proofs)))
            }
            if cells == header { isInside = true }
        }
        return rows
    }

    private static func cells(of line: String) -> [String] {
        guard line.hasPrefix("|"), line.hasSuffix("|") else { return [] }
        return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func proofs(in cell: String) -> [Proof] {
        cell.matches(of: /`(\w+)`: \*([^*]+)\*/).map { Proof(suite: String($0.output.1), name: String($0.output.2)) }
    }

    /// What is wrong with the proofs of these rows, a line each: none is named, or no such test is in the sources.
    static func defects(of rows: [Row], in tests: Set<Proof>) -> [String] {
        rows.flatMap { row -> [String] in
            let title = row.cells.prefix(2).joined(separator: " | ").prefix(100)
            if row.proofs.isEmpty { return ["“\(title)” names no test"] }
            return row.proofs.filter { !tests.contains($0) }.map {
                "“\(title)” names \($0.suite): \($0.name), which is no test"
            }
        }
    }

    /// Every test of the tree, by each type that its file declares or extends.
    static func tests(in tree: [SourceFile]) -> Set<Proof> {
        var found: Set<Proof> = []
        for file in tree where file.path.hasPrefix("Tests/") {
            let text = file.lines.joined(separator: "\n")
            let suites = text.matches(of: /(?:struct|class|enum|extension) (\w+)/).map { String($0.output.1) }
            for test in text.matches(of: /@Test\b[^`{}]{0,400}?func `([^`]+)`/) {
                for suite in suites { found.insert(Proof(suite: suite, name: String(test.output.1))) }
            }
        }
        return found
    }
}
