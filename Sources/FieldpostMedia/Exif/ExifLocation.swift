import FieldpostCore

/// Where Exif data lie in each format.
enum ExifLocation {
    /// The TIFF structure, at most `Limits.exifBytes` of it. Nil when the file has none, or cannot be followed so far.
    static func structure<Source>(of format: MediaFormat, in window: inout ByteWindow<Source>) -> [UInt8]? {
        do throws(MediaDefect) {
            switch format {
            case .jpeg: return try jpeg(in: &window)
            case .png: return try png(in: &window)
            case .webP: return try webP(in: &window)
            case .heic, .heif: return try heif(in: &window)
            case .mp4, .quickTime, .m4a, .aac, .ogg: return nil
            }
        } catch {
            return nil
        }
    }

    private static let identifier = Array("Exif\0\0".utf8)

    /// CP-3451, 4.7.2: a segment APP1 that begins with "Exif" and two bytes of 0. It comes before the first scan.
    private static func jpeg<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> [UInt8]? {
        var segments = JPEGSegments(stopsAtScan: true)
        while let segment = try segments.next(in: &window) {
            if segment.marker == JPEGMarker.app1, segment.payload.count > identifier.count,
                window.hasPrefix(identifier, at: segment.payload.lowerBound)
            {
                return try part(segment.payload.dropFirst(identifier.count), of: &window)
            }
        }
        return nil
    }

    /// PNG, clause 11.3.3.4: `eXIf` has the structure alone.
    private static func png<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> [UInt8]? {
        var chunks = PNGChunks()
        while let chunk = try chunks.next(in: &window) {
            if chunk.type == "eXIf" { return try part(chunk.payload, of: &window) }
        }
        return nil
    }

    /// RFC 9649, 2.7.1.5. Some programs write the identifier of JPEG in front.
    private static func webP<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> [UInt8]? {
        var chunks = try WebPChunks(file: &window)
        while let chunk = try chunks.next(in: &window) {
            guard chunk.type == "EXIF" else { continue }
            let hasIdentifier = window.hasPrefix(identifier, at: chunk.payload.lowerBound)
            return try part(chunk.payload.dropFirst(hasIdentifier ? identifier.count : 0), of: &window)
        }
        return nil
    }

    /// ISO/IEC 23008-12, A.2.1: an item of type `Exif`, which begins with the distance to the structure.
    private static func heif<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> [UInt8]? {
        let file = 0..<window.byteCount
        guard let meta = try ISOBoxes.first("meta", in: file, of: &window) else { return nil }
        let extents = try HEIFItems(meta, end: window.byteCount, of: &window).exif
        var bytes: [UInt8] = []
        for extent in extents where bytes.count < Limits.exifBytes {
            bytes += try part(extent, of: &window)
        }
        guard bytes.count > 4 else { return nil }
        let skipped = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        return skipped < bytes.count - 4 ? Array(bytes[(4 + skipped)...].prefix(Limits.exifBytes)) : nil
    }

    private static func part<Source>(
        _ range: Range<Int>, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [UInt8] {
        try window.bytes(at: range.lowerBound, count: min(range.count, Limits.exifBytes))
    }
}

extension PhotoMetadata {
    /// Reads the Exif data of a photo. Never fails on what a file contains: what cannot be read is nil. Throws only
    /// what the source throws. Clips and sounds have no Exif data.
    package static func read<Source: RandomAccessBytes>(
        _ source: Source, format: MediaFormat
    ) throws(Source.Failure) -> PhotoMetadata {
        var window = ByteWindow(source)
        let structure = ExifLocation.structure(of: format, in: &window)
        if let failure = window.failure { throw failure }
        return structure.map(PhotoMetadata.init(exif:)) ?? PhotoMetadata()
    }
}
