import FieldpostCore

/// The position of a row of `entries` in a page, as the header of its record says
/// (https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1).
///
/// A cell is found by the form of its record, not by the page's list of cells. So it is found even if the page's header
/// is damaged, or if its space was freed. It is only a guess until its hash proves it.
struct EntryCell: Hashable {
    /// The offset of the record's header in the page.
    let offset: Int
    let rowID: Int64
    /// The size of the record. The first `localBytes` of it are in this page, the rest in overflow pages.
    let recordBytes: Int
    let localBytes: Int
    let hash: Range<Int>
    let chain: Range<Int>?
    let bytes: Range<Int>
    let isQuarantined: Bool

    var hasOverflow: Bool { localBytes < recordBytes }
    /// Where the page holds the number of the first overflow page.
    var overflowPointer: Int { offset + localBytes }

    private static let hashType: UInt64 = 76  // a blob of 32 bytes: 12 + 2 × 32
    /// The first version has six columns. Later ones may have added some.
    private static let columns = 6...16

    /// Everything in a page that looks like a row of `entries`.
    static func all(in page: [UInt8]) -> [EntryCell] {
        var cells: [EntryCell] = []
        var offset = 2
        while let next = candidate(in: page, from: offset) {
            offset = next + 1
            if let cell = EntryCell(in: page, at: next) { cells.append(cell) }
        }
        return cells
    }

    /// The next offset where a record's header may begin. It consists of its length, NULL for the row id, an integer or
    /// NULL for the report, a hash, and a hash or NULL.
    private static func candidate(in page: [UInt8], from start: Int) -> Int? {
        page.withUnsafeBufferPointer { page in
            var offset = start
            while offset + 7 <= page.count {
                if page[offset + 3] == hashType, page[offset + 1] == 0, page[offset + 2] <= 9,
                    page[offset + 4] == hashType || page[offset + 4] == 0, columns.contains(Int(page[offset]) - 1)
                {
                    return offset
                }
                offset += 1
            }
            return nil
        }
    }

    /// The cell whose record begins at an offset. Nil if there cannot be one.
    init?(in page: [UInt8], at offset: Int) {
        guard offset >= 2, offset < page.count else { return nil }
        let headerEnd = offset + Int(page[offset])
        guard page[offset] < 0x80, headerEnd <= page.count else { return nil }
        var position = offset + 1
        var end = headerEnd - offset
        var (values, types): ([Range<Int>], [UInt64]) = ([], [])
        while position < headerEnd {
            guard let type = Self.varint(in: page, at: &position), let size = Self.size(of: type),
                size <= Limits.entryBytes, values.count < Self.columns.upperBound
            else { return nil }
            values.append(end..<end + size)
            types.append(type)
            end += size
        }
        guard position == headerEnd, Self.columns.contains(types.count), types[0] == 0, types[1] <= 9,
            types[2] == Self.hashType, types[3] == 0 || types[3] == Self.hashType,
            types[4] >= 12, types[4] % 2 == 0, types[5] == 0 || types[5] >= 13 && types[5] % 2 == 1,
            let rowID = Self.rowID(in: page, before: offset, recordBytes: end)
        else { return nil }
        self.offset = offset
        self.rowID = rowID
        recordBytes = end
        localBytes = Self.localBytes(of: end)
        guard offset + localBytes + (localBytes < end ? 4 : 0) <= page.count else { return nil }
        hash = values[2]
        chain = types[3] == 0 ? nil : values[3]
        bytes = values[4]
        isQuarantined = types[5] != 0
    }

    /// The row id comes before the record, and the record's length before the row id. The length must agree with the
    /// record's header.
    private static func rowID(in page: [UInt8], before offset: Int, recordBytes: Int) -> Int64? {
        for start in stride(from: offset - 2, through: max(0, offset - 12), by: -1) {
            var position = start
            guard let length = varint(in: page, at: &position), length == UInt64(recordBytes),
                let id = varint(in: page, at: &position), position == offset
            else { continue }
            return Int64(bitPattern: id)
        }
        return nil
    }

    /// How many bytes of a record a leaf page holds itself (section 1.6, for pages of 4,096 bytes without a reserve).
    private static func localBytes(of record: Int) -> Int {
        let usable = DatabaseHeader.pageBytes
        let most = usable - 35
        guard record > most else { return record }
        let least = (usable - 12) * 32 / 255 - 23
        let fitting = least + (record - least) % (usable - 4)
        return fitting <= most ? fitting : least
    }

    /// The size of a value of this serial type. Nil for types that no record has (section 2.1).
    private static func size(of type: UInt64) -> Int? {
        switch type {
        case 0, 8, 9: 0
        case 1...4: Int(type)
        case 5: 6
        case 6, 7: 8
        case 10, 11: nil
        default: Int(exactly: (type - 12) / 2)
        }
    }

    /// Big-endian, seven bits in each byte, all eight bits of the ninth (section 1.6). Nil if the page ends too early.
    static func varint(in page: [UInt8], at position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for count in 1...9 {
            guard position < page.count else { return nil }
            let byte = page[position]
            position += 1
            if count == 9 { return value << 8 | UInt64(byte) }
            value = value << 7 | UInt64(byte & 0x7f)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
