/// The frames of an AAC file (ISO/IEC 13818-7, 6.2: ADTS), in order. A tag in front (ID3v2) and one at the end (ID3v1)
/// belong to none.
struct ADTSFrames {
    private var offset: Int
    /// Where the first frame begins.
    let start: Int

    /// Throws `.cutOff` if the tag in front is longer than the file.
    init<Source>(file window: inout ByteWindow<Source>) throws(MediaDefect) {
        offset = try Self.tagBytes(in: &window)
        start = offset
    }

    /// The bytes of the next frame. Nil at the end of the file and before a tag at its end.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> Range<Int>? {
        guard offset < window.byteCount else { return nil }
        if window.byteCount - offset == 128, window.hasPrefix(Array("TAG".utf8), at: offset) { return nil }
        try window.takePart()
        let frame = offset..<(offset + (try Self.frameBytes(at: offset, in: &window)))
        try window.check(frame)
        offset = frame.upperBound
        return frame
    }

    /// The length of the frame whose header is here. Throws `.malformed` if none is here.
    static func frameBytes<Source>(at offset: Int, in window: inout ByteWindow<Source>) throws(MediaDefect) -> Int {
        let header = try window.number(at: offset, count: 7)
        let (sync, layer) = (header >> 44, header >> 41 & 0x3)
        let frequency = header >> 34 & 0xF
        let length = Int(header >> 13 & 0x1FFF)
        // 0 in `protection_absent` means that a checksum of two bytes follows the header.
        guard sync == 0xFFF, layer == 0, frequency <= 12, length >= (header >> 40 & 1 == 1 ? 7 : 9) else {
            throw .malformed
        }
        return length
    }

    /// The length of an ID3v2 tag at the beginning: ten bytes, and a size in four times seven bits.
    private static func tagBytes<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> Int {
        guard window.hasPrefix(Array("ID3".utf8), at: 0) else { return 0 }
        let size = try window.bytes(at: 6, count: 4).reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        guard size + 10 <= window.byteCount else { throw .cutOff }
        return size + 10
    }
}
