/// A grey PNG image of 3 × 2 pixels, without compression.
package enum SamplePNG {
    package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// `chunks` come between the header and the pixels; `after` comes after the image.
    package static func bytes(_ chunks: [[UInt8]] = [], after: [UInt8] = []) -> [UInt8] {
        let header = chunk("IHDR", Bytes.big(3, 4) + Bytes.big(2, 4) + [8, 0, 0, 0, 0])
        return signature + header + chunks.joined() + chunk("IDAT", pixels) + chunk("IEND", []) + after
    }

    package static func bytes(exif tiff: [UInt8]) -> [UInt8] { bytes([chunk("eXIf", tiff)]) }

    package static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        let checked = Bytes.text(type) + payload
        return Bytes.big(payload.count, 4) + checked + Bytes.big(Bytes.crc32(checked), 4)
    }

    /// One stored block of deflate, in the frame of zlib, with its Adler-32.
    private static let pixels: [UInt8] = {
        let lines: [UInt8] = [0, 10, 20, 30, 0, 200, 210, 220]
        let (a, b) = lines.reduce((1, 0)) { ($0.0 + Int($1), $0.1 + $0.0 + Int($1)) }
        return [0x78, 0x01, 1] + Bytes.little(lines.count, 2) + Bytes.little(~lines.count, 2) + lines
            + Bytes.big(b, 2) + Bytes.big(a, 2)
    }()
}
