import FieldpostCore
import Testing

struct EntryTests {
    let sound = Samples.entry(1, at: 1, 5, after: 4, seen: Samples.vector((1, 4)), depth: 2, Samples.text("a"))

    @Test func `a sound entry has no defect`() {
        #expect(sound.defect == nil)
    }

    @Test func `a seq is at least 1 and within its limit`() {
        #expect(Samples.entry(1, at: 1, 0, Samples.text("a")).defect != nil)
        #expect(Samples.entry(1, at: 1, Limits.seq, Samples.text("a")).defect == nil)
        #expect(Samples.entry(1, at: 1, Limits.seq + 1, Samples.text("a")).defect != nil)
    }

    @Test func `the previous seq is before the entry's own`() {
        var entry = sound
        entry.previousSeq = 5
        #expect(entry.defect != nil)
    }

    @Test func `a context cannot cover the entry's own dot`() {
        var entry = sound
        entry.context = Samples.vector((1, 5))
        #expect(entry.defect != nil)
    }

    @Test func `a context names no more origins than the limit`() {
        func clock(_ count: Int) -> VersionVector {
            VersionVector(
                (0..<count).map { number in
                    (Origin(node: NodeID(publicKey: [9]), incarnation: Incarnation(UInt128(number))), 1)
                })
        }
        var entry = sound
        entry.context = clock(Limits.contextOrigins)
        #expect(entry.defect == nil)
        entry.context = clock(Limits.contextOrigins + 1)
        #expect(entry.defect != nil)
    }

    @Test(arguments: [0, Limits.depth + 1]) func `a depth is within its limit`(depth: UInt64) {
        var entry = sound
        entry.depth = depth
        #expect(entry.defect != nil)
    }

    @Test func `a sealed entry carries the hash of its bytes`() {
        let sealed = SealedEntry(dot: sound.dot, bytes: Array("first".utf8), content: .entry(sound))
        #expect(sealed.hash == Chain.hash(entry: Array("first".utf8)))
        #expect(sealed.entry == sound)
        #expect(SealedEntry(dot: sound.dot, bytes: [], content: .quarantined(reason: "no")).entry == nil)
    }
}
