/// A clip as phones record it: pictures, sound, and between them samples of a third track, which tell the place. Their
/// content is not real, but the tables that say where they are is.
package enum SampleClip {
    package static let pictures = [UInt8](repeating: 0x50, count: 24)
    package static let sound = [UInt8](repeating: 0x53, count: 16)

    /// `place`: the samples of the third track, and the user data. `fragment`: a box that follows.
    package static func bytes(
        brand: String = "qt  ", place: [UInt8] = Bytes.text("22.6917 N, 114.3466 E"), thirdTrack: String = "meta",
        fragment: [UInt8] = []
    ) -> [UInt8] {
        let start = SampleISO.brands(brand)
        let data = start.count + 8
        let tracks = [
            track("vide", 1, at: data, [10, 14]),
            track(thirdTrack, 2, at: data + pictures.count, [1, place.count - 1]),
            track("soun", 3, at: data + pictures.count + place.count, [sound.count]),
        ]
        let userData = SampleISO.box("udta", SampleISO.box("name", place))
        return start + SampleISO.box("mdat", pictures + place + sound) + SampleISO.movie(tracks, more: userData)
            + fragment
    }

    /// All samples are in one chunk.
    private static func track(_ kind: String, _ id: Int, at offset: Int, _ sizes: [Int]) -> [UInt8] {
        let table = SampleISO.box(
            "stbl",
            SampleISO.fullBox("stsz", Bytes.big(0, 4) + Bytes.big(sizes.count, 4) + sizes.flatMap { Bytes.big($0, 4) })
                + SampleISO.fullBox(
                    "stsc", Bytes.big(1, 4) + Bytes.big(1, 4) + Bytes.big(sizes.count, 4) + Bytes.big(1, 4))
                + SampleISO.fullBox("stco", Bytes.big(1, 4) + Bytes.big(offset, 4)))
        return SampleISO.track(kind, id: id, samples: table)
    }
}
