import FieldpostCore
import FieldpostMedia
import MediaSamples
import Testing

struct RecognitionTests {
    @Test(arguments: Sample.all)
    func `a whole file is recognized by its content`(sample: Sample) throws {
        let file = try Sample.recognized(sample.bytes).get()
        #expect(file.format == sample.format)
        #expect(file.size?.width == sample.width && file.size?.height == sample.height)
        #expect(file.contentBytes == sample.bytes.count)
    }

    @Test func `what follows the first image of a JPEG file, a PNG or a WebP file is legal`() throws {
        let first = SampleJPEG.bytes()
        let second = first + Bytes.text("SEFT") + [0, 0xFF, 0xD8, 0xFF]
        let file = try Sample.recognized(SampleJPEG.bytes(after: second)).get()
        #expect(file.contentBytes == first.count)
        let png = SamplePNG.bytes()
        #expect(try Sample.recognized(png + second).get().contentBytes == png.count)
        #expect(try Sample.recognized(SampleWebP.simple + second).get().contentBytes == SampleWebP.simple.count)
    }

    @Test func `data that a camera appends to a clip or a HEIC photo are legal`() throws {
        let tail = [UInt8](repeating: 1, count: 40)
        for sample in [SampleISO.mp4(), SampleISO.heic(exif: Sample.tiff)] {
            #expect(try Sample.recognized(sample + tail).get().contentBytes == sample.count)
        }
    }

