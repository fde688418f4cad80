/// A grey PNG image of 3 × 2 pixels, without compression.
package enum SamplePNG {
    package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// `chunks` come between the header and the pixels; `after` comes after the image.
    package static func bytes(_ chunks: [[UInt8]] = [], after: [UInt8] = []) -> [UInt8] {
        let header = chunk("IHDR", Bytes.big(3, 4) + Bytes.big(2, 4) + [8, 0, 0, 0, 0])
        return signature + header + chunks.joined() + chunk("IDAT", pixels) + chunk("IEND", []) + after
    }

    /// An image of any size: each row has three bytes a pixel.
    package static func bytes(width: Int, rows: [[UInt8]]) -> [UInt8] {
        let header = Bytes.big(width, 4) + Bytes.big(rows.count, 4) + [8, 2, 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", zlib(rows.flatMap { [0] + $0 })) + chunk("IEND", [])
    }

    package static func bytes(exif tiff: [UInt8]) -> [UInt8] { bytes([chunk("eXIf", tiff)]) }

    package static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        let checked = Bytes.text(type) + payload
        return Bytes.big(payload.count, 4) + checked + Bytes.big(Bytes.crc32(checked), 4)
    }

    private static let pixels = zlib([0, 10, 20, 30, 0, 200, 210, 220])

    /// One stored block of deflate, of at most 65,535 bytes, in the frame of zlib, with its Adler-32.
    private static func zlib(_ lines: [UInt8]) -> [UInt8] {
        let (a, b) = lines.reduce((1, 0)) { sums, byte in
            let a = (sums.0 + Int(byte)) % 65_521
            return (a, (sums.1 + a) % 65_521)
        }
        return [0x78, 0x01, 1] + Bytes.little(lines.count, 2) + Bytes.little(~lines.count, 2) + lines
            + Bytes.big(b, 2) + Bytes.big(a, 2)
    }
}
