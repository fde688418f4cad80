/// Finds which rows of a file have the same id, and which of these have the same content. Each row costs the same.
struct RowGroups {
    enum Finding: Hashable {
        /// The first row with its id.
        case new
        /// The same content as the row of that line.
        case same(line: Int)
        /// The content differs from all rows before. `first` and `line`: the index and the line of the first row with
        /// its id.
        case other(first: Int, line: Int)
    }

    private struct Group {
        /// The index of the first row.
        let index: Int
        let line: Int
        /// For each content under the id, the first line that has it.
        var lines: [UInt128: Int]
    }

    private var groups: [UInt128: Group] = [:]

    /// `key`: represents the id. `content`: represents the whole content of the row.
    mutating func add(key: UInt128, content: UInt128, line: Int, index: Int) -> Finding {
        // A second reference to the group would make the change below copy it.
        if let first = groups[key]?.lines[content] { return .same(line: first) }
        guard let first = groups[key].map({ ($0.index, $0.line) }) else {
            groups[key] = Group(index: index, line: line, lines: [content: line])
            return .new
        }
        groups[key]?.lines[content] = line
        return .other(first: first.0, line: first.1)
    }
}
