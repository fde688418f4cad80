import FieldpostMedia
import Foundation
import MediaSamples
import TestKit
import Testing

/// Two other readers of Exif data see what this one sees: exiftool, and the exifread of Python. exiftool also writes
/// the tags, so that the structures are not of our own making.
@Suite(.enabled(if: Oracle.whyNot == nil, "needs exiftool and python3-exifread: Deploy/install-deps.sh --tests"))
struct ExifOracleTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    /// A photo in which exiftool wrote the tags that these numbers choose.
    private func photo(_ number: Int, as name: String, _ bytes: [UInt8]) throws -> (path: String, bytes: [UInt8]) {
        let path = "\(place.path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var tags = [
            "-n", "-q", "-overwrite_original", "-Orientation=\(number % 8 + 1)", "-Make=某厂", "-Model=X \(number)",
        ]
        if number % 3 > 0 {
            tags.append("-DateTimeOriginal=2026:1\(number % 3):0\(number % 9 + 1) 1\(number % 10):05:0\(number % 7)")
        }
        if number % 3 > 0, number % 2 > 0 {
            tags += ["-OffsetTimeOriginal=\(number % 4 == 1 ? "+08:00" : "-03:30")", "-SubSecTimeOriginal=0\(number)"]
        }
        if number % 4 > 0 {
            tags += [
                "-GPSLatitude=\(22.5 + Double(number) / 7)", "-GPSLatitudeRef=\(number % 2 == 0 ? "N" : "S")",
                "-GPSLongitude=\(114.01 + Double(number) / 11)", "-GPSLongitudeRef=\(number % 3 == 0 ? "E" : "W")",
                "-GPSAltitude=\(Double(number) * 3.25)", "-GPSAltitudeRef=\(number % 2)",
                "-GPSDOP=\(1.5 + Double(number))",
                "-GPSHPositioningError=\(2.25 * Double(number))", "-GPSImgDirection=\(17.5 * Double(number))",
                "-GPSImgDirectionRef=\(number % 2 == 0 ? "T" : "M")", "-GPSDateStamp=2026:11:0\(number % 9 + 1)",
                "-GPSTimeStamp=0\(number % 9):30:15.25",
            ]
        }
        try Tool.run("exiftool", tags + [path])
        return (path, Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test(arguments: [MediaFormat.jpeg, .png, .webP, .heic])
    func `exiftool and this reader see the same in each format`(format: MediaFormat) throws {
        let samples: [MediaFormat: [UInt8]] = [
            .jpeg: SampleJPEG.bytes(), .png: SamplePNG.bytes(), .webP: SampleWebP.simple,
            .heic: SampleISO.heic(exif: SampleExif().tiff),
        ]
        for number in 1...8 {
            let photo = try photo(number, as: "photo-\(number).\(format)", try #require(samples[format]))
            #expect(try MediaFile.recognize(MemoryBytes(photo.bytes)).get().format == format)
            let metadata = PhotoMetadata.read(MemoryBytes(photo.bytes), format: format)
            #expect(Oracle.lines(of: metadata) == (try Oracle.exiftool(photo.path)), "number \(number)")
            #expect(metadata.orientation?.rawValue == number % 8 + 1)
            #expect((metadata.position != nil) == (number % 4 > 0) && (metadata.captured != nil) == (number % 3 > 0))
        }
    }

    @Test func `exifread of Python and this reader see the same`() throws {
        for number in 1...8 {
            let photo = try photo(number, as: "photo-\(number).jpg", SampleJPEG.bytes())
            let metadata = PhotoMetadata.read(MemoryBytes(photo.bytes), format: .jpeg)
            #expect(Oracle.lines(of: metadata) == (try Oracle.exifread(photo.path)), "number \(number)")
        }
    }

    @Test(arguments: [false, true])
    func `exiftool and exifread read our sample as this reader does`(isLittleEndian: Bool) throws {
        var exif = SampleExif.full
        exif.isLittleEndian = isLittleEndian
        let bytes = SampleJPEG.bytes(exif: exif.tiff)
        let path = place.path + "/sample.jpg"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let lines = Oracle.lines(of: PhotoMetadata.read(MemoryBytes(bytes), format: .jpeg))
        #expect(lines.count == 11)
        #expect(try Oracle.exiftool(path) == lines)
        #expect(try Oracle.exifread(path) == lines)
    }
}
