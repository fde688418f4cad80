/// What becomes of each box of a clip (ISO/IEC 14496-12, 6.2.3, table 1). Boxes that are not named here are emptied:
/// they hold user data, metadata, or something that nobody here knows, and players pass over what they do not know.
indirect enum MoviePart: Sendable {
    case kept
    /// A full box whose first two numbers are times: of creation and of modification (8.2.2, 8.3.2, 8.4.2).
    case times
    /// `hdlr` (8.4.3), which has a name for people at its end.
    case handler
    case container([FourCC: MoviePart])

    /// The boxes of a file. The tables inside tables bound how deep a walk goes.
    static let file: [FourCC: MoviePart] = [
        "ftyp": .kept, "styp": .kept, "pdin": .kept, "mdat": .kept, "sidx": .kept, "ssix": .kept, "mfra": .kept,
        "moov": .container(["mvhd": .times, "mvex": .kept, "iods": .kept, "trak": .container(track)]),
        "moof": .container(["mfhd": .kept, "traf": .container(fragment)]),
    ]

    private static let track: [FourCC: MoviePart] = [
        "tkhd": .times, "edts": .kept, "tapt": .kept,
        "mdia": .container(["mdhd": .times, "hdlr": .handler, "elng": .kept, "minf": .container(information)]),
    ]

    private static let information: [FourCC: MoviePart] = [
        "vmhd": .kept, "smhd": .kept, "hdlr": .handler, "dinf": .kept, "stbl": .container(samples),
    ]

    private static let samples = kept([
        "stsd", "stts", "ctts", "cslg", "stss", "stps", "stsc", "stsz", "stz2", "stco", "co64", "sdtp", "stdp", "padb",
        "sgpd", "sbgp", "subs", "saiz", "saio",
    ])

    private static let fragment = kept(["tfhd", "tfdt", "trun", "sdtp", "sgpd", "sbgp", "subs", "saiz", "saio"])

    private static func kept(_ types: [FourCC]) -> [FourCC: MoviePart] {
        Dictionary(uniqueKeysWithValues: types.map { ($0, .kept) })
    }
}
