import Foundation
import MediaSamples
import TestKit

/// Rows of red, green and blue.
struct Picture: Equatable {
    let width: Int
    let height: Int
    var bytes: [UInt8]

    static let whyNot = Tool.whyNot(["cjpeg", "djpeg", "jpegtran"])

    /// Red grows from left to right, green from top to bottom, and the left half has more blue.
    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        bytes = []
        bytes.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width { bytes += Self.colour(Double(x) / Double(width), Double(y) / Double(height)) }
        }
    }

    private static func colour(_ x: Double, _ y: Double) -> [UInt8] {
        [UInt8(x * 255), UInt8(y * 255), UInt8(200 - 150 * x)]
    }

    /// Each byte at random.
    init(noise width: Int, _ height: Int) {
        (self.width, self.height) = (width, height)
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<(width * height * 3 / 8 + 1)).flatMap { _ in
            withUnsafeBytes(of: generator.next() as UInt64) { Array($0) }
        }
        bytes = Array(bytes.prefix(width * height * 3))
    }

    /// Decodes a JPEG file with djpeg(1).
    init(decoding jpeg: [UInt8]) throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        try Data(jpeg).write(to: URL(fileURLWithPath: place.path + "/a.jpg"))
        try Tool.run("djpeg", ["-rgb", "-ppm", "-outfile", place.path + "/a.ppm", place.path + "/a.jpg"])
        let all = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place.path + "/a.ppm")))
        // "P6\n480 360\n255\n"
        let lines = all.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        let size = String(decoding: lines[1], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        (width, height, bytes) = (size[0], size[1], Array(lines[3]))
    }

    /// Encodes it with cjpeg(1).
    func jpeg(_ options: [String] = []) throws -> [UInt8] {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        try (Data("P6\n\(width) \(height)\n255\n".utf8) + Data(bytes)).write(
            to: URL(fileURLWithPath: place.path + "/a.ppm"))
        try Tool.run("cjpeg", options + ["-outfile", place.path + "/a.jpg", place.path + "/a.ppm"])
        return Array(try Data(contentsOf: URL(fileURLWithPath: place.path + "/a.jpg")))
    }

    /// Turns a JPEG file without loss, by jpegtran(1).
    static func turned(_ jpeg: [UInt8], _ options: [String]) throws -> [UInt8] {
        guard !options.isEmpty else { return jpeg }
        let place = try TemporaryDirectory()
        defer { place.remove() }
        try Data(jpeg).write(to: URL(fileURLWithPath: place.path + "/a.jpg"))
        try Tool.run("jpegtran", options + ["-outfile", place.path + "/b.jpg", place.path + "/a.jpg"])
        return Array(try Data(contentsOf: URL(fileURLWithPath: place.path + "/b.jpg")))
    }

    /// The mean difference of the bytes; infinite if the size differs.
    func difference(from other: Picture) -> Double {
        guard width == other.width, height == other.height, bytes.count == other.bytes.count else { return .infinity }
        let sum = zip(bytes, other.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(bytes.count)
    }

    /// Each colour as djpeg shows a grey picture of it.
    var grey: Picture {
        var picture = self
        for pixel in 0..<(width * height) {
            let (red, green, blue) = (
                Double(bytes[pixel * 3]), Double(bytes[pixel * 3 + 1]), Double(bytes[pixel * 3 + 2])
            )
            let value = UInt8(0.299 * red + 0.587 * green + 0.114 * blue)
            for channel in 0..<3 { picture.bytes[pixel * 3 + channel] = value }
        }
        return picture
    }
}

/// A whole JPEG file of a few bytes.
enum SamplePicture {
    static let small = SampleJPEG.bytes()
}
