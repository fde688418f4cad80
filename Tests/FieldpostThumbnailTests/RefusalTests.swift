import Foundation
import MediaSamples
import TestKit
import Testing

/// What the helper program does not decode, and what pictures may cost that were made to cost much.
@Suite(.enabled(if: TestRun.sanitizer == nil))
struct RefusalTests {
    private static let picture = SampleJPEG.bytes()

    @Test func `the sample itself is taken`() throws {
        let run = try HelperRun(Self.picture)
        #expect(run.status == 0 && !run.output.isEmpty, "\(run.figures)")
    }

    @Test func `a picture that is cut off at any byte is refused`() throws {
        for count in 0..<Self.picture.count where count % 3 == 0 || count > Self.picture.count - 12 {
            let run = try HelperRun(Array(Self.picture.prefix(count)))
            #expect(run.isRefusal, "\(count) bytes: \(run.figures)")
        }
    }

    @Test func `a picture with any byte changed is decoded or refused, and never more`() throws {
        for index in Self.picture.indices where index % 2 == 0 {
            var changed = Self.picture
            changed[index] ^= UInt8.random(in: 1...255)
            let run = try HelperRun(changed)
            #expect(run.isRefusal || run.status == 0, "byte \(index) is \(changed[index]): \(run.figures)")
        }
    }

    @Test(arguments: ["", "GIF89a", "\u{1}PNG", "7", "99", "FF"])
    func `something else than a JPEG file is refused`(text: String) throws {
        #expect(try HelperRun(Bytes.text(text)).isRefusal)
    }

    @Test func `a word on the command line is refused`() throws {
        let run = try HelperRun(Self.picture, arguments: ["--help"])
        #expect(run.status == 64 && run.output.isEmpty)
    }

    @Test(.enabled(if: Picture.whyNot == nil))
    func `an arithmetic coding is refused`() throws {
        let run = try HelperRun(try Picture(width: 64, height: 64).jpeg(["-arithmetic"]))
        #expect(run.isRefusal && run.complaint.contains("arithmetic"))
    }

    @Test(arguments: [(0xC0, 16), (0xC1, 12), (0xC3, 8), (0xC5, 8), (0xC9, 8), (0xCF, 8)] as [(UInt8, UInt8)])
    func `codings and depths that phones do not use are refused`(frame: UInt8, precision: UInt8) throws {
        var forged = ForgedJPEG(width: 64, height: 64, frame: frame)
        forged.precision = precision
        #expect(try HelperRun(forged.bytes).isRefusal)
    }

    @Test func `a file above 25 MiB is refused`() throws {
        let tail = [UInt8](repeating: 0, count: 25 * 1024 * 1024 + 1 - Self.picture.count)
        #expect(try HelperRun(Self.picture + tail.dropLast()).status == 0)
        #expect(try HelperRun(Self.picture + tail).isRefusal)
    }

    /// Pictures of a few bytes or megabytes that have very many pixels or scans.
    private static let bombs: [(name: String, file: ForgedJPEG, isRefused: Bool)] = [
        ("20,000 × 20,000, progressive", ForgedJPEG(width: 20_000, height: 20_000), true),
        ("20,000 × 20,000", ForgedJPEG(width: 20_000, height: 20_000, frame: 0xC0), true),
        ("65,535 × 65,535 in 200 bytes", ForgedJPEG(width: 65_535, height: 65_535, frame: 0xC0, content: 9), true),
        ("no width", ForgedJPEG(width: 0, height: 100, frame: 0xC0, content: 9), true),
        ("no height", ForgedJPEG(width: 100, height: 0, frame: 0xC0, content: 9), true),
        ("100 megapixels in 200 bytes", ForgedJPEG(width: 10_000, height: 10_000, frame: 0xC0, content: 9), false),
        ("100 megapixels", ForgedJPEG(width: 10_000, height: 10_000, frame: 0xC0), false),
        ("65,500 × 1,500", ForgedJPEG(width: 65_500, height: 1_500, frame: 0xC0), false),
        (
            "100 megapixels, a scan for each colour",
            ForgedJPEG(width: 10_000, height: 10_000, frame: 0xC0, isSplit: true), true
        ),
        (
            "24 megapixels, a scan for each colour",
            ForgedJPEG(width: 6_000, height: 4_000, frame: 0xC0, isSplit: true), false
        ),
        ("24 megapixels, progressive", ForgedJPEG(width: 6_000, height: 4_000), false),
        (
            "24 megapixels, four colours, 20 scans",
            ForgedJPEG(width: 6_000, height: 4_000, components: 4, moreScans: 19), false
        ),
        ("24 megapixels, 21 scans", ForgedJPEG(width: 6_000, height: 4_000, moreScans: 20), true),
        ("4.8 megapixels, 100 scans", ForgedJPEG(width: 2_400, height: 2_000, moreScans: 99), false),
        ("101 scans", ForgedJPEG(width: 64, height: 64, moreScans: 100), true),
        ("100,000 scans", ForgedJPEG(width: 8, height: 8, moreScans: 99_999), true),
    ]

    @Test(.enabled(if: TestRun.sanitizer == nil), arguments: bombs.indices)
    func `a bomb costs little`(index: Int) throws {
        let (name, file, isRefused) = Self.bombs[index]
        let bytes = file.bytes
        let run = try HelperRun(bytes)
        Figure.write("thumbnail of a bomb: \(name), \(bytes.count) bytes: \(run.figures)")
        #expect(run.memory < 300 * 1024 * 1024 || run.memory <= run.memoryOfTests, "\(run.figures)")
        #expect(isRefused ? run.isRefusal : run.status == 0, "\(run.figures)")
    }
}

/// What a test measured, as a line of its output.
private enum Figure {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data((text.trimmingCharacters(in: .newlines) + "\n").utf8))
    }
}
