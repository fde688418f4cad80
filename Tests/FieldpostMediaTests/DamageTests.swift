import FieldpostMedia
import MediaSamples
import Testing

/// A file may be cut and changed in any way. Each is judged, and none stops the program.
struct DamageTests {
    @Test(arguments: Sample.all)
    func `no beginning of a file is taken for the whole`(sample: Sample) {
        for length in 0..<sample.bytes.count where !isWhole(sample, length) {
            let refusal = Sample.recognized(Array(sample.bytes.prefix(length))).failure
            #expect(refusal != nil, "the first \(length) bytes")
            // From the length on that shows the format, the refusal says that the rest is missing.
            guard length >= 32, case .defective(sample.format, let defect) = refusal else { continue }
            #expect(defect.isTruncation, "the first \(length) bytes: \(defect)")
        }
    }

    /// Sounds have no end of their own: a cut between two frames or pages makes a shorter sound.
    private func isWhole(_ sample: Sample, _ length: Int) -> Bool {
        guard sample.format == .aac || sample.format == .ogg else { return false }
        var ends: [Int] = []
        if sample.format == .aac {
            let start = sample.bytes.starts(with: SampleSound.tag) ? SampleSound.tag.count : 0
            for count in 1...4 { ends.append(start + SampleSound.aac(frames: count).count) }
        } else {
            ends.append(sample.bytes.count - SampleSound.oggPage(2, flags: 4, Array(repeating: 0, count: 300)).count)
        }
        return ends.contains(length)
    }

    @Test(arguments: Sample.all)
    func `any change of one byte is judged`(sample: Sample) {
        for position in sample.bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF, sample.bytes[position], ~sample.bytes[position]] {
                var bytes = sample.bytes
                bytes[position] ^= change
                let file = try? Sample.recognized(bytes).get()
                #expect((file?.contentBytes ?? 0) <= bytes.count)
            }
        }
    }
}
