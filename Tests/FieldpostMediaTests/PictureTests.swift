import FieldpostMedia
import Foundation
import MediaSamples
import TestKit
import Testing

/// Pictures that other programs made and filled with metadata: once stripped, decoders show the same pixels, and
/// exiftool finds the orientation alone.
@Suite(.enabled(if: Pictures.whyNot == nil, "needs exiftool, cjpeg and cwebp: run Deploy/install-deps.sh --tests"))
struct PictureTests {
    private let pictures: Pictures

    init() throws { pictures = try Pictures() }

    @Test(arguments: [
        [], ["-progressive"], ["-restart", "1"], ["-arithmetic"], ["-grayscale", "-optimize"],
        ["-sample", "1x1", "-quality", "95"],
    ])
    func `a JPEG photo`(options: [String]) throws {
        let photo = try pictures.jpeg(options)
        try pictures.addMetadata(to: photo, thumbnail: pictures.jpeg(["-scale", "1/4"], named: "thumbnail.jpg"))
        // A second image after the first, as in multi-picture files.
        try pictures.append(try Data(contentsOf: URL(fileURLWithPath: photo)), to: photo)
        let result = try pictures.strip(photo)
        try Tool.run("djpeg", ["-ppm", "-outfile", photo + ".ppm", photo])
        try Tool.run("djpeg", ["-ppm", "-outfile", result + ".ppm", result])
        #expect(try pictures.haveSameBytes(photo + ".ppm", result + ".ppm"))
        #expect(try pictures.metadata(of: photo).count > 20)
        #expect(try pictures.metadata(of: result) == ["IFD0:Orientation 6"])
    }

    @Test func `a PNG picture`() throws {
        let picture = try pictures.png()
        try pictures.addMetadata(to: picture)
        let result = try pictures.strip(picture)
        for path in [picture, result] {
            try Tool.run("cwebp", ["-quiet", "-lossless", "-exact", "-metadata", "none", path, "-o", path + ".webp"])
        }
        #expect(try pictures.haveSameBytes(picture + ".webp", result + ".webp"))
        #expect(try pictures.metadata(of: picture).count > 10)
        #expect(try pictures.metadata(of: result) == ["IFD0:Orientation 6"])
    }

    @Test(arguments: [["-q", "80"], ["-lossless"]])
    func `a WebP picture`(options: [String]) throws {
        let source = try pictures.png()
        let picture = pictures.path("picture.webp")
        try Tool.run("cwebp", ["-quiet"] + options + [source, "-o", picture])
        try pictures.addMetadata(to: picture)
        let result = try pictures.strip(picture)
        for path in [picture, result] { try Tool.run("dwebp", ["-quiet", "-pam", path, "-o", path + ".pam"]) }
        #expect(try pictures.haveSameBytes(picture + ".pam", result + ".pam"))
        #expect(try pictures.metadata(of: picture).count > 10)
        #expect(try pictures.metadata(of: result) == ["IFD0:Orientation 6"])
        #expect(try Tool.run("webpmux", ["-info", result]).contains("EXIF metadata"))
    }

    @Test func `a clip`() throws {
        let clip = pictures.path("clip.mp4")
        try Data(SampleISO.mp4()).write(to: URL(fileURLWithPath: clip))
        let tags = [
            "-q", "-n", "-overwrite_original", "-Keys:GPSCoordinates=22.69 114.34 8", "-Keys:Make=某厂",
            "-UserData:GPSCoordinates=22.69 114.34 8", "-XMP:Title=secret", "-Comment=secret",
        ]
        try Tool.run("exiftool", tags + [clip])
        let result = try pictures.strip(clip)
        let dates = ["Create", "Modify", "TrackCreate", "TrackModify", "MediaCreate", "MediaModify"]
        let groups = ["Keys", "UserData", "XMP", "ItemList"]
        func tells(_ path: String) throws -> [String] {
            try pictures.metadata(of: path).filter { line in
                groups.contains { line.hasPrefix($0) }
                    || dates.contains { line.contains(":\($0)Date ") } && !line.hasSuffix(" 0000:00:00 00:00:00")
            }
        }
        #expect(try tells(clip).count >= 8)
        #expect(try tells(result) == [])
        #expect(try pictures.metadata(of: result).contains("Track1:ImageWidth 640"))
    }
}

