extension StripPlan {
    /// RFC 9649, 2.7: what an extended file needs for its picture.
    private static let rendering: Set<FourCC> = ["VP8 ", "VP8L", "ALPH", "ICCP", "ANIM"]

    /// Flags of `VP8X` (2.7).
    private static let hasExif: UInt8 = 0x08
    private static let hasXMP: UInt8 = 0x04

    /// Nil if a frame of an animation holds chunks that are not known here.
    static func webP<Source>(
        _ orientation: ImageOrientation?, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> StripPlan? {
        var body = StripPlan()
        var exif: [UInt8]?
        var chunks = try WebPChunks(file: &window)
        while let chunk = try chunks.next(in: &window) {
            if chunk.type == "VP8X", chunk.payload.count >= 10 {
                var header = try window.bytes(at: chunk.payload.lowerBound, count: 10)
                exif = OrientationExif.structure(orientation)
                header[0] &= ~(hasExif | hasXMP)
                if exif != nil { header[0] |= hasExif }
                try body.insert(webPHead("VP8X", header.count) + header)
            } else if rendering.contains(chunk.type) {
                try body.keepWebP(chunk)
            } else if chunk.type == "ANMF" {
                guard try holdsPixelsAlone(chunk, in: &window) else { return nil }
                try body.keepWebP(chunk)
            }
        }
        if let exif { try body.insert(webPHead("EXIF", exif.count) + exif) }
        var plan = StripPlan()
        try plan.insert(webPHead("RIFF", body.byteCount + 4) + Array("WEBP".utf8))
        try plan.append(body)
        return plan
    }

    /// A frame (2.7.1.1): 16 bytes that place it, then its chunks.
    private static func holdsPixelsAlone<Source>(
        _ frame: WebPChunk, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> Bool {
        guard frame.payload.count >= 16 else { return false }
        var chunks = WebPChunks(in: frame.payload.dropFirst(16))
        while let chunk = try chunks.next(in: &window) {
            guard ["VP8 ", "VP8L", "ALPH"].contains(chunk.type) else { return false }
        }
        return true
    }

    private mutating func keepWebP(_ chunk: WebPChunk) throws(MediaDefect) {
        try keep(chunk.range.lowerBound..<chunk.payload.upperBound)
        if chunk.payload.count % 2 == 1 { try insert([0]) }
    }

    private static func webPHead(_ type: FourCC, _ size: Int) -> [UInt8] {
        type.bytes + FourCC(UInt32(truncatingIfNeeded: size)).bytes.reversed()
    }
}
