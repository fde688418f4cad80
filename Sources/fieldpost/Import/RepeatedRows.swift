import FieldpostClient

/// The rows of a file that have the same id as an earlier row.
struct RepeatedRows: Sendable {
    struct Pair: Hashable, Sendable {
        let row: String
        /// Lines in the file.
        let first: Int
        let again: Int
        /// The columns whose cells differ; empty for rows with the same content.
        let columns: [String]
    }

    private(set) var same: [Pair] = []
    private(set) var different: [Pair] = []
    /// Lines with the same content as an earlier line.
    fileprivate private(set) var repetitions: Set<Int> = []
    /// Lines with the id of an earlier line, but with content that differs from all before.
    fileprivate private(set) var others: Set<Int> = []

    /// Reads all rows once.
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

    /// The columns whose cells differ.
    private static func columns(_ report: ReportInput, _ first: ReportSource.Row) -> [String] {
        guard case .report(let other) = first else { return [] }
        return Set(report.cells.keys).union(other.cells.keys).filter { report.cells[$0] != other.cells[$0] }.sorted()
    }
}

extension ReportSource {
    var repeatedRows: RepeatedRows { RepeatedRows(self) }

    /// Keeps each report once. Rows with the same id but other content become separate reports. The first keeps the id,
    /// so it is the same report in a shorter or a longer version of the file. Each other one is identified by its whole
    /// content.
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

    /// Keeps each report once. Throws `.reusedIDs` when rows have the same id but other content.
    func withoutRepetitions(_ rows: RepeatedRows, path: String) throws(ReportSourceError) -> ReportSource {
        guard let first = rows.different.first else { return distinguishing(rows) }
        throw .reusedIDs(path: path, first: first, count: rows.different.count)
    }
}
