/// What the `moov` box of a clip says of its tracks (ISO/IEC 14496-12, 8.3 and 8.4).
struct MovieTracks {
    private(set) var hasVideo = false
    private(set) var hasSound = false
    /// Of the first video track, before rotation.
    private(set) var size: PixelSize?

    init<Source>(_ movie: ISOBox, of window: inout ByteWindow<Source>) throws(MediaDefect) {
        var boxes = ISOBoxes(in: movie.payload)
        while let track = try boxes.next(in: &window) {
            guard track.type == "trak", let handler = try Self.handler(of: track, in: &window) else { continue }
            if handler == "soun" { hasSound = true }
            if handler == "vide" {
                hasVideo = true
                if size == nil { size = try Self.size(of: track, in: &window) }
            }
        }
    }

    /// "vide", "soun" or another kind, from `mdia/hdlr` (8.4.3).
    static func handler<Source>(
        of track: ISOBox, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> FourCC? {
        guard let media = try ISOBoxes.first("mdia", in: track.payload, of: &window),
            let handler = try ISOBoxes.first("hdlr", in: media.payload, of: &window), handler.payload.count >= 12
        else { return nil }
        return try window.code(at: handler.payload.lowerBound + 8)
    }

    /// From `tkhd` (8.3.2), which has them as 16.16 fixed-point numbers at its end.
    private static func size<Source>(
        of track: ISOBox, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> PixelSize? {
        guard let header = try ISOBoxes.first("tkhd", in: track.payload, of: &window), header.payload.count >= 84
        else { return nil }
        let start = header.payload.lowerBound + (try window.u8(at: header.payload.lowerBound) == 1 ? 88 : 76)
        guard start + 8 <= header.payload.upperBound else { return nil }
        return PixelSize(width: try window.u32(at: start) >> 16, height: try window.u32(at: start + 4) >> 16)
    }
}
