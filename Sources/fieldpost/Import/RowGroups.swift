/// Which rows of a file share an id, and which of these say the same: found row by row, at the same cost for each.
struct RowGroups {
    enum Finding: Hashable {
        /// The first with its id.
        case new
        /// It says the same as the row of a line.
        case same(line: Int)
        /// It says something else than all before. The place and the line of the first with its id.
        case other(first: Int, line: Int)
    }

    private struct Group {
        /// Of the first row.
        let index: Int
        let line: Int
        /// For each thing that is said under the id, the line that says it first.
        var lines: [UInt128: Int]
    }

    private var groups: [UInt128: Group] = [:]

    /// `key`: what stands for the id; `content`: for all that the row says.
    mutating func add(key: UInt128, content: UInt128, line: Int, index: Int) -> Finding {
        // A group that is held beside the table would be copied by the change.
        if let first = groups[key]?.lines[content] { return .same(line: first) }
        guard let first = groups[key].map({ ($0.index, $0.line) }) else {
            groups[key] = Group(index: index, line: line, lines: [content: line])
            return .new
        }
        groups[key]?.lines[content] = line
        return .other(first: first.0, line: first.1)
    }
}
