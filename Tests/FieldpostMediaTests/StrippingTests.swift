import FieldpostMedia
import MediaSamples
import Testing

struct StrippingTests {
    /// Stands in each part that must go.
    private static let secret = Bytes.text("SECRET")

    private func stripped(_ bytes: [UInt8]) throws -> [UInt8] {
        let source = MemoryBytes(bytes)
        return try MediaFile.recognize(source).get().stripped(source).get().all
    }

    private func metadata(_ bytes: [UInt8]) throws -> PhotoMetadata {
        PhotoMetadata.read(MemoryBytes(bytes), format: try MediaFile.recognize(MemoryBytes(bytes)).get().format)
    }

    private func onlyOrientation(_ orientation: ImageOrientation?) -> PhotoMetadata {
        var metadata = PhotoMetadata()
        metadata.orientation = orientation
        return metadata
    }

    /// A photo with metadata wherever JPEG can have them.
    private static func photo(_ exif: SampleExif = .full) -> [UInt8] {
        let thumbnail = Bytes.text("JFIF\0") + [1, 2, 0, 0, 1, 0, 1, 1, 2] + secret
        return SampleJPEG.startOfImage + SampleJPEG.segment(0xE0, thumbnail)
            + SampleJPEG.segment(0xE0, Bytes.text("JFXX\0") + secret) + SampleJPEG.exif(exif.tiff + secret)
            + SampleJPEG.segment(0xE1, Bytes.text("http://ns.adobe.com/xap/1.0/\0") + secret)
            + SampleJPEG.segment(0xE2, Bytes.text("ICC_PROFILE\0") + [1, 1] + Bytes.text("profile"))
            + SampleJPEG.segment(0xE2, Bytes.text("MPF\0") + secret) + SampleJPEG.segment(0xE4, secret)
            + SampleJPEG.segment(0xED, Bytes.text("Photoshop 3.0\0") + secret)
            + SampleJPEG.segment(0xEE, Bytes.text("Adobe") + [0, 100, 0, 0, 0, 0, 1] + secret)
            + SampleJPEG.segment(0xFE, secret) + SampleJPEG.bytes(after: SampleJPEG.bytes() + secret).dropFirst(20)
    }

    @Test func `of a JPEG photo stay the picture, its profile and its orientation`() throws {
        let photo = Self.photo()
        let result = try stripped(photo)
        #expect(photo.contains(Self.secret) && !result.contains(Self.secret))
        #expect(result.contains(Bytes.text("ICC_PROFILE")) && result.contains(Bytes.text("profile")))
        #expect(result.contains(Bytes.text("Adobe")) && result.contains(Bytes.text("JFIF")))
        #expect(try metadata(result) == onlyOrientation(.rightTop))
        let file = try MediaFile.recognize(MemoryBytes(result)).get()
        #expect(file.contentBytes == result.count && file.size?.width == 16)
        // From the tables to the end of the image, all bytes are those of the original.
        let picture = Array(SampleJPEG.bytes().dropFirst(20))
        #expect(Array(result.suffix(picture.count)) == picture)
    }

