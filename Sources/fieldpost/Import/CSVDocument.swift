/// Comma-separated text (RFC 4180, UTF-8). It is read record by record, so a malformed record does not affect the
/// others.
///
/// It holds the file's bytes and the position of each record. Cells are decoded only when they are needed.
struct CSVDocument: Sendable {
    let columns: [String]
    /// Records after the header, in the order of the file.
    private(set) var records: [Record] = []
    private let bytes: [UInt8]

    struct Record: Hashable, Sendable {
        /// The line of its first character, from 1.
        let line: Int
        fileprivate let start: Int
        /// Why the record cannot be read; nil when it can.
        let defect: String?
    }

    /// Nil when there is no readable header.
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

    /// The cells by column name; the first one when columns have the same name. Empty for a record with a defect.
    func cells(of record: Record) -> [String: String] {
        var scanner = CSVScanner(bytes: bytes, at: record.start)
        guard record.defect == nil, case .cells(let cells) = scanner.next(columns: columns.count) else { return [:] }
        return Dictionary(zip(columns, cells)) { first, _ in first }
    }
}
