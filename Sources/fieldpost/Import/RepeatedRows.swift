/// The rows of a file that have the id of an earlier one.
struct RepeatedRows: Sendable {
    struct Pair: Hashable, Sendable {
        let row: String
        /// Lines in the file.
        let first: Int
        let again: Int
        /// The columns whose cells differ; empty for rows that say the same.
        let columns: [String]
    }

    private(set) var same: [Pair] = []
    private(set) var different: [Pair] = []
    /// Lines that say the same as an earlier one.
    fileprivate private(set) var repetitions: Set<Int> = []
    /// Lines that have the id of an earlier one, and say something else than all before.
    fileprivate private(set) var others: Set<Int> = []

    /// Goes through all rows once.
    fileprivate init(_ source: ReportSource) {
        var groups = RowGroups()
        for index in 0..<source.count {
            guard case .report(let report) = source[index], !report.row.isEmpty else { continue }
            let finding = groups.add(
                key: ReportIdentity.bits("id", "", report.row), content: ReportIdentity.content(report.cells),
                line: report.line, index: index)
            switch finding {
            case .new: break
            case .same(let first):
                same.append(Pair(row: report.row, first: first, again: report.line, columns: []))
                repetitions.insert(report.line)
            case .other(let first, let line):
                different.append(
                    Pair(
                        row: report.row, first: line, again: report.line,
                        columns: Self.columns(report, source[first])))
                others.insert(report.line)
            }
        }
    }

    /// Those whose cells differ.
    private static func columns(_ report: ReportInput, _ first: ReportSource.Row) -> [String] {
        guard case .report(let other) = first else { return [] }
        return Set(report.cells.keys).union(other.cells.keys).filter { report.cells[$0] != other.cells[$0] }.sorted()
    }
}

extension ReportSource {
    var repeatedRows: RepeatedRows { RepeatedRows(self) }

    /// Each report once. Rows that share an id, and say something else, are reports of their own: the first keeps the
    /// id, so that it is the same report in a file that was cut short or goes on, and each other one is known by all
    /// that it says.
    func distinguishing(_ rows: RepeatedRows) -> ReportSource {
        guard !rows.same.isEmpty || !rows.different.isEmpty else { return self }
        return ReportSource(name: name, count: count) { index in
            guard case .report(var report) = self[index], !report.row.isEmpty else { return self[index] }
            if rows.repetitions.contains(report.line) { return .repeated(line: report.line) }
            let content = ReportIdentity.report(cells: report.cells)
            if rows.others.contains(report.line), report.id != content {
                report.id = ReportIdentity.report(source: name, row: "\(content)")
            }
            return .report(report)
        }
    }

    /// Each report once. Throws `.reusedIDs` when rows share an id and say something else.
    func withoutRepetitions(_ rows: RepeatedRows, path: String) throws(ReportSourceError) -> ReportSource {
        guard let first = rows.different.first else { return distinguishing(rows) }
        throw .reusedIDs(path: path, first: first, count: rows.different.count)
    }
}
