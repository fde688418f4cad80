import FieldpostCore

/// A write-ahead log as it is stored: a header of 32 bytes, then frames. Each frame has a header of 24 bytes and one
/// page (https://www.sqlite.org/fileformat2.html, section 4.1).
struct WriteAheadLog {
    static let headerBytes: Int64 = 32
    private static let frameHeaderBytes = 24
    private static let frameBytes = Int64(frameHeaderBytes + DatabaseHeader.pageBytes)

    let file: StoredFile
    let header: Header?

    struct Header {
        let salts: UInt64
        /// The byte order of the words in the checksums.
        let isBigEndian: Bool
        let checksum: LogChecksum
    }

    struct Frame {
        let index: Int64
        let page: UInt32
        /// The number of pages in the database after the commit that ends with this frame. 0 if no commit ends here.
        let commit: UInt32
        let salts: UInt64
    }

    init(file: StoredFile) {
        self.file = file
        header = Self.header(file)
    }

    /// The number of complete frames in the file.
    var frameCount: Int64 { max(0, (file.size - Self.headerBytes) / Self.frameBytes) }

    func frame(_ index: Int64) -> Frame? {
        guard let bytes = file.bytes(at: Self.offset(of: index), count: Self.frameHeaderBytes) else { return nil }
        return Self.frame(index, bytes)
    }

    /// The offset of a frame's page in the file.
    static func pageOffset(of index: Int64) -> Int64 { offset(of: index) + Int64(frameHeaderBytes) }

    /// What SQLite reads of this log, and whether it would skip more than the last commit.
    func contents() -> Contents {
        var contents = Contents()
        guard let header else { return contents }
        var checksum = header.checksum
        var (isUnbroken, pages) = (true, Set<UInt32>())
        for index in 0..<frameCount {
            guard isUnbroken else {
                // A commit begins only after the sync of the commit before it. So a power cut damages the last commit
                // at most.
                if let frame = frame(index), frame.salts == header.salts, frame.commit > 0 {
                    contents.commitsBehindBreak += 1
                }
                continue
            }
            guard
                let bytes = file.bytes(at: Self.offset(of: index), count: Int(Self.frameBytes)),
                case let frame = Self.frame(index, bytes), frame.salts == header.salts, frame.page > 0
            else {
                isUnbroken = false
                if let frame = self.frame(index), frame.salts == header.salts, frame.commit > 0 {
                    contents.commitsBehindBreak += 1
                }
                continue
            }
            checksum.add(bytes, 0..<8, isBigEndian: header.isBigEndian)
            checksum.add(bytes, Self.frameHeaderBytes..<bytes.count, isBigEndian: header.isBigEndian)
            guard checksum == LogChecksum(bytes, at: 16) else {
                isUnbroken = false
                if frame.commit > 0 { contents.commitsBehindBreak += 1 }
                continue
            }
            pages.insert(frame.page)
            if frame.commit > 0 {
                contents.pageCount = frame.commit
                contents.pages.formUnion(pages)
                pages = []
            }
        }
        return contents
    }

    struct Contents {
        /// The number of pages in the database after the last commit. 0 if the log holds no commit.
        var pageCount: UInt32 = 0
        /// The pages that the log holds.
        var pages: Set<UInt32> = []
        /// The number of commits after the first frame with a wrong checksum.
        var commitsBehindBreak = 0
    }

    private static func offset(of index: Int64) -> Int64 { headerBytes + index * frameBytes }

    private static func frame(_ index: Int64, _ bytes: [UInt8]) -> Frame {
        Frame(
            index: index, page: bytes.bigEndian32(at: 0), commit: bytes.bigEndian32(at: 4),
            salts: UInt64(bytes.bigEndian32(at: 8)) << 32 | UInt64(bytes.bigEndian32(at: 12)))
    }

    /// Returns nil if the header is damaged, or if the log has another page size.
    private static func header(_ file: StoredFile) -> Header? {
        guard let bytes = file.bytes(at: 0, count: Int(headerBytes)) else { return nil }
        let magic = bytes.bigEndian32(at: 0)
        guard magic & ~1 == 0x377f_0682, bytes.bigEndian32(at: 8) == UInt32(DatabaseHeader.pageBytes) else {
            return nil
        }
        var checksum = LogChecksum()
        checksum.add(bytes, 0..<24, isBigEndian: magic & 1 == 1)
        guard checksum == LogChecksum(bytes, at: 24) else { return nil }
        return Header(
            salts: UInt64(bytes.bigEndian32(at: 16)) << 32 | UInt64(bytes.bigEndian32(at: 20)),
            isBigEndian: magic & 1 == 1, checksum: checksum)
    }
}

/// The running checksum of a log: two sums over pairs of 32-bit words (section 4.2).
struct LogChecksum: Hashable {
    private var first: UInt32 = 0
    private var second: UInt32 = 0

    init() {}

    /// Reads a checksum from a header.
    init(_ bytes: [UInt8], at offset: Int) {
        first = bytes.bigEndian32(at: offset)
        second = bytes.bigEndian32(at: offset + 4)
    }

    /// The length of `range` is a multiple of 8 bytes.
    mutating func add(_ bytes: [UInt8], _ range: Range<Int>, isBigEndian: Bool) {
        bytes.withUnsafeBytes { buffer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let left = buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                let right = buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                first &+= (isBigEndian ? UInt32(bigEndian: left) : UInt32(littleEndian: left)) &+ second
                second &+= (isBigEndian ? UInt32(bigEndian: right) : UInt32(littleEndian: right)) &+ first
                offset += 8
            }
        }
    }
}
