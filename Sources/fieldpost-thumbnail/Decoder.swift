import CTurboJPEG

/// Decodes a JPEG picture at the smallest scale that still has the pixels of a thumbnail.
enum Decoder {
    /// `header`: of these bytes. Throws `Refusal.picture`. A picture with damaged content is decoded as far as it goes.
    static func pixels(of bytes: UnsafeRawBufferPointer, _ header: JPEGHeader) throws(Refusal) -> Pixels {
        guard let decoder = tjInitDecompress() else { throw .picture("the decoder does not start") }
        defer { tjDestroy(decoder) }
        let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // Only the first image of a file with several.
        let size = UInt(header.end)
        var (width, height, subsampling, space): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
        guard tjDecompressHeader3(decoder, source, size, &width, &height, &subsampling, &space) == 0,
            Int(width) == header.width, Int(height) == header.height
        else { throw .picture(reason(decoder)) }
        let (format, channels): (TJPF, Int) =
            switch TJCS(UInt32(space)) {
            case TJCS_GRAY: (TJPF_GRAY, 1)
            case TJCS_CMYK, TJCS_YCCK: (TJPF_CMYK, 4)
            default: (TJPF_RGB, 3)
            }
        let (scaledWidth, scaledHeight) = scaled(header)
        var pixels = Pixels(
            width: scaledWidth, height: scaledHeight, channels: channels,
            bytes: [UInt8](repeating: 0, count: scaledWidth * scaledHeight * channels))
        let result = tjDecompress2(
            decoder, source, size, &pixels.bytes, CInt(scaledWidth), 0, CInt(scaledHeight), format.rawValue,
            TJFLAG_LIMITSCANS)
        guard result == 0 || tjGetErrorCode(decoder) == TJERR_WARNING.rawValue else { throw .picture(reason(decoder)) }
        return pixels
    }

    /// The library scales by eighths: the smallest scale that does not go below the size of a thumbnail.
    private static func scaled(_ header: JPEGHeader) -> (width: Int, height: Int) {
        let longest = max(header.width, header.height)
        let eighths = (1...8).first { longest * $0 / 8 >= min(longest, HelperLimits.side) } ?? 8
        return ((header.width * eighths + 7) / 8, (header.height * eighths + 7) / 8)
    }

    private static func reason(_ decoder: tjhandle) -> String {
        "the picture cannot be decoded: \(String(cString: tjGetErrorStr2(decoder)).prefix(100))"
    }
}