    @Test func `a PNG picture keeps what changes its look`() throws {
        let dropped = [
            SamplePNG.chunk("eXIf", SampleExif.full.tiff), SamplePNG.chunk("tEXt", Self.secret),
            SamplePNG.chunk("zTXt", Self.secret), SamplePNG.chunk("iTXt", Self.secret),
            SamplePNG.chunk("tIME", [7, 0xEA, 11, 29, 8, 30, 0]), SamplePNG.chunk("prVt", Self.secret),
        ]
        let kept = [
            SamplePNG.chunk("gAMA", Bytes.big(45_455, 4)),
            SamplePNG.chunk("pHYs", Bytes.big(1, 4) + Bytes.big(1, 4) + [0]),
        ]
        let result = try stripped(SamplePNG.bytes(dropped + kept, after: Self.secret))
        #expect(!result.contains(Self.secret) && !result.contains(Bytes.text("tIME")))
        #expect(try metadata(result) == onlyOrientation(.rightTop))
        let exif = SamplePNG.chunk("eXIf", try #require(exifChunk(of: result)))
        #expect(result == SamplePNG.bytes([exif] + kept))
    }

    private func exifChunk(of png: [UInt8]) -> [UInt8]? {
        png.indices.first { png[$0...].starts(with: Bytes.text("eXIf")) }.map { Array(png[($0 + 4)..<($0 + 30)]) }
    }

    @Test func `a PNG picture with a critical chunk that nobody here knows has no stripped form`() throws {
        let source = MemoryBytes(SamplePNG.bytes([SamplePNG.chunk("CgBI", Self.secret)]))
        let file = try MediaFile.recognize(source).get()
        guard case .failure(.noStripper(.png)) = file.stripped(source) else {
            Issue.record("it was stripped")
            return
        }
    }

    @Test func `a WebP picture loses its chunks of metadata, and its header says so`() throws {
        let more = [SampleWebP.chunk("SECR", Self.secret)]
        let result = try stripped(SampleWebP.bytes(exif: SampleExif.full.tiff + Self.secret, more: more) + Self.secret)
        #expect(!result.contains(Self.secret) && !result.contains(Bytes.text("XMP ")))
        #expect(try metadata(result) == onlyOrientation(.rightTop))
        #expect(result[20] == 0x08)
        let upright = try stripped(SampleWebP.bytes(exif: Sample.tiff))
        #expect(upright[20] == 0 && !upright.contains(Bytes.text("EXIF")))
        #expect(try stripped(SampleWebP.simple) == SampleWebP.simple)
    }

    @Test func `a frame of a WebP animation that holds more than pixels has no stripped form`() throws {
        for (chunk, isStripped) in [(SampleWebP.pixel, true), (SampleWebP.chunk("SECR", Self.secret), false)] {
            let frame = [UInt8](repeating: 0, count: 16) + SampleWebP.pixel + chunk
            let source = MemoryBytes(
                SampleWebP.file(
                    SampleWebP.chunk("VP8X", [2] + [UInt8](repeating: 0, count: 9)) + SampleWebP.chunk("ANMF", frame)))
            let file = try MediaFile.recognize(source).get()
            #expect(((try? file.stripped(source).get()) != nil) == isStripped)
        }
    }

    @Test func `a sound in AAC loses the tags around its frames`() throws {
        let end = Bytes.text("TAG") + [UInt8](repeating: 0x41, count: 125)
        #expect(try stripped(SampleSound.aac(tag: SampleSound.tag) + end) == SampleSound.aac())
    }

    @Test(arguments: ImageOrientation.allCases)
    func `every orientation is kept, and upright pictures need no Exif data`(orientation: ImageOrientation) throws {
        var exif = SampleExif.full
        exif.image[0x0112] = .shorts([orientation.rawValue])
        for bytes in [Self.photo(exif), SamplePNG.bytes(exif: exif.tiff), SampleWebP.bytes(exif: exif.tiff)] {
            let kept = orientation == .topLeft ? nil : orientation
            #expect(try metadata(stripped(bytes)) == onlyOrientation(kept))
        }
        exif.image[0x0112] = nil
        #expect(try metadata(stripped(Self.photo(exif))) == PhotoMetadata())
    }

    @Test func `any part of a stripped file can be read`() throws {
        let source = MemoryBytes(Self.photo())
        let file = try MediaFile.recognize(source).get().stripped(source).get()
        let all = file.all
        #expect(all.count == file.byteCount)
        for offset in 0...file.byteCount {
            for count in [1, 2, 7, 64, 1000] {
                let expected = Array(all.dropFirst(offset).prefix(count))
                guard file.read(at: offset, count: count) == expected else {
                    Issue.record("\(count) bytes at \(offset)")
                    return
                }
            }
        }
    }

    @Test func `a stripped file is stripped into itself`() throws {
        for bytes in [
            Self.photo(), SamplePNG.bytes(exif: SampleExif.full.tiff), SampleWebP.bytes(exif: SampleExif.full.tiff),
        ] {
            let once = try stripped(bytes)
            #expect(try stripped(once) == once)
        }
    }

    @Test func `a file that was cut after it was recognized is not stripped`() throws {
        let bytes = Self.photo()
        let file = try MediaFile.recognize(MemoryBytes(bytes)).get()
        for length in stride(from: 0, to: bytes.count - SampleJPEG.bytes().count - 6, by: 7) {
            guard case .failure(.defective) = file.stripped(MemoryBytes(Array(bytes.prefix(length)))) else {
                Issue.record("the first \(length) bytes were stripped")
                return
            }
        }
    }

    @Test(arguments: Sample.all)
    func `any change of one byte is stripped to a file that is whole, or refused`(sample: Sample) {
        for position in sample.bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var bytes = sample.bytes
                bytes[position] ^= change
                let source = MemoryBytes(bytes)
                guard let file = try? MediaFile.recognize(source).get(), let result = try? file.stripped(source).get()
                else { continue }
                let again = try? MediaFile.recognize(MemoryBytes(result.all)).get()
                #expect(again?.format == file.format, "byte \(position) ^ \(change)")
                #expect(again?.contentBytes == result.byteCount)
            }
        }
    }
}

extension RandomAccessBytes where Failure == Never {
    /// All bytes, read in parts of an odd size.
    var all: [UInt8] { stride(from: 0, to: byteCount, by: 61).flatMap { read(at: $0, count: min(61, byteCount - $0)) } }
}

extension [UInt8] {
    func contains(_ part: [UInt8]) -> Bool { indices.contains { self[$0...].starts(with: part) } }
}
