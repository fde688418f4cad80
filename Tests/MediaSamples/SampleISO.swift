/// Files of boxes: a HEIC photo and clips. Their pixels are no real ones, but all that describes them is.
package enum SampleISO {
    package static func box(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        Bytes.big(payload.count + 8, 4) + Bytes.text(type) + payload
    }

    /// The same with a size in 64 bits.
    package static func largeBox(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        Bytes.big(1, 4) + Bytes.text(type) + Bytes.big(payload.count + 16, 8) + payload
    }

    package static func fullBox(_ type: String, version: Int = 0, _ payload: [UInt8]) -> [UInt8] {
        box(type, [UInt8(version), 0, 0, 0] + payload)
    }

    package static func brands(_ major: String, _ others: [String] = []) -> [UInt8] {
        box("ftyp", Bytes.text(major) + Bytes.big(0, 4) + others.flatMap(Bytes.text))
    }

    // MARK: Photos

    /// A HEIC photo of 64 × 48 pixels whose Exif item is the last part of the file.
    package static func heic(exif tiff: [UInt8], brand: String = "heic") -> [UInt8] {
        let pixels = [UInt8](repeating: 0xAB, count: 20)
        let item = Bytes.big(6, 4) + Bytes.text("Exif\0\0") + tiff
        let start = brands(brand, ["mif1", "heic"])
        // The size of `meta` does not depend on the positions in it.
        let data = start.count + meta(pixels: (0, pixels.count), exif: (0, item.count)).count + 8
        let index = meta(pixels: (data, pixels.count), exif: (data + pixels.count, item.count))
        return start + index + box("mdat", pixels + item)
    }

    private static func meta(pixels: (Int, Int), exif: (Int, Int)) -> [UInt8] {
        let items = item(1, "hvc1") + item(2, "Exif")
        let places = place(1, pixels) + place(2, exif)
        // Item 2 describes item 1.
        let describes = box("cdsc", [0, 2, 0, 1, 0, 1])
        let size = fullBox("ispe", Bytes.big(64, 4) + Bytes.big(48, 4))
        return fullBox(
            "meta",
            handler("pict") + fullBox("pitm", [0, 1]) + fullBox("iinf", [0, 2] + items)
                + fullBox("iloc", [0x44, 0, 0, 2] + places) + box("iprp", box("ipco", size))
                + fullBox("iref", describes))
    }

    private static func item(_ id: Int, _ type: String) -> [UInt8] {
        fullBox("infe", version: 2, Bytes.big(id, 2) + [0, 0] + Bytes.text(type) + [0])
    }

    private static func place(_ id: Int, _ range: (offset: Int, length: Int)) -> [UInt8] {
        Bytes.big(id, 2) + [0, 0] + Bytes.big(1, 2) + Bytes.big(range.offset, 4) + Bytes.big(range.length, 4)
    }

    // MARK: Clips

    /// A clip of 640 × 360 pixels, with its index at the end, as recorders write it.
    package static func mp4(brand: String = "isom", tracks: [[UInt8]] = [track("vide"), track("soun")]) -> [UInt8] {
        brands(brand, ["mp42"]) + box("mdat", [UInt8](repeating: 0x5A, count: 64)) + movie(tracks)
    }

    package static func movie(_ tracks: [[UInt8]], more: [UInt8] = []) -> [UInt8] {
        let matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].flatMap { Bytes.big($0, 4) }
        // Creation and modification time in seconds since 1904, time scale, duration.
        let header = fullBox(
            "mvhd",
            Bytes.big(0xE000_0000, 4) + Bytes.big(0xE000_0001, 4) + Bytes.big(1000, 4) + Bytes.big(2000, 4)
                + Bytes.big(0x10000, 4) + [1, 0] + [UInt8](repeating: 0, count: 10) + matrix
                + [UInt8](repeating: 0, count: 24) + Bytes.big(3, 4))
        return box("moov", header + tracks.joined() + more)
    }

    /// `samples`: the box `stbl`.
    package static func track(_ kind: String, id: Int = 1, samples: [UInt8] = []) -> [UInt8] {
        let matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].flatMap { Bytes.big($0, 4) }
        let size = kind == "vide" ? Bytes.big(640 << 16, 4) + Bytes.big(360 << 16, 4) : Bytes.big(0, 8)
        let header = fullBox(
            "tkhd",
            Bytes.big(0xE000_0000, 4) + Bytes.big(0xE000_0001, 4) + Bytes.big(id, 4) + Bytes.big(0, 4)
                + Bytes.big(2000, 4) + [UInt8](repeating: 0, count: 16) + matrix + size)
        let media = fullBox(
            "mdhd",
            Bytes.big(0xE000_0000, 4) + Bytes.big(0xE000_0001, 4) + Bytes.big(1000, 4) + Bytes.big(2000, 4)
                + [0x55, 0xC4, 0, 0])
        return box("trak", header + box("mdia", media + handler(kind) + box("minf", samples)))
    }

    package static func handler(_ kind: String) -> [UInt8] {
        fullBox("hdlr", Bytes.big(0, 4) + Bytes.text(kind) + [UInt8](repeating: 0, count: 13))
    }
}
