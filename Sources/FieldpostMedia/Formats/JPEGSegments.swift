/// One marker segment of a JPEG image (ITU-T T.81, B.1.1.4). A scan (`SOS`) includes the entropy-coded data after it.
struct JPEGSegment {
    let marker: UInt8
    /// From the marker to the next marker.
    let range: Range<Int>
    /// The parameters after the length field.
    let payload: Range<Int>
}

/// Codes of markers (ITU-T T.81, table B.1).
enum JPEGMarker {
    static let startOfImage: UInt8 = 0xD8
    static let endOfImage: UInt8 = 0xD9
    static let startOfScan: UInt8 = 0xDA
    static let app0: UInt8 = 0xE0
    static let app1: UInt8 = 0xE1
    static let app2: UInt8 = 0xE2
    static let app14: UInt8 = 0xEE

    /// RST0 to RST7, which stand inside entropy-coded data, and TEM. They have no parameters.
    static func standsAlone(_ marker: UInt8) -> Bool { (0xD0...0xD7).contains(marker) || marker == 0x01 }

    /// SOF0 to SOF15. C4 (DHT), C8 (reserved) and CC (DAC) are in the same range, and begin no frame.
    static func startsFrame(_ marker: UInt8) -> Bool {
        (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
    }

    /// Tables, frames and scans (table B.1): all that decoders need. Application data, comments and reserved markers
    /// are not among them.
    static func isDrawn(_ marker: UInt8) -> Bool {
        startsFrame(marker) || marker == 0xC4 || marker == 0xCC || (0xDA...0xDF).contains(marker)
    }

    /// SOF2, SOF6, SOF10 and SOF14.
    static func isProgressive(_ marker: UInt8) -> Bool { startsFrame(marker) && marker & 0x03 == 2 }
}

/// The segments of the first image of a file, in order. Bytes between two segments that belong to none are passed over,
/// as decoders do.
struct JPEGSegments {
    private let stopsAtScan: Bool
    private var offset = 2
    /// The offset after the end-of-image marker, once it was reached. Other images and data of any kind may follow.
    private(set) var end: Int?

    /// `stopsAtScan`: only what precedes the first scan. Application data stand there, and the rest of a file is large.
    init(stopsAtScan: Bool = false) { self.stopsAtScan = stopsAtScan }

    /// Nil after the end of the image. Throws `.cutOff` if the file ends before.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> JPEGSegment? {
        while end == nil {
            try window.takePart()
            let (start, marker) = try Self.marker(from: offset, in: &window)
            let after = start + 2
            if marker == JPEGMarker.endOfImage {
                end = after
            } else if marker == JPEGMarker.startOfImage {
                throw .malformed
            } else if JPEGMarker.standsAlone(marker) {
                offset = after
            } else {
                let length = try window.u16(at: after)
                guard length >= 2 else { throw .malformed }
                let payload = (after + 2)..<(after + length)
                try window.check(payload)
                offset = payload.upperBound
                if marker == JPEGMarker.startOfScan {
                    if stopsAtScan { return nil }
                    offset = try Self.endOfScan(from: offset, in: &window)
                }
                return JPEGSegment(marker: marker, range: start..<offset, payload: payload)
            }
        }
        return nil
    }

    /// The next marker, and where its last byte FF stands. Fill bytes (FF) may precede it (B.1.1.2).
    private static func marker<Source>(
        from offset: Int, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> (start: Int, marker: UInt8) {
        var offset = offset
        while true {
            offset = try window.firstIndex(of: 0xFF, from: offset) + 1
            var code = try window.u8(at: offset)
            while code == 0xFF {
                offset += 1
                code = try window.u8(at: offset)
            }
            if code != 0 { return (offset - 1, code) }
        }
    }

    /// The offset of the first marker after entropy-coded data, where FF 00 means a byte FF (F.1.2.3).
    private static func endOfScan<Source>(
        from offset: Int, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> Int {
        var offset = offset
        while true {
            let (start, code) = try marker(from: offset, in: &window)
            guard (0xD0...0xD7).contains(code) else { return start }
            offset = start + 2
        }
    }
}
