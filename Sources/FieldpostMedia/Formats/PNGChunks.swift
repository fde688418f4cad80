/// One chunk (Portable Network Graphics, third edition, clause 5.3): length, type, data, CRC.
struct PNGChunk {
    let type: FourCC
    let range: Range<Int>
    let payload: Range<Int>

    /// Its first letter is a capital: no decoder may pass over it (clause 5.4).
    var isCritical: Bool { type.number & 0x2000_0000 == 0 }
}

/// The chunks of a PNG file, in order, to `IEND`.
struct PNGChunks {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// Clause 7.1: a length fits into 31 bits.
    private static let longest = Int(Int32.max)

    private var offset = signature.count
    /// The offset after `IEND`, once it was reached.
    private(set) var end: Int?

    /// Nil after `IEND`, which it returns too. Throws `.cutOff` if the file ends before.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> PNGChunk? {
        guard end == nil else { return nil }
        try window.takePart()
        let length = try window.u32(at: offset)
        let type = try window.code(at: offset + 4)
        guard length <= Self.longest, type.bytes.allSatisfy(Self.isLetter) else { throw .malformed }
        let chunk = PNGChunk(
            type: type, range: offset..<(offset + 12 + length), payload: (offset + 8)..<(offset + 8 + length))
        try window.check(chunk.range)
        offset = chunk.range.upperBound
        if type == "IEND" { end = offset }
        return chunk
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
}
