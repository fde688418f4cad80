import FieldpostCore

/// Reports for an import, in a fixed order: the rows of a file, or reports invented from a seed. The same source always
/// gives the same reports with the same ids.
package struct ReportSource: Sequence, Sendable {
    /// Part of the ids: the value of `--source`, empty without it, or the seed.
    package let name: String
    /// The number of rows, including refused ones.
    package let count: Int
    private let row: @Sendable (Int) -> Row

    package enum Row: Hashable, Sendable {
        case report(ReportInput)
        /// `line`: in the file, from 1.
        case refused(line: Int, reason: String)
        /// The row has the same content as an earlier line: both are one report.
        case repeated(line: Int)
    }

    package init(name: String, count: Int, row: @escaping @Sendable (Int) -> Row) {
        self.name = name
        self.count = count
        self.row = row
    }

    package subscript(index: Int) -> Row { row(index) }

    package func makeIterator() -> AnyIterator<Row> {
        var rows = (0..<count).lazy.map(row).makeIterator()
        return AnyIterator { rows.next() }
    }

    /// At most `limit` rows, from the first.
    package func limited(to limit: Int?) -> ReportSource {
        ReportSource(name: name, count: Swift.min(count, limit ?? count), row: row)
    }

    /// The same rows several times, with separate ids for each round. The ids of the first round are those of this
    /// source.
    package func repeated(_ times: Int) -> ReportSource {
        ReportSource(name: name, count: count * times) { [row, count, name] index in
            let round = index / count
            guard round > 0, case .report(var report) = row(index % count) else { return row(index % count) }
            let source = "\(name) round \(round)"
            let original = report.id.description
            report.id = ReportIdentity.report(source: source, row: original)
            return .report(report)
        }
    }

    /// Plausible invented reports of three streets. The same seed gives the same reports.
    package static func generated(count: Int, seed: UInt64) -> ReportSource {
        let name = "generated \(seed)"
        return ReportSource(name: name, count: count) { index in
            .report(GeneratedReport.make(index: index, seed: seed, source: name))
        }
    }
}
