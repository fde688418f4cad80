import FieldpostClient

extension ReportSource {
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
}
