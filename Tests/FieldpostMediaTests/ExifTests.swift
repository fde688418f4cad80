import FieldpostMedia
import MediaSamples
import Testing

struct ExifTests {
    private func read(_ exif: SampleExif) -> PhotoMetadata {
        PhotoMetadata.read(MemoryBytes(SampleJPEG.bytes(exif: exif.tiff)), format: .jpeg)
    }

    private static let all: PhotoMetadata = {
        var metadata = PhotoMetadata()
        metadata.orientation = .rightTop
        metadata.captured = CalendarTime(
            year: 2026, month: 11, day: 29, hour: 8, minute: 30, second: 15, millisecond: 420
        ).map { CaptureTime(local: $0, offsetMinutes: 480) }
        metadata.positionTime = CalendarTime(
            year: 2026, month: 11, day: 29, hour: 0, minute: 30, second: 14, millisecond: 500)
        return metadata
    }()

    @Test(arguments: [false, true])
    func `all tags are read, in both byte orders`(isLittleEndian: Bool) throws {
        var exif = SampleExif.full
        exif.isLittleEndian = isLittleEndian
        let metadata = read(exif)
        #expect(metadata.orientation == Self.all.orientation)
        #expect(metadata.captured == Self.all.captured)
        #expect(metadata.positionTime == Self.all.positionTime)
        let position = try #require(metadata.position)
        #expect(position.latitudeE7 == 226_917_000 && position.longitudeE7 == 1_143_466_333)
        #expect(position.altitudeMetres == -8.5)
        #expect(position.horizontalErrorMetres == 4.75)
        #expect(position.dilutionOfPrecision == 1.2)
        #expect(metadata.heading?.degrees == 271.25 && metadata.heading?.reference == .magneticNorth)
    }

    @Test func `the tags are found in each format that holds them`() {
        let tiff = SampleExif.full.tiff
        let expected = read(SampleExif.full)
        let withIdentifier = SampleWebP.bytes(exif: Bytes.text("Exif\0\0") + tiff)
        let files: [(MediaFormat, [UInt8])] = [
            (.png, SamplePNG.bytes(exif: tiff)), (.webP, SampleWebP.bytes(exif: tiff)), (.webP, withIdentifier),
            (.heic, SampleISO.heic(exif: tiff)),
        ]
        for (format, bytes) in files {
            #expect(PhotoMetadata.read(MemoryBytes(bytes), format: format) == expected, "\(format)")
        }
        #expect(PhotoMetadata.read(MemoryBytes(SampleISO.mp4()), format: .mp4) == PhotoMetadata())
        #expect(PhotoMetadata.read(MemoryBytes(SampleJPEG.bytes()), format: .jpeg) == PhotoMetadata())
    }

    @Test func `a time without a zone stays one`() throws {
        for offset in [nil, "   :  ", "+25:00", "08:00"] {
            var exif = SampleExif.full
            exif.exif[0x9011] = offset.map { .ascii($0) }
            let captured = try #require(read(exif).captured)
            #expect(captured.local == Self.all.captured?.local)
            #expect(captured.offsetMinutes == nil && captured.unixMilliseconds == nil)
        }
    }

    @Test func `a time with its zone is an instant`() throws {
        #expect(read(SampleExif.full).captured?.unixMilliseconds == 1_795_912_215_420)
        let leap = try #require(CalendarTime(year: 2024, month: 3, day: 1, hour: 0, minute: 0, second: 0))
        #expect(leap.unixMilliseconds(offsetMinutes: 0) == 1_709_251_200_000)
        let early = try #require(CalendarTime(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0))
        #expect(early.unixMilliseconds(offsetMinutes: 60) == -3_600_000)
    }

    @Test(arguments: [
        "    :  :     :  :  ", "0000:00:00 00:00:00", "2026:02:29 10:00:00", "2026:11:29 24:00:00", "2026:11:29", "",
        "29.11.2026 10:00:00", "2026:11:29 08:30:15+0800",
    ])
    func `a time that is none is absent`(text: String) {
        var exif = SampleExif.full
        exif.exif[0x9003] = .ascii(text)
        #expect(read(exif).captured == nil)
    }

