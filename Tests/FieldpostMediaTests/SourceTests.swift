import FieldpostCore
import FieldpostMedia
import MediaSamples
import Testing

/// How files are read: what a failing disk does, and how much of a large file is needed.
struct SourceTests {
    private struct Failed: Error, Hashable {}

    /// Fails at each read from an offset on.
    private struct FailingBytes: RandomAccessBytes {
        let bytes: [UInt8]
        let sound: Int
        var byteCount: Int { bytes.count }

        func read(at offset: Int, count: Int) throws(Failed) -> [UInt8] {
            // One byte at a time, so that each place of failure is reached.
            guard offset < sound else { throw Failed() }
            return Array(bytes[offset..<min(offset + count, sound, bytes.count)])
        }
    }

    @Test(arguments: Sample.all)
    func `a failing disk is told as such, and not as a damaged file`(sample: Sample) throws {
        let file = try Sample.recognized(sample.bytes).get()
        let whole = FailingBytes(bytes: sample.bytes, sound: sample.bytes.count)
        #expect(try MediaFile.recognize(whole).get() == file)
        let failing = FailingBytes(bytes: sample.bytes, sound: 0)
        #expect(throws: Failed.self) { try MediaFile.recognize(failing) }
        if sample.format.kind == .photo {
            #expect(throws: Failed.self) { try PhotoMetadata.read(failing, format: file.format) }
        }
        if let stripped = try? file.stripped(whole).get() {
            #expect(stripped.byteCount > 0)
            #expect(throws: Failed.self) { try file.stripped(failing) }
        }
    }

    /// A clip of which only the ends exist. It counts what is read.
    private final class LargeClip: RandomAccessBytes {
        let front: [UInt8]
        let back: [UInt8]
        let byteCount: Int
        private(set) var bytesRead = 0
        private(set) var longest = 0

        init(mebibytes: Int) {
            let data = mebibytes << 20
            front = SampleISO.brands("isom") + Bytes.big(data + 8, 4) + Bytes.text("mdat")
            back = SampleISO.movie([SampleISO.track("vide"), SampleISO.track("soun")])
            byteCount = front.count + data + back.count
        }

        func read(at offset: Int, count: Int) -> [UInt8] {
            bytesRead += count
            longest = max(longest, count)
            return (offset..<min(offset + count, byteCount)).map {
                $0 < front.count ? front[$0] : $0 < byteCount - back.count ? 0xAA : back[$0 - (byteCount - back.count)]
            }
        }
    }

    @Test func `a clip of 200 MiB with its index at the end is recognized by its ends alone`() throws {
        let clip = LargeClip(mebibytes: 200)
        let file = try MediaFile.recognize(clip).get()
        #expect(file.format == .mp4 && file.size?.width == 640 && file.contentBytes == clip.byteCount)
        #expect(clip.bytesRead <= 4 * Limits.mediaReadBytes)
        #expect(clip.longest <= Limits.mediaReadBytes)
    }
}
