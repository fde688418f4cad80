import FieldpostCore

/// Reports for an import, in a fixed order: the rows of a file, or reports invented from a seed. The same source always
/// gives the same reports with the same ids.
struct ReportSource: Sequence, Sendable {
    /// Part of the ids: the value of `--source`, empty without it, or the seed.
    let name: String
    /// The number of rows, including refused ones.
    let count: Int
    private let row: @Sendable (Int) -> Row

    enum Row: Hashable, Sendable {
        case report(ReportInput)
        /// `line`: in the file, from 1.
        case refused(line: Int, reason: String)
        /// The row has the same content as an earlier line: both are one report.
        case repeated(line: Int)
    }

    init(name: String, count: Int, row: @escaping @Sendable (Int) -> Row) {
        self.name = name
        self.count = count
        self.row = row
    }

    subscript(index: Int) -> Row { row(index) }

    func makeIterator() -> AnyIterator<Row> {
        var rows = (0..<count).lazy.map(row).makeIterator()
        return AnyIterator { rows.next() }
    }

    /// At most `limit` rows, from the first.
    func limited(to limit: Int?) -> ReportSource {
        ReportSource(name: name, count: Swift.min(count, limit ?? count), row: row)
    }

    /// The same rows several times, with separate ids for each round. The ids of the first round are those of this
    /// source.
    func repeated(_ times: Int) -> ReportSource {
        ReportSource(name: name, count: count * times) { [row, count, name] index in
            let round = index / count
            guard round > 0, case .report(var report) = row(index % count) else { return row(index % count) }
            let source = "\(name) round \(round)"
            let original = report.id.description
            report.id = ReportIdentity.report(source: source, row: original)
            return .report(report)
        }
    }

    /// A CSV file in one of the two formats (see `import --help`). The header decides which.
    ///
    /// `source`: identifies the rows together with their own ids; nil: rows are identified by their whole content.
    /// `messages`, `map`: the additional files of the Pingshan format; nil: files with the usual names beside the file.
    /// Throws `ReportSourceError`. A malformed row is not an error but a refused row.
    static func open(
        path: String, source: String? = nil, messages: String? = nil, map: String? = nil
    ) throws(ReportSourceError) -> ReportSource {
        let document = try CSVDocument.read(path: path)
        if PingshanRows.fits(document.columns) {
            return PingshanRows.source(
                document, source: source, categories: try PingshanCategories.read(path: map, beside: path),
                messages: try MessageTexts.read(path: messages, beside: path))
        }
        if PlainRows.fits(document.columns) { return try PlainRows.source(document, source: source, path: path) }
        throw .unknownForm(path: path, columns: document.columns)
    }

    /// Plausible invented reports of three streets. The same seed gives the same reports.
    static func generated(count: Int, seed: UInt64) -> ReportSource {
        let name = "generated \(seed)"
        return ReportSource(name: name, count: count) { index in
            .report(GeneratedReport.make(index: index, seed: seed, source: name))
        }
    }
}
