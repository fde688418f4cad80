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
    /// The ids under which different things are said.
    fileprivate private(set) var ambiguous: Set<UInt128> = []

    private struct Seen {
        let content: UInt128
        let line: Int
        let index: Int
    }

    /// Goes through all rows once.
    fileprivate init(_ source: ReportSource) {
        var seen: [UInt128: [Seen]] = [:]
        for index in 0..<source.count {
            guard case .report(let report) = source[index], !report.row.isEmpty else { continue }
            let key = Self.key(report)
            let content = ReportIdentity.content(report.cells)
            let earlier = seen[key] ?? []
            if let first = earlier.first(where: { $0.content == content }) {
                same.append(Pair(row: report.row, first: first.line, again: report.line, columns: []))
                repetitions.insert(report.line)
                continue
            }
            if let first = earlier.first, case .report(let other) = source[first.index] {
                let columns = Set(report.cells.keys).union(other.cells.keys).filter {
                    report.cells[$0] != other.cells[$0]
                }
                different.append(
                    Pair(row: report.row, first: first.line, again: report.line, columns: columns.sorted()))
                ambiguous.insert(key)
            }
            seen[key] = earlier + [Seen(content: content, line: report.line, index: index)]
        }
    }

    fileprivate static func key(_ report: ReportInput) -> UInt128 { ReportIdentity.bits("id", "", report.row) }
}

extension ReportSource {
    var repeatedRows: RepeatedRows { RepeatedRows(self) }

    /// Each report once. Rows that share an id, and say something else, are reports of their own.
    func distinguishing(_ rows: RepeatedRows) -> ReportSource {
        guard !rows.same.isEmpty || !rows.different.isEmpty else { return self }
        return ReportSource(name: name, count: count) { index in
            guard case .report(var report) = self[index], !report.row.isEmpty else { return self[index] }
            if rows.repetitions.contains(report.line) { return .repeated(line: report.line) }
            if rows.ambiguous.contains(RepeatedRows.key(report)) {
                report.id = ReportIdentity.report(source: name, row: "\(ReportIdentity.report(cells: report.cells))")
            }
            return .report(report)
        }
    }

    /// Each report once. Throws `.reusedIDs` when rows share an id and say something else.
    func withoutRepetitions(path: String) throws(ReportSourceError) -> ReportSource {
        let rows = repeatedRows
        guard let first = rows.different.first else { return distinguishing(rows) }
        throw .reusedIDs(path: path, first: first, count: rows.different.count)
    }
}