/// Makes pictures of 96 × 64 pixels in a directory of its own, and asks other programs about them.
struct Pictures {
    static let whyNot = Tool.whyNot(["exiftool", "cjpeg", "djpeg", "cwebp", "dwebp", "webpmux"])

    private static let width = 96
    private static let height = 64
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    func path(_ name: String) -> String { "\(place.path)/\(name)" }

    /// Slopes of colour with some noise, as rows of red, green and blue.
    private static let rows: [[UInt8]] = (0..<height).map { y in
        var row: [UInt8] = []
        for x in 0..<width {
            row.append(UInt8(x * 2 + (x * y) % 7))
            row.append(UInt8(y * 3 + (x * 5 + y) % 11))
            row.append(UInt8((x ^ y) % 128 + (x * y) % 50))
        }
        return row
    }

    func jpeg(_ options: [String], named name: String = "photo.jpg") throws -> String {
        let image = Bytes.text("P6 \(Self.width) \(Self.height) 255\n") + Self.rows.joined()
        try Data(image).write(to: URL(fileURLWithPath: path("image.ppm")))
        let options = options.first == "-scale" ? [] : options
        try Tool.run("cjpeg", options + ["-outfile", path(name), path("image.ppm")])
        return path(name)
    }

    func png() throws -> String {
        let name = path("picture.png")
        try Data(SamplePNG.bytes(width: Self.width, rows: Self.rows)).write(to: URL(fileURLWithPath: name))
        return name
    }

    /// Exif with a position, XMP, IPTC (not in WebP), a comment, and a thumbnail (in JPEG).
    func addMetadata(to path: String, thumbnail: String? = nil) throws {
        var tags = [
            "-q", "-n", "-m", "-overwrite_original", "-Orientation=6", "-Make=某厂", "-Model=X", "-SerialNumber=12345",
            "-DateTimeOriginal=2026:11:29 08:30:15", "-OffsetTimeOriginal=+08:00", "-Artist=张三", "-UserComment=secret",
            "-GPSLatitude=22.69", "-GPSLatitudeRef=N", "-GPSLongitude=114.34", "-GPSLongitudeRef=E", "-GPSAltitude=8",
            "-XMP:Title=secret", "-XMP:Creator=secret", "-XMP:City=深圳", "-Comment=secret",
        ]
        if thumbnail != nil { tags += ["-IPTC:City=secret", "-ThumbnailImage<=\(thumbnail ?? "")"] }
        try Tool.run("exiftool", tags + [path])
    }

    func append(_ data: Data, to path: String) throws {
        let all = try Data(contentsOf: URL(fileURLWithPath: path)) + data
        try all.write(to: URL(fileURLWithPath: path))
    }

    /// The path of the stripped file.
    func strip(_ path: String) throws -> String {
        let source = MemoryBytes(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        let result = try MediaFile.recognize(source).get().stripped(source).get()
        let name =
            URL(fileURLWithPath: path).deletingLastPathComponent().path + "/stripped-"
            + URL(fileURLWithPath: path).lastPathComponent
        try Data(result.all).write(to: URL(fileURLWithPath: name))
        return name
    }

    func haveSameBytes(_ one: String, _ other: String) throws -> Bool {
        let (one, other) = (
            try Data(contentsOf: URL(fileURLWithPath: one)), try Data(contentsOf: URL(fileURLWithPath: other))
        )
        return one == other && !one.isEmpty
    }

    /// "Group:Tag value" of each tag that exiftool finds, but for what describes the coding of the pixels.
    func metadata(of path: String) throws -> [String] {
        let output = try Tool.run("exiftool", ["-j", "-n", "-a", "-u", "-U", "-ee", "-G1", path])
        let tags = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]]
        let coding = ["SourceFile", "ExifTool", "System", "Composite", "JFIF", "PNG", "PNG-pHYs", "RIFF", "File"]
        return (tags?.first ?? [:]).filter { tag, _ in
            tag == "File:Comment" || tag == "PNG:Comment" || !coding.contains { tag == $0 || tag.hasPrefix($0 + ":") }
        }.map { "\($0) \($1)" }.sorted()
    }
}
