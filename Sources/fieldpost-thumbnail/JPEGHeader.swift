import Glibc

/// What must be known of a JPEG file before it is decoded. The walk passes over the markers of the first image up to
/// its end, and looks into those that say what decoding costs (ITU-T T.81, annex B).
struct JPEGHeader {
    private(set) var width = 0
    private(set) var height = 0
    private(set) var components = 0
    private(set) var scans = 0
    /// Whether Adobe's segment is there. Then the values of CMYK are stored inverted.
    private(set) var isAdobe = false
    /// All coefficients are kept while the picture is decoded: it is progressive, or its components come one by one.
    private(set) var isKept = false
    /// Where the first image ends. Other images may follow.
    private(set) var end = 0

    /// Throws `Refusal.picture` if the file is not one that this program decodes, or would cost too much.
    init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard bytes.count > 2, bytes[0] == 0xFF, bytes[1] == 0xD8 else { throw .picture("this is not a JPEG file") }
        var index = 2
        while let marker = Self.nextMarker(in: bytes, &index) {
            switch marker {
            case 0xD9:
                end = index
                try checkCost()
                return
            // Restart markers and TEM have no segment.
            case 0xD0...0xD7, 0x01: continue
            case 0xD8: throw .picture("an image begins inside of the image")
            default: break
            }
            let start = index
            guard let length = Self.number(in: bytes, at: start), length >= 2, length <= bytes.count - start else {
                throw .picture("the picture is cut off")
            }
            index = start + length
            try take(marker, UnsafeRawBufferPointer(rebasing: bytes[(start + 2)..<index]))
        }
        throw .picture("the picture is cut off")
    }

    private mutating func take(_ marker: UInt8, _ segment: UnsafeRawBufferPointer) throws(Refusal) {
        switch marker {
        case 0xC0, 0xC1, 0xC2: try takeFrame(segment, isProgressive: marker == 0xC2)
        case 0xC9...0xCB, 0xCD...0xCF: throw .picture("the picture has an arithmetic coding")
        case 0xC3, 0xC5...0xC7: throw .picture("the picture has a lossless or hierarchical coding")
        case 0xDA: try takeScan(segment)
        case 0xEE: isAdobe = isAdobe || segment.starts(with: Array("Adobe".utf8))
        default: break
        }
    }

    private mutating func takeFrame(_ segment: UnsafeRawBufferPointer, isProgressive: Bool) throws(Refusal) {
        guard components == 0 else { throw .picture("the picture has two frames") }
        guard segment.count >= 6, let lines = Self.number(in: segment, at: 1),
            let samples = Self.number(in: segment, at: 3)
        else { throw .picture("the header of the picture is damaged") }
        guard segment[0] == 8 else { throw .picture("the picture has \(segment[0]) bits a sample, not 8") }
        (width, height, components) = (samples, lines, Int(segment[5]))
        guard width > 0, height > 0, components > 0 else { throw .picture("the picture has no size") }
        isKept = isProgressive
    }

    private mutating func takeScan(_ segment: UnsafeRawBufferPointer) throws(Refusal) {
        guard components > 0, let count = segment.first else { throw .picture("a scan comes before the frame") }
        scans += 1
        isKept = isKept || count < components
    }

    private func checkCost() throws(Refusal) {
        guard scans > 0 else { throw .picture("the picture has no content") }
        let pixels = width * height
        let limit = isKept ? HelperLimits.keptPixels : HelperLimits.pixels
        guard pixels <= limit else {
            let kind = isKept ? "a progressive picture" : "a picture"
            throw .picture(
                "\(kind) of \(width) × \(height) pixels is too large; \(limit / 1_000_000) megapixels are allowed")
        }
        guard scans <= HelperLimits.scans, !isKept || pixels * scans <= HelperLimits.scannedPixels else {
            throw .picture("the picture has too many scans for its size: \(scans)")
        }
    }

    /// The next marker at or after `index`, which moves behind it. In compressed data, FF 00 stands for the byte FF.
    private static func nextMarker(in bytes: UnsafeRawBufferPointer, _ index: inout Int) -> UInt8? {
        while index < bytes.count, let base = bytes.baseAddress {
            guard let found = memchr(base + index, 0xFF, bytes.count - index) else { return nil }
            index = base.distance(to: UnsafeRawPointer(found)) + 1
            while index < bytes.count, bytes[index] == 0xFF { index += 1 }
            guard index < bytes.count else { return nil }
            index += 1
            if bytes[index - 1] != 0 { return bytes[index - 1] }
        }
        return nil
    }

    private static func number(in bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
        index + 2 <= bytes.count ? Int(bytes[index]) << 8 | Int(bytes[index + 1]) : nil
    }
}
