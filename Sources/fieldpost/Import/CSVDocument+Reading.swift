import Foundation

extension CSVDocument {
    static func read(path: String) throws(ReportSourceError) -> CSVDocument {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        guard let document = CSVDocument(bytes: Array(data)) else { throw .noHeader(path: path) }
        return document
    }

    /// The path of a file with the given name in the directory of another file.
    static func path(of name: String, beside path: String) -> String {
        (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + name
    }
}
