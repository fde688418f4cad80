import FieldpostMedia
import MediaSamples
import Testing

/// One whole file of each format, and what it is.
struct Sample: CustomTestStringConvertible, Sendable {
    let name: String
    let format: MediaFormat
    let width: Int?
    let height: Int?
    let bytes: [UInt8]

    init(_ name: String, _ format: MediaFormat, _ size: (width: Int, height: Int)? = nil, bytes: [UInt8]) {
        (self.name, self.format, width, height, self.bytes) = (name, format, size?.width, size?.height, bytes)
    }

    var testDescription: String { name }

    static let all: [Sample] = [
        Sample("JPEG", .jpeg, (16, 8), bytes: SampleJPEG.bytes()),
        Sample("PNG", .png, (3, 2), bytes: SamplePNG.bytes()),
        Sample("WebP", .webP, (1, 1), bytes: SampleWebP.simple),
        Sample("extended WebP", .webP, (1, 1), bytes: SampleWebP.bytes(exif: tiff)),
        Sample("HEIC", .heic, (64, 48), bytes: SampleISO.heic(exif: tiff)),
        Sample("HEIC of a general brand", .heic, (64, 48), bytes: SampleISO.heic(exif: tiff, brand: "mif1")),
        Sample("MP4", .mp4, (640, 360), bytes: SampleISO.mp4()),
        Sample("3GP", .mp4, (640, 360), bytes: SampleISO.mp4(brand: "3gp5")),
        Sample("MOV", .quickTime, (640, 360), bytes: SampleISO.mp4(brand: "qt  ")),
        Sample("MOV of a phone", .quickTime, (640, 360), bytes: SampleClip.bytes()),
        Sample("M4A", .m4a, bytes: SampleISO.mp4(brand: "M4A ", tracks: [SampleISO.track("soun")])),
        Sample("AAC", .aac, bytes: SampleSound.aac()),
        Sample("AAC with a tag", .aac, bytes: SampleSound.aac(tag: SampleSound.tag)),
        Sample("Opus", .ogg, bytes: SampleSound.opus()),
    ]

    /// The least TIFF structure: a directory without entries.
    static let tiff: [UInt8] = Bytes.text("MM") + [0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]

    /// What is recognized in these bytes.
    static func recognized(
        _ bytes: [UInt8], as mediaType: String? = nil
    ) -> Result<MediaFile, MediaRefusal> {
        MediaFile.recognize(MemoryBytes(bytes), declaredAs: mediaType)
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
