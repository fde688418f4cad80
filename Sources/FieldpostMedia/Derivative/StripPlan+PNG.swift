extension StripPlan {
    /// Chunks that change how the pixels look (PNG, clauses 11.2 and 11.3), animation included. Text, times, Exif data
    /// and all chunks that are not known here are left out.
    private static let rendering: Set<FourCC> = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD",
        "pHYs", "acTL", "fcTL", "fdAT",
    ]

    /// Nil if there is an unknown critical chunk: no decoder may pass over it (clause 5.4).
    static func png<Source>(
        _ orientation: ImageOrientation?, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> StripPlan? {
        var plan = StripPlan()
        try plan.keep(0..<PNGChunks.signature.count)
        var chunks = PNGChunks()
        while let chunk = try chunks.next(in: &window) {
            if rendering.contains(chunk.type) {
                try plan.keep(chunk.range)
            } else if chunk.isCritical {
                return nil
            }
            if chunk.type == "IHDR", let exif = OrientationExif.structure(orientation) {
                try plan.insert(pngChunk("eXIf", exif))
            }
        }
        return plan
    }

    private static func pngChunk(_ type: FourCC, _ payload: [UInt8]) -> [UInt8] {
        let checked = type.bytes + payload
        return FourCC(UInt32(payload.count)).bytes + checked + FourCC(crc32(checked)).bytes
    }

    /// Clause 5.5 and annex D. A few dozen bytes: a table would not pay.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}
