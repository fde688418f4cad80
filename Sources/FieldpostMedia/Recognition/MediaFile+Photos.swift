/// Each reader walks the structure of a photo to its end. It does not decode pixels.
extension MediaFile {
    /// ITU-T T.81, B.2: the first image, with its end-of-image marker.
    static func jpeg<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> MediaFile {
        var segments = JPEGSegments()
        var frame: (size: PixelSize?, isProgressive: Bool)?
        var hasScan = false
        while let segment = try segments.next(in: &window) {
            if segment.marker == JPEGMarker.startOfScan { hasScan = true }
            guard frame == nil, JPEGMarker.startsFrame(segment.marker) else { continue }
            // B.2.2: precision, lines, samples a line. The lines are 0 if a later segment (DNL) states them.
            let start = segment.payload.lowerBound
            guard segment.payload.count >= 6 else { throw .malformed }
            let size = PixelSize(width: try window.u16(at: start + 3), height: try window.u16(at: start + 1))
            frame = (size, JPEGMarker.isProgressive(segment.marker))
        }
        guard let frame, hasScan, let end = segments.end else { throw .noPicture }
        return MediaFile(.jpeg, size: frame.size, isProgressive: frame.isProgressive, contentBytes: end)
    }

    /// PNG, clause 5.6: `IHDR` first, `IEND` last, pixels between.
    static func png<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> MediaFile {
        var chunks = PNGChunks()
        guard let header = try chunks.next(in: &window), header.type == "IHDR", header.payload.count == 13 else {
            throw .malformed
        }
        let start = header.payload.lowerBound
        guard let size = PixelSize(width: try window.u32(at: start), height: try window.u32(at: start + 4)) else {
            throw .malformed
        }
        var hasPixels = false
        while let chunk = try chunks.next(in: &window) {
            if chunk.type == "IDAT" { hasPixels = true }
        }
        guard hasPixels, let end = chunks.end else { throw .noPicture }
        return MediaFile(.png, size: size, contentBytes: end)
    }

    /// RFC 9649: a lossy, lossless or extended file, with at least one image.
    static func webP<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> MediaFile {
        var chunks = try WebPChunks(file: &window)
        var size: PixelSize?
        var hasPixels = false
        while let chunk = try chunks.next(in: &window) {
            if size == nil { size = try webPSize(of: chunk, in: &window) }
            if ["VP8 ", "VP8L", "ANMF"].contains(chunk.type) { hasPixels = true }
        }
        guard hasPixels else { throw .noPicture }
        return MediaFile(.webP, size: size, contentBytes: chunks.end)
    }

    private static func webPSize<Source>(
        of chunk: WebPChunk, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> PixelSize? {
        let start = chunk.payload.lowerBound
        switch chunk.type {
        // 2.7: flags and reserved bits, then each side minus one, in 24 bits.
        case "VP8X" where chunk.payload.count >= 10:
            return PixelSize(
                width: try window.littleEndian(at: start + 4, count: 3) + 1,
                height: try window.littleEndian(at: start + 7, count: 3) + 1)
        // RFC 6386, 9.1: a frame tag, a start code, then each side in 14 bits, with 2 bits of scaling.
        case "VP8 " where chunk.payload.count >= 10:
            return PixelSize(
                width: try window.littleEndian(at: start + 6, count: 2) & 0x3FFF,
                height: try window.littleEndian(at: start + 8, count: 2) & 0x3FFF)
        // RFC 9649, 3.4: a signature byte, then each side minus one, in 14 bits.
        case "VP8L" where chunk.payload.count >= 5:
            let bits = try window.littleEndian(at: start + 1, count: 4)
            return PixelSize(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        default: return nil
        }
    }

    /// ISO/IEC 23008-12: `meta` names the items, and all their data are in the file.
    static func heif<Source>(
        _ format: MediaFormat, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> MediaFile {
        var boxes = ISOBoxes(file: window)
        var meta: ISOBox?
        var end = 0
        do {
            while let box = try boxes.next(in: &window) {
                if box.type == "meta", meta == nil { meta = box }
                end = box.range.upperBound
            }
        } catch .malformed where meta != nil {
            // Some phones append other data.
        }
        guard let meta else { throw .noMediaData }
        let items = try HEIFItems(meta, end: end, of: &window)
        guard let size = items.size else { throw .noPicture }
        return MediaFile(format, size: size, contentBytes: end)
    }
}
