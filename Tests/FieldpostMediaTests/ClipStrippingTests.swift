import FieldpostMedia
import MediaSamples
import Testing

struct ClipStrippingTests {
    private static let secret = Bytes.text("SECRET")

    private func stripped(_ bytes: [UInt8]) throws -> Result<StrippedFile<MemoryBytes>, StripRefusal> {
        try MediaFile.recognize(MemoryBytes(bytes)).get().stripped(MemoryBytes(bytes))
    }

    @Test func `of a clip stay pictures and sound, each at its place`() throws {
        let clip = SampleClip.bytes(place: Self.secret)
        let result = try stripped(clip + [UInt8](repeating: 1, count: 20)).get().all
        #expect(clip.contains(Self.secret) && !result.contains(Self.secret))
        #expect(result.count == clip.count)
        let data = SampleISO.brands("qt  ").count + 8
        let zeros = [UInt8](repeating: 0, count: Self.secret.count)
        let samples = SampleClip.pictures + zeros + SampleClip.sound
        #expect(Array(result[data..<(data + samples.count)]) == samples)
        #expect(!result.contains(Bytes.text("udta")) && result.contains(Bytes.text("stco")))
        // The times of creation and of modification in all headers.
        for time in [0xE000_0000, 0xE000_0001] {
            #expect(clip.contains(Bytes.big(time, 4)) && !result.contains(Bytes.big(time, 4)))
        }
        let (before, after) = (
            try MediaFile.recognize(MemoryBytes(clip)).get(), try MediaFile.recognize(MemoryBytes(result)).get()
        )
        #expect(before == after)
        #expect(try stripped(result).get().all == result)
    }

    @Test func `of a clip in fragments stay the fragments`() throws {
        let fragment =
            SampleISO.box("moof", SampleISO.fullBox("mfhd", [0, 0, 0, 1])) + SampleISO.box("mdat", [1, 2, 3])
            + SampleISO.box("uuid", Self.secret + Self.secret + Self.secret)
        let clip = SampleISO.mp4() + fragment
        let result = try stripped(clip).get().all
        #expect(!result.contains(Self.secret) && result.contains(Bytes.text("mfhd")) && result.contains([1, 2, 3]))
        #expect(result.count == clip.count)
    }

    @Test func `a track whose samples cannot be found leaves no stripped form`() throws {
        let fragment = SampleISO.box("moof", [])
        for clip in [
            SampleClip.bytes(fragment: fragment),
            SampleISO.mp4(tracks: [SampleISO.track("vide"), SampleISO.track("meta")]),
        ] {
            guard case .failure(.noStripper) = try stripped(clip) else {
                Issue.record("it was stripped")
                return
            }
        }
    }

    @Test func `tables that lie about the place of samples leave no stripped form, or one with zeros there`() throws {
        let clip = SampleClip.bytes(place: Self.secret)
        for position in clip.indices {
            for change: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
                var bytes = clip
                bytes[position] ^= change
                guard let file = try? MediaFile.recognize(MemoryBytes(bytes)).get(),
                    let result = try? file.stripped(MemoryBytes(bytes)).get()
                else { continue }
                let all = result.all
                // Each byte is that of the original, a zero, or of the name of free space.
                let differs = all.indices.filter { all[$0] != bytes[$0] && all[$0] != 0 }
                #expect(differs.allSatisfy { Bytes.text("free").contains(all[$0]) }, "byte \(position) ^ \(change)")
            }
        }
    }

    @Test(arguments: ["M4A ", "isom"])
    func `a sound in boxes is stripped as a clip is`(brand: String) throws {
        let sound = SampleISO.mp4(brand: brand, tracks: [SampleISO.track("soun")]) + SampleISO.box("meta", Self.secret)
        #expect(try !stripped(sound).get().all.contains(Self.secret))
    }

    @Test func `HEIC photos and Ogg sounds have no stripped form yet`() throws {
        for (bytes, format) in [(SampleISO.heic(exif: Sample.tiff), MediaFormat.heic), (SampleSound.opus(), .ogg)] {
            guard case .failure(let refusal) = try stripped(bytes) else {
                Issue.record("it was stripped")
                return
            }
            #expect(refusal == .noStripper(format))
            #expect(refusal.description.contains(format.name))
        }
    }
}
