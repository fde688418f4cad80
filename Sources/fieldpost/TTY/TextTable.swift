/// Rows of cells in columns, for people.
struct TextTable {
    private let alignments: [Alignment]
    private var rows: [[String]]

    enum Alignment: Sendable {
        case left, right
    }

    init(_ columns: [(title: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        rows = [columns.map(\.title)]
    }

    /// There must be as many cells as columns.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == alignments.count, "\(cells.count) cells for \(alignments.count) columns")
        rows.append(cells)
    }

    /// Lines without spaces at their ends, each with a line break.
    var text: String {
        let widths = alignments.indices.map { column in rows.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = alignments.indices.map { column in
                let fill = String(repeating: " ", count: widths[column] - DisplayWidth.of(row[column]))
                return alignments[column] == .left ? row[column] + fill : fill + row[column]
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
