import Foundation

/// Maps each type triple to a category of the taxonomy: the columns event_type, main_type, sub_type and sub_code.
struct PingshanCategories: Sendable {
    private static let fileName = "taxonomy_pingshan_map.csv"
    private let codes: [[String]: String]

    init(_ document: CSVDocument) {
        codes = document.records.reduce(into: [:]) { codes, record in
            let cells = document.cells(of: record)
            guard let code = cells["sub_code"], !code.isEmpty else { return }
            codes[["event_type", "main_type", "sub_type"].map { cells[$0] ?? "-" }] = code
        }
    }

    subscript(type: [String]) -> String? { codes[type] }

    /// A nil `path` means the file with the usual name beside the other file. Throws `.missingMap` if that does not
    /// exist.
    static func read(path: String?, beside other: String) throws(ReportSourceError) -> PingshanCategories {
        let path = path ?? CSVDocument.path(of: fileName, beside: other)
        guard FileManager.default.fileExists(atPath: path) else { throw .missingMap(path: path) }
        return PingshanCategories(try CSVDocument.read(path: path))
    }
}