    @Test func `a position that a phone took out is absent`() {
        let zero = [SampleExif.Rational](repeating: .init(0, 0), count: 3)
        let origin = [SampleExif.Rational](repeating: .init(0), count: 3)
        let changes: [[Int: SampleExif.Value]] = [
            // Android 10 and later write 0 over everything, and keep the types.
            [0x01: .ascii("\0"), 0x02: .rationals(zero), 0x03: .ascii("\0"), 0x04: .rationals(zero)],
            [0x02: .rationals(origin), 0x04: .rationals(origin)], [0x01: .ascii("")], [0x03: .ascii(" ")],
            [0x04: .rationals(zero)], [0x02: .rationals([.init(91), .init(0), .init(0)])],
            [0x04: .rationals([.init(181), .init(0), .init(0)])], [0x02: .rationals([.init(22)])],
            [0x01: .ascii("X")], [0x02: .longs([22, 0, 0])],
        ]
        for change in changes {
            var exif = SampleExif.full
            exif.gps.merge(change) { $1 }
            #expect(read(exif).position == nil, "\(change)")
            #expect(read(exif).captured != nil)
        }
    }

    @Test func `values that nobody measured are absent, and the position stays`() throws {
        var exif = SampleExif.full
        for tag in [0x06, 0x0B, 0x11, 0x1F] { exif.gps[tag] = .rationals([.init(0, 0)]) }
        var position = try #require(read(exif).position)
        #expect(position.altitudeMetres == nil && position.horizontalErrorMetres == nil)
        #expect(position.dilutionOfPrecision == nil && read(exif).heading == nil)
        exif.gps[0x10] = .ascii("")
        for tag in [0x11, 0x1F] { exif.gps[tag] = .rationals([.init(0)]) }
        position = try #require(read(exif).position)
        #expect(position.horizontalErrorMetres == nil && read(exif).heading == nil)
    }

    @Test func `a place on the equator or the first meridian is one`() {
        var exif = SampleExif.full
        exif.gps[0x02] = .rationals([.init(0), .init(0), .init(0)])
        exif.gps[0x03] = .ascii("W")
        #expect(read(exif).position?.latitudeE7 == 0 && read(exif).position?.longitudeE7 == -1_143_466_333)
    }

    @Test func `directories that name themselves or each other are read once`() {
        var exif = SampleExif.full
        exif.image[0x8769] = .longs([8])
        let bytes = SampleExif.full.tiff
        var circle = bytes
        // The pointers of the first directory name the first directory.
        for index in 0..<3 {
            let entry = 10 + 12 * index
            if [0x8769, 0x8825].contains(Int(circle[entry]) << 8 | Int(circle[entry + 1])) {
                circle.replaceSubrange((entry + 8)..<(entry + 12), with: Bytes.big(8, 4))
            }
        }
        #expect(circle != bytes)
        let metadata = PhotoMetadata.read(MemoryBytes(SampleJPEG.bytes(exif: circle)), format: .jpeg)
        #expect(metadata.orientation == .rightTop && metadata.captured == nil && metadata.position == nil)
    }

    @Test func `Exif data that are cut or changed anywhere are read as far as they go`() {
        for isLittleEndian in [false, true] {
            var exif = SampleExif.full
            exif.isLittleEndian = isLittleEndian
            let tiff = exif.tiff
            for length in 0...tiff.count {
                let cut = SampleJPEG.bytes(exif: Array(tiff.prefix(length)))
                _ = PhotoMetadata.read(MemoryBytes(cut), format: .jpeg)
            }
            for position in tiff.indices {
                for change: UInt8 in [0x01, 0x80, 0xFF] {
                    var changed = tiff
                    changed[position] ^= change
                    _ = PhotoMetadata.read(MemoryBytes(SampleJPEG.bytes(exif: changed)), format: .jpeg)
                }
            }
        }
    }

    @Test func `a HEIC photo that is changed anywhere is read as far as it goes`() {
        let whole = SampleISO.heic(exif: SampleExif.full.tiff)
        for position in whole.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var bytes = whole
                bytes[position] ^= change
                _ = PhotoMetadata.read(MemoryBytes(bytes), format: .heic)
            }
        }
    }
}
