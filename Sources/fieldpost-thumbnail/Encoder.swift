import CTurboJPEG

/// Encodes pixels as a JPEG picture that is small enough. Apart from the library's JFIF segment it has no metadata.
enum Encoder {
    /// The qualities that are tried in order. If the last one does not help, the picture gets smaller.
    private static let qualities: [CInt] = [70, 60, 50, 40, 30, 20]

    /// `pixels`: of 1 or 3 bytes each. Throws `Refusal.picture` if the library fails.
    static func thumbnail(of pixels: Pixels) throws(Refusal) -> [UInt8] {
        guard let encoder = tjInitCompress() else { throw .picture("the encoder does not start") }
        defer { tjDestroy(encoder) }
        var pixels = pixels
        while true {
            for quality in qualities {
                let bytes = try encode(pixels, quality, encoder)
                if bytes.count <= HelperLimits.thumbnailBytes { return bytes }
            }
            pixels = pixels.resampled(width: max(1, pixels.width * 3 / 4), height: max(1, pixels.height * 3 / 4))
        }
    }

    private static func encode(_ pixels: Pixels, _ quality: CInt, _ encoder: tjhandle) throws(Refusal) -> [UInt8] {
        let isGrey = pixels.channels == 1
        let subsampling = CInt((isGrey ? TJSAMP_GRAY : TJSAMP_420).rawValue)
        let (width, height) = (CInt(pixels.width), CInt(pixels.height))
        var result = [UInt8](repeating: 0, count: Int(tjBufSize(width, height, subsampling)))
        var size = UInt(result.count)
        let status = result.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return tjCompress2(
                encoder, pixels.bytes, width, 0, height, (isGrey ? TJPF_GRAY : TJPF_RGB).rawValue, &start, &size,
                subsampling, quality, TJFLAG_NOREALLOC)
        }
        guard status == 0 else {
            throw .picture("the thumbnail cannot be encoded: \(String(cString: tjGetErrorStr2(encoder)))")
        }
        return Array(result.prefix(Int(size)))
    }
}
