/// A grey JPEG image of 16 × 8 pixels in two blocks, which any decoder opens.
package enum SampleJPEG {
    package static let startOfImage: [UInt8] = [0xFF, 0xD8]
    package static let endOfImage: [UInt8] = [0xFF, 0xD9]
    package static let jfif = segment(0xE0, Bytes.text("JFIF\0") + [1, 2, 0, 0, 1, 0, 1, 0, 0])

    /// `segments` come after `JFIF`; `after` comes after the image.
    package static func bytes(_ segments: [[UInt8]] = [], after: [UInt8] = []) -> [UInt8] {
        startOfImage + jfif + segments.joined() + tables + scan + endOfImage + after
    }

    /// The same with Exif data: a TIFF structure.
    package static func bytes(exif tiff: [UInt8]) -> [UInt8] { bytes([exif(tiff)]) }

    package static func exif(_ tiff: [UInt8]) -> [UInt8] { segment(0xE1, Bytes.text("Exif\0\0") + tiff) }

    package static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0xFF, marker] + Bytes.big(payload.count + 2, 2) + payload
    }

    /// Quantization, frame header, Huffman codes: DC 0 and 10 for categories 0 and 6, AC 0 for the end of a block.
    private static let tables: [UInt8] = [
        segment(0xDB, [0] + [UInt8](repeating: 1, count: 64)),
        segment(0xC0, [8, 0, 8, 0, 16, 1, 1, 0x11, 0]),
        segment(0xC4, [0x00, 1, 1] + [UInt8](repeating: 0, count: 14) + [0, 6]),
        segment(0xC4, [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]),
    ].flatMap { $0 }

    /// A scan whose data hold a byte FF, which is stored as FF 00: the first block has the difference 63.
    private static let scan: [UInt8] = segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0b1011_1111, 0b0000_1111]
}
