import Foundation

/// Texts for rows that have none: the titles of a file of messages (column `title`).
struct MessageTexts: Sendable {
    private static let fileName = "messages_zh.csv"
    private let titles: [String]

    /// Nil when there is no title.
    init?(_ document: CSVDocument) {
        titles = document.records.compactMap { document.cells(of: $0)["title"] }.filter { !$0.isEmpty }
        guard !titles.isEmpty else { return nil }
    }

    /// The same text for the same choice.
    func text(_ choice: UInt128) -> String { titles[Int(choice % UInt128(titles.count))] }

    /// `path`: nil: the file of the usual name beside the other one, or nothing when there is none.
    static func read(path: String?, beside other: String) throws(ReportSourceError) -> MessageTexts? {
        if let path { return MessageTexts(try CSVDocument.read(path: path)) }
        let usual = CSVDocument.path(of: fileName, beside: other)
        return FileManager.default.fileExists(atPath: usual) ? MessageTexts(try CSVDocument.read(path: usual)) : nil
    }
}
