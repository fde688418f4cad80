import FieldpostCore
import Testing

@testable import FieldpostWire

extension WireTests {
    @Suite struct BatchCodecTests {
        @Test(arguments: 0..<100 as Range<UInt64>)
        func `Entries come back from a batch unchanged`(seed: UInt64) throws {
            var random = Seed(seed)
            let entries = (0..<random.number(1...60)).map { _ in random.packedEntry() }
            let body = BatchCodec.compress(entries)
            #expect(try BatchCodec.expand(body) == entries, "replay: seed \(seed)")
        }

        @Test func `Entries of usual reports shrink, also a single one`() {
            let entries = Samples.reports(200).map(EntryCodec().encode)
            let many = BatchCodec.compress(entries)
            #expect(many.codec == .deflate)
            #expect(many.data.count * 3 < Int(many.rawBytes))
            let one = BatchCodec.compress([entries[0]])
            let bare = Deflater.deflate(entries[0], dictionary: [])
            #expect(one.dictionary == Dictionaries.current)
            #expect(one.data.count < bare.count * 3 / 4)
        }

        @Test func `A batch that must not withhold an entry is refused with that entry's number`() throws {
            let whole = [EntryCodec().encode(Samples.created), [0]]
            #expect(try BatchCodec.expandWhole(BatchCodec.compress(whole)) == whole)
            let body = BatchCodec.compress(whole.map(PackedEntry.bytes) + [.withheld(Chain.hash(entry: []))])
            #expect(throws: Violation(.badBatch, "entry 3 of 3 is withheld").withAdvice) {
                try BatchCodec.expandWhole(body)
            }
        }

        @Test(arguments: 0...31)
        func `A batch that ends inside a withheld entry's hash is refused`(bytes: Int) {
            let data = [1, 0xAA, 0] + Seed.incompressible(bytes)
            let body = CompressedEntries(
                codec: .stored, dictionary: 0, count: 2, rawBytes: UInt32(data.count), data: data)
            #expect(throws: Violation(.badBatch, "entry 2 of 2 reaches beyond the batch").withAdvice) {
                try BatchCodec.expand(body)
            }
        }

        @Test func `What deflate cannot shrink is stored`() throws {
            let body = BatchCodec.compress([Seed.incompressible(5000)])
            #expect(body.codec == .stored)
            #expect(body.dictionary == 0)
            #expect(try BatchCodec.expandWhole(body) == [Seed.incompressible(5000)])
        }

        @Test func `A text of one repeated character is stored, because no receiver would inflate it`() throws {
            let entry = [UInt8](repeating: 0x61, count: 100_000)
            let body = BatchCodec.compress([entry])
            #expect(body.codec == .stored)
            #expect(try BatchCodec.expandWhole(body) == [entry])
        }

        @Test func `The largest batch fits into a frame`() throws {
            let entry = Seed.incompressible(Limits.batchRawBytes - 3)
            let body = BatchCodec.compress([entry])
            #expect(body.rawBytes == UInt32(Limits.batchRawBytes))
            let batch = Batch(
                stream: 1, origin: Samples.origin, firstSeq: Limits.seq, lastSeq: Limits.seq, chainBefore: .zero,
                body: body)
            var decoder = MessageDecoder()
            decoder.append(
                Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello)) + MessageEncoder.encode(.batch(batch)))
            #expect(try decoder.next() == .hello(Samples.hello))
            #expect(try decoder.next() == .batch(batch))
        }

        @Test(arguments: 0..<500 as Range<UInt64>)
        func `A damaged body ends in a violation or in entries, within the limits`(seed: UInt64) {
            var random = Seed(seed)
            var body = BatchCodec.compress((0..<5).map { _ in random.packedEntry() })
            for _ in 0..<random.number(1...4) {
                body.data[random.number(0...body.data.count - 1)] = UInt8(random.number(0...255))
            }
            do throws(Violation) {
                let entries = try BatchCodec.expand(body)
                #expect(entries.count == 5, "replay: seed \(seed)")
            } catch {
                #expect([.badBatch, .inflateTooLarge].contains(error.code), "replay: seed \(seed)")
            }
        }

        @Test func `The dictionary is the one that PROTOCOL.md names`() {
            var hasher = DigestOfBytes()
            hasher.add(Dictionaries.first)
            #expect(Dictionaries.first.count == 9400)
            #expect(hasher.hex == "ecd08a4279936bb75811d1e071e101be003fdde589e6578aaa44f73a90a5b4b2")
            #expect(FrameLayout.checksum(Dictionaries.first[...]) == 0xDAAC_773E)
        }
    }
}
