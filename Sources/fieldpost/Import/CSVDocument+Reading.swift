import Foundation

extension CSVDocument {
    static func read(path: String) throws(ReportSourceError) -> CSVDocument {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        guard let document = CSVDocument(bytes: Array(data)) else { throw .noHeader(path: path) }
        return document
    }

    /// A file of the given name in the directory of another one.
    static func path(of name: String, beside path: String) -> String {
        (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + name
    }
}
