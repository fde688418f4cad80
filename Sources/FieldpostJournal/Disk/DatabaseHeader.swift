import FieldpostCore

/// The first 100 bytes of a journal's database (https://www.sqlite.org/fileformat2.html, section 1.3).
struct DatabaseHeader {
    static let byteCount = 100
    /// Bytes in a page. This is SQLite's default, and every journal has it.
    static let pageBytes = 4096
    /// "FPJL": marks a database as a journal of Fieldpost.
    static let application: UInt32 = 0x4650_4a4c

    /// The number of pages in the database, as its last transaction before the log left it.
    let pageCount: UInt32

    /// Throws the reason if these are not the first bytes of a journal.
    init(_ bytes: [UInt8]) throws(Defect) {
        guard bytes.count >= Self.byteCount, bytes.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw Defect("it does not begin like an SQLite database")
        }
        guard bytes.bigEndian16(at: 16) == Self.pageBytes, bytes[20] == 0 else {
            throw Defect("its header names another page size")
        }
        // The versions for writing and reading (2 means write-ahead log), then three constants.
        guard bytes[18] == 2, bytes[19] == 2, bytes[21...23] == [64, 32, 32] else {
            throw Defect("its header is not that of a database with a write-ahead log")
        }
        guard (1...4).contains(bytes.bigEndian32(at: 44)), bytes.bigEndian32(at: 56) == 1 else {
            throw Defect("its header names an unknown format or text encoding")
        }
        let application = bytes.bigEndian32(at: 68)
        // 0: the journal was made before journals were marked.
        guard application == Self.application || application == 0 else {
            throw Defect("it is the database of another program")
        }
        pageCount = bytes.bigEndian32(at: 28)
    }

    struct Defect: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }
}
