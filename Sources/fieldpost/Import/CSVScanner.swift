/// Reads CSV bytes, one record at a time. After a defect it continues with the next line, not with the next record. So
/// a stray quote costs only its own line and not the lines that it would swallow.
struct CSVScanner {
    private let bytes: [UInt8]
    private(set) var position: Int
    /// The line of `position`, from 1.
    private(set) var line = 1

    /// The most bytes of one record. It limits how far an unclosed quote is followed.
    private static let recordBytes = 256 * 1024

    enum Result: Hashable, Sendable {
        case cells([String])
        case defect(String)
        /// An empty line, or the end of the text.
        case blank
    }

    init(bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// `columns`: the required number of cells; nil means any number.
    mutating func next(columns: Int?) -> Result {
        let start = position
        switch record(columns: columns) {
        case .success(let cells):
            let isBlank = cells == [""]
            return isBlank ? .blank : .cells(cells)
        case .failure(let defect):
            line += 1
            position = bytes[start...].firstIndex(of: Self.lineFeed).map { $0 + 1 } ?? bytes.count
            return .defect(defect.reason)
        }
    }

    private struct Defect: Error {
        let reason: String
    }

    /// Moves `position` and `line` past a valid record. Leaves `line` unchanged for an invalid one.
    private mutating func record(columns: Int?) -> Swift.Result<[String], Defect> {
        var cells: [String] = []
        var at = position
        var breaks = 0
        let end = min(bytes.count, position + Self.recordBytes)
        while true {
            switch cell(from: at, until: end, breaks: &breaks) {
            case .failure(let defect): return .failure(defect)
            case .success(let (text, next)):
                guard let text else { return .failure(Defect(reason: "is not UTF-8 text")) }
                cells.append(text)
                at = next
            }
            if at < bytes.count, bytes[at] == Self.comma {
                at += 1
                continue
            }
            break
        }
        if at == end, end < bytes.count { return .failure(Defect(reason: "is longer than \(Self.recordBytes) bytes")) }
        if at < bytes.count, bytes[at] == Self.carriageReturn { at += 1 }
        if at < bytes.count, bytes[at] == Self.lineFeed { at += 1 }
        if let columns, cells.count != columns, cells != [""] {
            return .failure(
                Defect(reason: "has \(Quantity.count(cells.count, "cell")) but the header has \(columns)"))
        }
        position = at
        line += breaks + 1
        return .success(cells)
    }

    /// One cell and its end: at a comma, the end of a line, or `end`. The text is nil when its bytes are not UTF-8.
    private func cell(
        from start: Int, until end: Int, breaks: inout Int
    ) -> Swift.Result<(String?, Int), Defect> {
        guard start < end, bytes[start] == Self.quote else {
            let stop = bytes[start..<end].firstIndex { $0 == Self.comma || isLineEnd($0) } ?? end
            return .success((String(validating: bytes[start..<stop], as: UTF8.self), stop))
        }
        var content: [UInt8] = []
        var at = start + 1
        while at < end {
            let byte = bytes[at]
            if byte == Self.quote {
                guard at + 1 < end, bytes[at + 1] == Self.quote else {
                    at += 1
                    guard at == end || bytes[at] == Self.comma || isLineEnd(bytes[at]) else {
                        return .failure(Defect(reason: "has text after a closing quote"))
                    }
                    return .success((String(validating: content, as: UTF8.self), at))
                }
                at += 1
            } else if byte == Self.lineFeed {
                breaks += 1
            }
            content.append(byte)
            at += 1
        }
        return .failure(Defect(reason: "has a quote that is never closed"))
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.lineFeed || byte == Self.carriageReturn }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
