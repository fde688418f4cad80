/// Comma-separated text (RFC 4180, UTF-8) that is read record by record, so that one malformed record spoils no other.
///
/// Holds the file's bytes and where each record lies; cells are made when they are asked for.
struct CSVDocument: Sendable {
    let columns: [String]
    /// Records after the header, in the order of the file.
    private(set) var records: [Record] = []
    private let bytes: [UInt8]

    struct Record: Hashable, Sendable {
        /// Of its first character, from 1.
        let line: Int
        fileprivate let start: Int
        /// Why it cannot be read; nil when it can.
        let defect: String?
    }

    /// Nil when there is no header, or it cannot be read.
    init?(bytes: [UInt8]) {
        self.bytes = bytes
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var scanner = CSVScanner(bytes: bytes, at: bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        guard case .cells(let header) = scanner.next(columns: nil) else { return nil }
        columns = header
        while !scanner.isAtEnd {
            let (line, start) = (scanner.line, scanner.position)
            switch scanner.next(columns: header.count) {
            case .cells: records.append(Record(line: line, start: start, defect: nil))
            case .defect(let reason): records.append(Record(line: line, start: start, defect: reason))
            case .blank: break
            }
        }
    }

    /// The cells by column name; the first of columns with the same name. Empty for a record with a defect.
    func cells(of record: Record) -> [String: String] {
        var scanner = CSVScanner(bytes: bytes, at: record.start)
        guard record.defect == nil, case .cells(let cells) = scanner.next(columns: columns.count) else { return [:] }
        return Dictionary(zip(columns, cells)) { first, _ in first }
    }
}
