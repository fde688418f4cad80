import FieldpostCore

/// A cursor without a position: reads numbers and short ranges anywhere in a file, through one block of it that is kept
/// in memory. Every read is checked against the file's end.
///
/// It also counts the parts that are walked, so that no file costs more than `Limits.mediaParts` steps.
struct ByteWindow<Source: RandomAccessBytes> {
    private let source: Source
    let byteCount: Int
    private var start = 0
    private var block: [UInt8] = []
    private var parts = 0

    /// The first failed read. All later reads fail too. Whoever made the window looks here before it answers.
    private(set) var failure: Source.Failure?

    init(_ source: Source) {
        self.source = source
        byteCount = source.byteCount
    }

    /// Counts one more segment, chunk, box, frame or page.
    mutating func takePart() throws(MediaDefect) {
        parts += 1
        guard parts <= Limits.mediaParts else { throw .tooManyParts }
    }

    /// Throws `.cutOff` unless the file holds these bytes.
    func check(_ range: Range<Int>) throws(MediaDefect) {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw .cutOff }
    }

    // MARK: Numbers, the most significant byte first

    mutating func u8(at offset: Int) throws(MediaDefect) -> UInt8 {
        try hold(offset, count: 1)
        return block[offset - start]
    }

    mutating func u16(at offset: Int) throws(MediaDefect) -> Int { Int(try number(at: offset, count: 2)) }

    mutating func u32(at offset: Int) throws(MediaDefect) -> Int { Int(try number(at: offset, count: 4)) }

    /// An unsigned number of 0 to 8 bytes. No bytes are 0.
    mutating func number(at offset: Int, count: Int) throws(MediaDefect) -> UInt64 {
        guard count > 0 else { return 0 }
        try hold(offset, count: count)
        return block[(offset - start)..<(offset - start + count)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A position or a size that does not fit into an `Int` is `.malformed`.
    mutating func size(at offset: Int, count: Int) throws(MediaDefect) -> Int {
        guard let size = Int(exactly: try number(at: offset, count: count)) else { throw .malformed }
        return size
    }

    /// The least significant byte first: 1 to 4 bytes.
    mutating func littleEndian(at offset: Int, count: Int) throws(MediaDefect) -> Int {
        try hold(offset, count: count)
        return block[(offset - start)..<(offset - start + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func code(at offset: Int) throws(MediaDefect) -> FourCC {
        FourCC(UInt32(truncatingIfNeeded: try number(at: offset, count: 4)))
    }

    // MARK: Bytes

    /// At most `Limits.mediaReadBytes`.
    mutating func bytes(at offset: Int, count: Int) throws(MediaDefect) -> [UInt8] {
        guard count > 0 else { return [] }
        try hold(offset, count: count)
        return Array(block[(offset - start)..<(offset - start + count)])
    }

    mutating func hasPrefix(_ prefix: [UInt8], at offset: Int) -> Bool {
        (try? bytes(at: offset, count: prefix.count)) == prefix
    }

    /// Where this byte comes next, at `offset` or later. Throws `.cutOff` when it does not come.
    mutating func firstIndex(of byte: UInt8, from offset: Int) throws(MediaDefect) -> Int {
        var offset = offset
        while true {
            try hold(offset, count: 1)
            let skipped = offset - start
            let found = block.withUnsafeBufferPointer { $0[skipped...].firstIndex(of: byte) }
            if let found { return start + found }
            offset = start + block.count
        }
    }

    /// Makes the block hold these bytes.
    private mutating func hold(_ offset: Int, count: Int) throws(MediaDefect) {
        precondition(count <= Limits.mediaReadBytes, "\(count) bytes are read at once")
        guard offset >= 0, offset <= byteCount - count, failure == nil else { throw .cutOff }
        if offset >= start, offset + count <= start + block.count { return }
        do throws(Source.Failure) {
            block = try source.read(at: offset, count: min(Limits.mediaReadBytes, byteCount - offset))
            start = offset
        } catch {
            failure = error
            block = []
        }
        // A file that became shorter meanwhile looks like one that was cut off.
        guard block.count >= count else { throw .cutOff }
    }
}
