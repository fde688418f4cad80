import Foundation

/// Which category of the taxonomy each type triple stands for: the columns event_type, main_type, sub_type, sub_code.
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

    /// `path`: nil: the file of the usual name beside the other one. Throws `.missingMap` when there is none.
    static func read(path: String?, beside other: String) throws(ReportSourceError) -> PingshanCategories {
        let path = path ?? CSVDocument.path(of: fileName, beside: other)
        guard FileManager.default.fileExists(atPath: path) else { throw .missingMap(path: path) }
        return PingshanCategories(try CSVDocument.read(path: path))
    }
}
