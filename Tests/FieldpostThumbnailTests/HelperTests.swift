import CTurboJPEG
import Foundation
import MediaSamples
import TestKit
import Testing

/// The helper program on pictures that other programs made.
@Suite(.enabled(if: Picture.whyNot == nil, "\(Picture.whyNot ?? "")"), .enabled(if: TestRun.sanitizer == nil))
struct HelperTests {
    /// What jpegtran(1) does to make a picture with this orientation upright.
    private static let turns: [Int: [String]] = [
        1: [], 2: ["-flip", "horizontal"], 3: ["-rotate", "180"], 4: ["-flip", "vertical"], 5: ["-transpose"],
        6: ["-rotate", "90"], 7: ["-transverse"], 8: ["-rotate", "270"],
    ]

    @Test(arguments: 1...8)
    func `a photo comes out upright`(orientation: Int) throws {
        let stored = try Picture(width: 96, height: 64).jpeg(["-quality", "95", "-sample", "1x1"])
        let upright = try Picture(decoding: Picture.turned(stored, Self.turns[orientation] ?? []))
        let run = try HelperRun(stored, orientation: orientation)
        let thumbnail = try Picture(decoding: run.output)
        #expect(thumbnail.difference(from: upright) < 4, "\(run.figures)")
        let others = try Self.turns.filter { $0.key != orientation }.map { _, options in
            try Picture(decoding: Picture.turned(stored, options))
        }
        #expect(others.allSatisfy { thumbnail.difference(from: $0) > 15 })
    }

    @Test(arguments: [
        [], ["-progressive"], ["-restart", "1"], ["-grayscale"], ["-sample", "1x1"], ["-sample", "2x1"],
        ["-quality", "30", "-optimize"],
    ])
    func `a large photo becomes a small one that looks the same`(options: [String]) throws {
        let run = try HelperRun(Picture(width: 1300, height: 975).jpeg(options))
        let whole = Picture(width: 480, height: 360)
        let expected = options == ["-grayscale"] ? whole.grey : whole
        #expect(try Picture(decoding: run.output).difference(from: expected) < 4, "\(run.figures)")
        #expect(run.status == 0 && run.complaint.isEmpty)
    }

    @Test(arguments: [
        (10_000, 10, 480, 1), (10, 10_000, 1, 480), (479, 3, 479, 3), (481, 481, 480, 480), (1, 1, 1, 1),
        (960, 958, 480, 479), (3_000, 2_000, 480, 320),
    ])
    func `the longest side is 480 pixels, or what the photo has`(sizes: (Int, Int, Int, Int)) throws {
        let run = try HelperRun(Picture(width: sizes.0, height: sizes.1).jpeg())
        let thumbnail = try Picture(decoding: run.output)
        #expect(thumbnail.width == sizes.2 && thumbnail.height == sizes.3, "\(run.figures)")
    }

    @Test func `fine stripes become their mean`() throws {
        var stripes = Picture(width: 1920, height: 1280)
        for index in stripes.bytes.indices {
            let (x, y) = (index / 3 % 1920, index / 3 / 1920)
            stripes.bytes[index] = (x + y) % 2 == 0 ? 255 : 0
        }
        let run = try HelperRun(try stripes.jpeg(["-quality", "95", "-sample", "1x1"]))
        let thumbnail = try Picture(decoding: run.output)
        #expect(thumbnail.bytes.allSatisfy { abs(Int($0) - 127) < 12 })
    }

    @Test func `a photo that cannot be made small enough in good quality gets worse, then smaller`() throws {
        for side in [480, 1000, 2400] {
            let run = try HelperRun(try Picture(noise: side, side).jpeg(["-quality", "95", "-sample", "1x1"]))
            #expect(run.status == 0 && run.output.count <= 24 * 1024 && run.output.count > 8 * 1024, "\(run.figures)")
            _ = try Picture(decoding: run.output)
        }
    }

    @Test func `images that follow the first one are not looked at`() throws {
        let photo = try Picture(width: 1300, height: 975).jpeg()
        let alone = try HelperRun(photo)
        for tail in [try Picture(noise: 64, 64).jpeg(), [0xFF, 0xD8, 0xFF, 0xC0], Bytes.text("anything")] {
            #expect(try HelperRun(photo + tail).output == alone.output)
        }
    }

    @Test func `a thumbnail has no metadata`() throws {
        let photo = try Picture(width: 700, height: 500).jpeg()
        let exif = SampleJPEG.segment(0xE1, Bytes.text("Exif\0\0secret"))
        let comment = SampleJPEG.segment(0xFE, Bytes.text("secret"))
        let run = try HelperRun(Array(photo[..<2]) + exif + comment + photo[2...])
        #expect(run.status == 0)
        #expect(run.output.starts(with: [0xFF, 0xD8, 0xFF, 0xE0]))
        for marker: UInt8 in Array(0xE1...0xEF) + [0xFE] {
            let pairs = zip(run.output, run.output.dropFirst())
            #expect(!pairs.contains { $0 == 0xFF && $1 == marker })
        }
    }

    /// Pictures for printing, as Adobe's programs write them: 255 means no ink.
    @Test func `colours of print come out as a screen shows them`() throws {
        let picture = Picture(width: 640, height: 480)
        let run = try HelperRun(try Self.ycck(picture))
        #expect(try Picture(decoding: run.output).difference(from: Picture(width: 480, height: 360)) < 5)
        // The same bytes, said to be CMYK: ink 255 − v, and half of two others.
        var grey = picture
        for index in grey.bytes.indices { grey.bytes[index] = UInt8(index / 3 % 640 * 255 / 640) }
        var plain = try Self.ycck(grey)
        let mark = Bytes.text("Adobe")
        let place = try #require(plain.indices.first { plain[$0...].starts(with: mark) })
        #expect(plain[place + 11] == 2)
        plain[place + 11] = 0
        let thumbnail = try Picture(decoding: HelperRun(plain).output)
        let pixel = Array(thumbnail.bytes[(360 / 2 * 480 + 120) * 3..<(360 / 2 * 480 + 120) * 3 + 3])
        let expected = [255 - 63, 128, 128]
        #expect(zip(pixel, expected).allSatisfy { abs(Int($0) - $1) < 12 }, "\(pixel)")
    }

    private static func ycck(_ picture: Picture) throws -> [UInt8] {
        let inks = stride(from: 0, to: picture.bytes.count, by: 3).flatMap { picture.bytes[$0..<($0 + 3)] + [255] }
        let encoder = try #require(tjInitCompress())
        defer { tjDestroy(encoder) }
        var (buffer, size): (UnsafeMutablePointer<UInt8>?, UInt) = (nil, 0)
        let status = tjCompress2(
            encoder, inks, CInt(picture.width), 0, CInt(picture.height), TJPF_CMYK.rawValue, &buffer, &size,
            CInt(TJSAMP_444.rawValue), 90, 0)
        #expect(status == 0)
        defer { tjFree(buffer) }
        return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
    }

    @Test func `the main program does not need the library of the helper`() throws {
        #expect(try Tool.run("readelf", ["-d", HelperRun.path]).contains("libturbojpeg.so"))
        #expect(!(try Tool.run("readelf", ["-d", Program.path]).contains("libturbojpeg.so")))
    }
}
