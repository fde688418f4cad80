/// One page of an Ogg file (RFC 3533, section 6).
struct OggPage {
    let range: Range<Int>
    let payload: Range<Int>
    /// The first page of a logical stream.
    let beginsStream: Bool
}

/// The pages of a file, in order.
struct OggPages {
    static let capturePattern = Array("OggS".utf8)
    private var offset = 0

    /// Nil at the end of the file. Throws `.cutOff` in the middle of a page.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> OggPage? {
        guard offset < window.byteCount else { return nil }
        try window.takePart()
        let header = try window.bytes(at: offset, count: 27)
        guard header.starts(with: Self.capturePattern), header[4] == 0 else { throw .malformed }
        let lacing = try window.bytes(at: offset + 27, count: Int(header[26]))
        let start = offset + 27 + lacing.count
        let payload = start..<(start + lacing.reduce(0) { $0 + Int($1) })
        try window.check(payload)
        let page = OggPage(range: offset..<payload.upperBound, payload: payload, beginsStream: header[5] & 0x02 != 0)
        offset = payload.upperBound
        return page
    }
}
