import FieldpostCore

/// A small JPEG picture, as it is shown beside a report: whole, at most `Limits.thumbnailPixels` a side and
/// `Limits.thumbnailBytes`, and nothing in it but what is drawn. Whoever made it, these bytes were checked.
package struct Thumbnail: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Nil if these bytes are not such a picture.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Limits.thumbnailBytes, bytes.starts(with: [0xFF, JPEGMarker.startOfImage, 0xFF]) else {
            return nil
        }
        var window = ByteWindow(MemoryBytes(bytes))
        guard (try? Self.isPlain(in: &window)) == true else { return nil }
        self.bytes = bytes
    }

    /// The segments follow each other without a gap, from the first byte to the last, and none of them says anything
    /// about the photo.
    private static func isPlain(in window: inout ByteWindow<MemoryBytes>) throws(MediaDefect) -> Bool {
        let file = try MediaFile.jpeg(in: &window)
        guard let size = file.size, max(size.width, size.height) <= Limits.thumbnailPixels else { return false }
        var (segments, end) = (JPEGSegments(), 2)
        while let segment = try segments.next(in: &window) {
            guard segment.range.lowerBound == end, isDrawn(segment, in: &window) else { return false }
            end = segment.range.upperBound
        }
        return segments.end == end + 2 && file.contentBytes == window.byteCount
    }

    /// What decoders need: also the density of the pixels (JFIF, without a thumbnail of its own) and the kind of
    /// colours (Adobe), with nothing behind them.
    private static func isDrawn(_ segment: JPEGSegment, in window: inout ByteWindow<MemoryBytes>) -> Bool {
        let (start, count) = (segment.payload.lowerBound, segment.payload.count)
        switch segment.marker {
        case JPEGMarker.app0:
            return count == 14 && window.hasPrefix(Array("JFIF\0".utf8), at: start)
                && window.hasPrefix([0, 0], at: start + 12)
        case JPEGMarker.app14: return count == 12 && window.hasPrefix(Array("Adobe".utf8), at: start)
        default: return JPEGMarker.isDrawn(segment.marker)
        }
    }
}
