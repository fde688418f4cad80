import FieldpostCore

/// Reports for a replay, in a fixed order: the rows of a file, or made up from a seed. The same source gives the same
/// reports, under the same ids, every time.
struct ReportSource: Sequence, Sendable {
    /// Goes into ids: what `--source` says, empty without, or the seed.
    let name: String
    /// Rows, refused ones among them.
    let count: Int
    private let row: @Sendable (Int) -> Row

    enum Row: Hashable, Sendable {
        case report(ReportInput)
        /// `line`: in the file, from 1.
        case refused(line: Int, reason: String)
        /// Says the same as an earlier line: one report.
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

    /// At most so many rows, from the first.
    func limited(to limit: Int?) -> ReportSource {
        ReportSource(name: name, count: Swift.min(count, limit ?? count), row: row)
    }

    /// The same rows several times over, each round under ids of its own; the first round's are those of this source.
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

    /// A CSV file in one of the two forms (see `import --help`), told apart by the header.
    ///
    /// `source`: what names the rows together with their own ids; nil: all that they say. `messages`, `map`: the
    /// files that the Pingshan form needs besides; nil: looked for beside the file. Throws `ReportSourceError`; a
    /// malformed row is no error but a refused row.
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

    /// Believable made-up reports of three streets. The same seed gives the same reports.
    static func generated(count: Int, seed: UInt64) -> ReportSource {
        let name = "generated \(seed)"
        return ReportSource(name: name, count: count) { index in
            .report(GeneratedReport.make(index: index, seed: seed, source: name))
        }
    }
}
