/// A lossless WebP image of one pixel.
package enum SampleWebP {
    /// The simple form (RFC 9649, 2.6).
    package static let simple = file(pixel)

    /// The extended form (2.7) with Exif data and XMP.
    package static func bytes(exif tiff: [UInt8], more: [[UInt8]] = []) -> [UInt8] {
        file(
            chunk("VP8X", [0x0C, 0, 0, 0] + Bytes.little(0, 3) + Bytes.little(0, 3)) + pixel + chunk("EXIF", tiff)
                + chunk("XMP ", Bytes.text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")) + more.joined())
    }

    package static func file(_ chunks: [UInt8]) -> [UInt8] {
        Bytes.text("RIFF") + Bytes.little(4 + chunks.count, 4) + Bytes.text("WEBP") + chunks
    }

    package static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        Bytes.text(type) + Bytes.little(payload.count, 4) + payload + [UInt8](repeating: 0, count: payload.count % 2)
    }

    package static let pixel = chunk(
        "VP8L", [0x2F, 0, 0, 0, 0x10, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xFE, 0x07])
}