    @Test func `a progressive JPEG image is told from one in a single pass`() throws {
        var bytes = SampleJPEG.bytes()
        #expect(try !Sample.recognized(bytes).get().isProgressive)
        let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC0]) })
        bytes[frame + 1] = 0xC2
        #expect(try Sample.recognized(bytes).get().isProgressive)
    }

    @Test func `an end-of-image marker inside a segment or doubled bytes FF do not end the image`() throws {
        let thumbnail = SampleJPEG.exif(Sample.tiff + SampleJPEG.bytes())
        let filled = SampleJPEG.bytes([thumbnail, [0xFF, 0xFF, 0xFF], SampleJPEG.segment(0xFE, [1])])
        #expect(try Sample.recognized(filled).get().contentBytes == filled.count)
    }

    @Test(arguments: [
        ("moov at the front", SampleISO.movie([SampleISO.track("vide")]), true),
        ("a size in 64 bits", SampleISO.largeBox("mdat", [1, 2, 3]), false),
    ])
    func `the boxes of a clip come in any order and form`(name: String, part: [UInt8], isMovie: Bool) throws {
        let data = isMovie ? SampleISO.box("mdat", [1, 2, 3]) : SampleISO.movie([SampleISO.track("vide")])
        #expect(try Sample.recognized(SampleISO.brands("isom") + part + data).get().format == .mp4)
    }

    @Test func `a clip without brands, from an old camera, is QuickTime`() throws {
        let old = SampleISO.box("wide", []) + SampleISO.box("mdat", [1]) + SampleISO.movie([SampleISO.track("vide")])
        #expect(try Sample.recognized(old).get().format == .quickTime)
    }

    @Test(arguments: [
        ("image/jpeg", 0), ("image/jpg", 0), ("IMAGE/JPEG; q=1", 0), ("", 0), ("application/octet-stream", 0),
        ("image/png", 1), ("image/webp", 2), ("image/heif", 4), ("video/mp4", 6), ("video/3gpp", 7),
        ("video/quicktime", 8), ("audio/mp4", 10), ("audio/x-m4a", 10), ("audio/aac", 11),
        ("audio/ogg; codecs=opus", 13),
    ])
    func `usual names of a format are taken`(mediaType: String, sample: Int) {
        #expect(Sample.recognized(Sample.all[sample].bytes, as: mediaType).failure == nil)
    }

    @Test func `a file that is declared as another format is refused, and told its own`() throws {
        for sample in Sample.all {
            let declared = sample.format == .png ? "image/jpeg" : "image/png"
            let refusal = try #require(Sample.recognized(sample.bytes, as: declared).failure)
            #expect(refusal == .mislabelled(declared: declared, sample.format))
            #expect(refusal.description.contains(declared))
            #expect(refusal.description.contains("Declare it as \(sample.format.mediaType)"))
        }
        #expect(Sample.recognized(Sample.all[0].bytes, as: "video/mp4").failure != nil)
    }

    @Test(arguments: [
        (Bytes.text("GIF89a......"), "GIF"), (Bytes.text("RIFF....WAVE"), "WAV"), (Bytes.text("%PDF-1.7"), "PDF"),
        ([0x1A, 0x45, 0xDF, 0xA3], "WebM or Matroska"), (SampleSound.tag + [0xFF, 0xFB, 0x90, 0], "MP3"),
        (SampleISO.brands("avif", ["mif1"]), "AVIF"), (SampleISO.brands("mif1", ["avif"]), "AVIF"),
        (SampleSound.opus(codec: Bytes.text("Speex   ")), "Ogg with another codec than Opus or Vorbis"),
    ])
    func `a format that is not taken is called by its name`(bytes: [UInt8], name: String) {
        #expect(Sample.recognized(bytes).failure == .notTaken(name))
    }

    @Test func `an empty file, and one of no known format, are refused with what to do`() {
        #expect(Sample.recognized([]).failure == .empty)
        #expect(Sample.recognized(Bytes.text("Hello, this is text.")).failure == .unknown)
        #expect(MediaRefusal.empty.description.contains("Choose the photo again"))
        #expect(MediaRefusal.unknown.description.contains("Send JPEG"))
    }

    @Test(arguments: MediaDefect.allCases)
    func `each defect says what to do`(defect: MediaDefect) {
        let text = MediaRefusal.defective(.jpeg, defect).description
        #expect(text.hasPrefix("The JPEG file "))
        #expect(text.contains(defect.isTruncation ? "Send the whole file again" : "save it as a new file"))
    }

    @Test(arguments: [
        (SampleJPEG.startOfImage + SampleJPEG.jfif + SampleJPEG.endOfImage, MediaDefect.noPicture),
        (SamplePNG.signature + SamplePNG.chunk("IDAT", []), .malformed),
        (SampleWebP.file(SampleWebP.chunk("ICCP", [])), .noPicture),
        (SampleISO.brands("isom") + SampleISO.box("mdat", [1]), .noMovieIndex),
        (SampleISO.brands("isom") + SampleISO.movie([SampleISO.track("vide")]), .noMediaData),
        (SampleISO.mp4(tracks: [SampleISO.track("text")]), .noTracks),
        (SampleISO.brands("heic") + SampleISO.box("mdat", [1]), .noMediaData),
    ])
    func `a file that lacks what its format requires is refused`(bytes: [UInt8], defect: MediaDefect) {
        guard case .defective(_, let found) = Sample.recognized(bytes).failure else {
            Issue.record("it was taken")
            return
        }
        #expect(found == defect)
    }

    @Test func `the data of a HEIC item must be in the file`() {
        let whole = SampleISO.heic(exif: Sample.tiff)
        // The box `mdat` says that it is shorter, and the index still names all of its data.
        var bytes = Array(whole.dropLast(4))
        let data = bytes.count - (whole.count - 4 - (whole.count - 20 - 10 - Sample.tiff.count - 8))
        bytes.replaceSubrange(data..<(data + 4), with: Bytes.big(bytes.count - data, 4))
        #expect(Sample.recognized(bytes).failure == .defective(.heic, .noMediaData))
    }

    @Test func `an index of HEIC items that names many extents without bytes is refused`() {
        let size = SampleISO.box(
            "iprp", SampleISO.box("ipco", SampleISO.fullBox("ispe", Bytes.big(64, 4) + Bytes.big(48, 4))))
        for (count, defect) in [(1, nil), (2, MediaDefect.malformed), (0xFFFF, .malformed)] {
            let index = SampleISO.fullBox("iloc", [0, 0, 0, 1] + [0, 1, 0, 0] + Bytes.big(count, 2))
            let bytes = SampleISO.brands("heic") + SampleISO.fullBox("meta", size + index)
            #expect(Sample.recognized(bytes).failure == defect.map { .defective(.heic, $0) })
        }
    }

    @Test func `a file of more parts than any camera makes is refused`() {
        let comment = SampleJPEG.segment(0xFE, [])
        let bytes = SampleJPEG.startOfImage + (0...Limits.mediaParts).flatMap { _ in comment }
        #expect(Sample.recognized(bytes).failure == .defective(.jpeg, .tooManyParts))
    }
}
