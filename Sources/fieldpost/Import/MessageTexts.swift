import Foundation

/// Texts for rows that have none: the titles from a file of messages (column `title`).
struct MessageTexts: Sendable {
    private static let fileName = "messages_zh.csv"
    private let titles: [String]

    /// Nil when the file has no title.
    init?(_ document: CSVDocument) {
        titles = document.records.compactMap { document.cells(of: $0)["title"] }.filter { !$0.isEmpty }
        guard !titles.isEmpty else { return nil }
    }

    /// The same choice always gives the same text.
    func text(_ choice: UInt128) -> String { titles[Int(choice % UInt128(titles.count))] }

    /// A nil `path` means the file with the usual name beside the other file, or nothing if that does not exist.
    static func read(path: String?, beside other: String) throws(ReportSourceError) -> MessageTexts? {
        if let path { return MessageTexts(try CSVDocument.read(path: path)) }
        let usual = CSVDocument.path(of: fileName, beside: other)
        return FileManager.default.fileExists(atPath: usual) ? MessageTexts(try CSVDocument.read(path: usual)) : nil
    }
}
