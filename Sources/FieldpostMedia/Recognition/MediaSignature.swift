/// What the first bytes of a file say of its format.
enum MediaSignature: Hashable {
    case taken(MediaFormat)
    /// Known and not taken: its name for people.
    case notTaken(String)
    case unknown

    static func of<Source>(_ window: inout ByteWindow<Source>) -> Self {
        if let start = try? window.bytes(at: 0, count: 12) {
            if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .taken(.jpeg) }
            if start.starts(with: PNGChunks.signature) { return .taken(.png) }
            if start.starts(with: Array("RIFF".utf8)) { return riff(Array(start[8...])) }
            if start.starts(with: OggPages.capturePattern) { return ogg(&window) }
            // The length of a first box has not this form, and the content of a frame may look like a box.
            if startsWithADTS(&window) { return .taken(.aac) }
            if let brand = isoFormat(&window) { return brand }
        }
        return others.first { window.hasPrefix($0.prefix, at: 0) }.map { .notTaken($0.name) } ?? .unknown
    }

    private static func riff(_ form: [UInt8]) -> Self {
        switch form {
        case Array("WEBP".utf8): .taken(.webP)
        case Array("WAVE".utf8): .notTaken("WAV")
        case Array("AVI ".utf8): .notTaken("AVI")
        default: .unknown
        }
    }

    /// The first packet names the codec: RFC 7845, 5.1, and the Vorbis I specification, 4.2.1.
    private static func ogg<Source>(_ window: inout ByteWindow<Source>) -> Self {
        var pages = OggPages()
        guard let page = try? pages.next(in: &window), page.beginsStream else { return .taken(.ogg) }
        let isTaken = [Array("OpusHead".utf8), [1] + Array("vorbis".utf8)].contains {
            page.payload.count >= $0.count && window.hasPrefix($0, at: page.payload.lowerBound)
        }
        return isTaken ? .taken(.ogg) : .notTaken("Ogg with another codec than Opus or Vorbis")
    }

    /// Two frames in a row, or one frame to the end of the file or beyond.
    private static func startsWithADTS<Source>(_ window: inout ByteWindow<Source>) -> Bool {
        guard let start = try? ADTSFrames(file: &window).start,
            let length = try? ADTSFrames.frameBytes(at: start, in: &window)
        else { return false }
        let next = start + length
        return next > window.byteCount - 7 || (try? ADTSFrames.frameBytes(at: next, in: &window)) != nil
            || window.byteCount - next == 128 && window.hasPrefix(Array("TAG".utf8), at: next)
    }

    /// By the brands in `ftyp` (ISO/IEC 14496-12, 4.3). Nil when the file is not of this family.
    private static func isoFormat<Source>(_ window: inout ByteWindow<Source>) -> Self? {
        guard let size = try? window.u32(at: 0), let type = try? window.code(at: 4) else { return nil }
        // QuickTime files from before 2001 have no brands.
        if ["moov", "mdat", "wide", "free", "skip", "pnot"].contains(type) { return .taken(.quickTime) }
        guard type == "ftyp", let major = try? window.code(at: 8) else { return nil }
        let names = min(max(size, 16), 16 + 4 * brandsRead)
        let compatible = stride(from: 16, to: names, by: 4).compactMap { try? window.code(at: $0) }
        // The general brands of HEIF say nothing of the codec: the compatible ones do.
        let brands = [major] + (["mif1", "msf1"].contains(major) ? compatible : [])
        if !hevc.isDisjoint(with: brands) { return .taken(.heic) }
        if brands.contains("avif") || brands.contains("avis") { return .notTaken("AVIF") }
        if major == "mif1" || major == "msf1" { return .taken(.heif) }
        if major == "crx " { return .notTaken("a raw photo (CR3)") }
        return .taken(major == "qt  " ? .quickTime : .mp4)
    }

    private static let brandsRead = 32
    /// ISO/IEC 23008-12, annex B.
    private static let hevc: Set<FourCC> = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]

    private static let others: [(prefix: [UInt8], name: String)] = [
        (Array("GIF8".utf8), "GIF"), (Array("BM".utf8), "BMP"), ([0x49, 0x49, 0x2A, 0], "TIFF or a raw photo"),
        ([0x4D, 0x4D, 0, 0x2A], "TIFF or a raw photo"), ([0x1A, 0x45, 0xDF, 0xA3], "WebM or Matroska"),
        (Array("ID3".utf8), "MP3"), ([0xFF, 0xFB], "MP3"), ([0xFF, 0xF3], "MP3"), ([0xFF, 0xF2], "MP3"),
        (Array("#!AMR".utf8), "AMR"), (Array("fLaC".utf8), "FLAC"), ([0xFF, 0x0A], "JPEG XL"),
        ([0, 0, 0, 0x0C] + Array("JXL ".utf8), "JPEG XL"), (Array("%PDF".utf8), "PDF"),
        (Array("PK".utf8), "a ZIP archive or an office document"), (Array("<".utf8), "a web page or SVG"),
    ]
}
