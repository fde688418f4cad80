import FieldpostCore
import FieldpostMedia
import MediaSamples
import Testing

/// What is taken as a thumbnail, whoever sent it.
@Suite struct ThumbnailTests {
    private static let plain = SampleJPEG.bytes()

    /// With other sides in the frame header: 8 bits, lines, samples a line.
    private static func sized(_ width: Int, _ height: Int) -> [UInt8] {
        var bytes = plain
        let header: [UInt8] = [0xFF, 0xC0, 0, 11, 8]
        let start = bytes.indices.first { bytes[$0...].starts(with: header) }.map { $0 + header.count } ?? 0
        bytes.replaceSubrange(start..<start + 4, with: Bytes.big(height, 2) + Bytes.big(width, 2))
        return bytes
    }

    @Test func `a whole JPEG picture without metadata is one, and keeps its bytes`() {
        for bytes in [Self.plain, Self.sized(480, 480), Self.sized(1, 480)] {
            #expect(Thumbnail(bytes)?.bytes == bytes)
        }
        let adobe = SampleJPEG.segment(0xEE, Bytes.text("Adobe") + [0, 100, 0, 0, 0, 0, 1])
        #expect(Thumbnail(SampleJPEG.bytes([adobe])) != nil)
    }

    @Test(
        arguments: [
            ("no bytes", []), ("another format", SamplePNG.bytes()), ("too wide", sized(481, 10)),
            ("too high", sized(10, 481)), ("no height", sized(10, 0)), ("bytes after its end", plain + [0]),
            ("a second picture", plain + plain), ("no end", plain.dropLast(2)),
            ("Exif data", SampleJPEG.bytes(exif: SampleExif.full.tiff)),
            ("a comment", SampleJPEG.bytes([SampleJPEG.segment(0xFE, Bytes.text("here"))])),
            ("XMP", SampleJPEG.bytes([SampleJPEG.segment(0xE1, Bytes.text("http://ns.adobe.com/xap/1.0/\0<x/>"))])),
            (
                "a colour profile",
                SampleJPEG.bytes([SampleJPEG.segment(0xE2, Bytes.text("ICC_PROFILE\0") + [1, 1, 7])])
            ),
            (
                "JFIF with more",
                SampleJPEG.bytes([SampleJPEG.segment(0xE0, Bytes.text("JFIF\0") + [UInt8](repeating: 1, count: 40))])
            ),
            (
                "Adobe with more",
                SampleJPEG.bytes([SampleJPEG.segment(0xEE, Bytes.text("Adobe") + [UInt8](repeating: 1, count: 9))])
            ),
            ("bytes between segments", SampleJPEG.bytes([[1, 2, 3]])),
            ("fill bytes", SampleJPEG.bytes([[0xFF, 0xFF]])),
            (
                "too large",
                SampleJPEG.bytes([SampleJPEG.segment(0xDB, [UInt8](repeating: 1, count: Limits.thumbnailBytes))])
            ),
        ] as [(String, [UInt8])])
    func `what has more or less in it is none`(name: String, bytes: [UInt8]) { #expect(Thumbnail(bytes) == nil) }

    @Test func `a picture that is cut off anywhere is none`() {
        for count in 0..<Self.plain.count { #expect(Thumbnail(Array(Self.plain.prefix(count))) == nil) }
    }
}
