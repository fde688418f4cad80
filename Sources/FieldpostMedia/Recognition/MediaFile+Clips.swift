/// Each reader walks the structure of a clip or a sound to its end. It decodes nothing.
extension MediaFile {
    /// ISO/IEC 14496-12: `moov`, and the media data in `mdat`.
    static func movie<Source>(
        _ format: MediaFormat, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> MediaFile {
        var boxes = ISOBoxes(file: window)
        var movie: ISOBox?
        var hasData = false
        var end = 0
        do {
            while let box = try boxes.next(in: &window) {
                if box.type == "moov", movie == nil { movie = box }
                if box.type == "mdat", !box.payload.isEmpty { hasData = true }
                end = box.range.upperBound
            }
        } catch .malformed where movie != nil && hasData {
            // Some cameras append other data.
        }
        guard let movie else { throw .noMovieIndex }
        let tracks = try MovieTracks(movie, of: &window)
        guard tracks.hasVideo || tracks.hasSound else { throw .noTracks }
        guard hasData else { throw .noMediaData }
        return MediaFile(tracks.hasVideo ? format : .m4a, size: tracks.size, contentBytes: end)
    }

    /// ISO/IEC 13818-7, 6.2: frames to the end of the file.
    static func aac<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> MediaFile {
        var frames = try ADTSFrames(file: &window)
        var end: Int?
        while let frame = try frames.next(in: &window) { end = frame.upperBound }
        guard let end else { throw .noTracks }
        return MediaFile(.aac, size: nil, contentBytes: end)
    }

    /// RFC 3533: whole pages to the end of the file. A last page that does not say that it is the last is taken:
    /// recorders that are switched off leave such files, and players must accept them (RFC 7845, section 4).
    static func ogg<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> MediaFile {
        var pages = OggPages()
        var count = 0
        while try pages.next(in: &window) != nil { count += 1 }
        // The first page has the header alone.
        guard count > 1 else { throw .cutOff }
        return MediaFile(.ogg, size: nil, contentBytes: window.byteCount)
    }
}
