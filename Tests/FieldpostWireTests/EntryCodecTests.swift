import FieldpostCore
import SwiftProtobuf
import Testing

@testable import FieldpostWire

extension WireTests {
    @Suite struct EntryCodecTests {
        private let codec = EntryCodec()

        @Test(arguments: 0..<300 as Range<UInt64>)
        func `An entry is read back from its bytes unchanged`(seed: UInt64) {
            var random = Seed(seed)
            let entry = random.entry()
            let bytes = codec.encode(entry)
            let sealed = codec.open(bytes, at: entry.dot)
            #expect(sealed.entry == entry, "replay: seed \(seed)")
            #expect(sealed.bytes == bytes)
            #expect(sealed.hash == Chain.hash(entry: bytes))
            #expect(codec.dot(of: bytes) == entry.dot)
        }

        @Test(arguments: 0..<300 as Range<UInt64>)
        func `The bytes are those that the generated code writes`(seed: UInt64) throws {
            var random = Seed(seed)
            let bytes = codec.encode(random.entry())
            let generated = try WireEntry(serializedBytes: bytes)
            let again: [UInt8] = try generated.serializedBytes()
            #expect(again == bytes, "replay: seed \(seed)")
            #expect(generated.unknownFields.data.isEmpty)
        }

        @Test(arguments: 0..<500 as Range<UInt64>)
        func `Damaged bytes are quarantined or read differently, and are kept`(seed: UInt64) {
            var random = Seed(seed)
            let entry = random.entry()
            var bytes = codec.encode(entry)
            for _ in 0..<random.number(1...3) {
                bytes[random.number(0...bytes.count - 1)] = UInt8(random.number(0...255))
            }
            if random.flip() { bytes.removeLast(random.number(1...bytes.count)) }
            #expect(codec.open(bytes, at: entry.dot).bytes == bytes, "replay: seed \(seed)")
        }

        @Test func `An entry of an unknown kind is kept, and changes nothing`() throws {
            var random = Seed(1)
            var entry = random.entry()
            entry.kind = .unknown(77)
            let sealed = codec.open(codec.encode(entry), at: entry.dot)
            let opened = try #require(sealed.entry)
            #expect(opened.kind == .unknown(77))
            #expect(opened.change.isEmpty)
            #expect(opened.report == entry.report)
        }

        @Test func `Fields of a later version are kept in the bytes`() throws {
            var random = Seed(2)
            let entry = random.entry()
            let bytes = codec.encode(entry) + [0x9A, 0x06, 0x03, 1, 2, 3]
            let sealed = codec.open(bytes, at: entry.dot)
            #expect(sealed.entry == entry)
            #expect(sealed.bytes == bytes)
        }

        @Test func `Bytes at another dot are quarantined`() {
            var random = Seed(3)
            let entry = random.entry()
            let sealed = codec.open(codec.encode(entry), at: Dot(entry.dot.origin, entry.dot.seq + 1))
            #expect(sealed.entry == nil)
        }

        @Test func `An incident is read back unchanged`() {
            let incident = Samples.incident
            #expect(codec.open(codec.encode(incident), at: incident.dot).entry == incident)
        }

        @Test(arguments: Flaw.ofIncidents)
        func `An incident that is more than one note is quarantined`(flaw: Flaw) {
            var incident = Samples.incident
            flaw.apply(&incident)
            #expect(codec.open(codec.encode(incident), at: incident.dot).entry == nil)
        }

        @Test(arguments: Flaw.all)
        func `An entry that exceeds a limit is quarantined`(flaw: Flaw) {
            var random = Seed(4)
            var entry = random.entry()
            entry.change = Change()
            #expect(codec.open(codec.encode(entry), at: entry.dot).entry != nil)
            flaw.apply(&entry)
            #expect(codec.open(codec.encode(entry), at: entry.dot).entry == nil)
        }
    }
}
