import FieldpostCore
import SwiftProtobuf
import Testing

@testable import FieldpostWire

extension WireTests {
    @Suite struct EntryCodecTests {
        private let codec = EntryCodec()

        @Test(arguments: 0..<300 as Range<UInt64>)
        func `An entry comes back from its bytes as it was`(seed: UInt64) {
            var random = Seed(seed)
            let entry = random.entry()
            let bytes = codec.encode(entry)
            let sealed = codec.open(bytes, at: entry.dot)
            #expect(sealed.entry == entry, "replay: seed \(seed)")
            #expect(sealed.bytes == bytes)
            #expect(sealed.hash == Chain.hash(entry: bytes))
            #expect(EntryCodec.dot(of: bytes) == entry.dot)
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
        func `Damaged bytes are quarantined or say something else, and are kept`(seed: UInt64) {
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

        @Test func `Bytes that stand at another dot are quarantined`() {
            var random = Seed(3)
            let entry = random.entry()
            let sealed = codec.open(codec.encode(entry), at: Dot(entry.dot.origin, entry.dot.seq + 1))
            #expect(sealed.entry == nil)
        }

        @Test(arguments: Flaw.all)
        func `What breaks a limit is quarantined`(flaw: Flaw) {
            var random = Seed(4)
            var entry = random.entry()
            entry.change = Change()
            #expect(codec.open(codec.encode(entry), at: entry.dot).entry != nil)
            flaw.apply(&entry)
            #expect(codec.open(codec.encode(entry), at: entry.dot).entry == nil)
        }
    }
}

/// One thing wrong with an entry.
struct Flaw: CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout Entry) -> Void

    static let all: [Flaw] = [
        Flaw("a text too long") {
            $0.change.fields[.text] = .text(String(repeating: "a", count: Limits.textBytes + 1))
        },
        Flaw("an author too long") { $0.author = String(repeating: "a", count: Limits.shortTextBytes + 1) },
        Flaw("a field name with a capital") { $0.change.fields[FieldName(rawValue: "Text")] = .cleared },
        Flaw("a field name that is empty") { $0.change.fields[FieldName(rawValue: "")] = .cleared },
        Flaw("too many fields") {
            for index in 0...Limits.changeFields { $0.change.fields[FieldName(rawValue: "x\(index)")] = .cleared }
        },
        Flaw("too many elements") {
            $0.change.notes = Array(repeating: Note(text: "n"), count: Limits.changeElements)
            $0.change.traces = [Trace(stage: "closed", department: "", text: "")]
        },
        Flaw("too many removals") {
            for index in 0...Limits.changeElements {
                $0.change.removals.insert(ElementID(entry: EntryID(1), index: UInt32(index)))
            }
        },
        Flaw("a clock of 257 origins") {
            for index in 0...UInt128(Limits.clockOrigins) {
                $0.clock.include(Dot(Origin(node: NodeID(.zero), incarnation: Incarnation(index)), 1))
            }
        },
        Flaw("depth 0") { $0.depth = 0 },
        Flaw("a depth out of range") { $0.depth = Limits.depth + 1 },
        Flaw("a seq in the clock out of range") { $0.clock.include(Dot($0.dot.origin, Limits.seq + 1)) },
        Flaw("a clock that covers the entry itself") { $0.clock.include($0.dot) },
        Flaw("a latitude beyond the pole") {
            let point = Location(latitudeE7: 900_000_001, longitudeE7: 0, datum: .wgs84, accuracyCentimetres: 0)
            $0.change.fields[.location] = .location(point)
        },
        Flaw("a blob too large") {
            $0.change.attachments = [Attachment(blob: .zero, mediaType: "", byteCount: Limits.blobBytes + 1)]
        },
        Flaw("kind 0") { $0.kind = .unknown(0) },
        Flaw("an entry too large") {
            $0.change.notes = Array(
                repeating: Note(text: String(repeating: "a", count: Limits.textBytes)),
                count: Limits.entryBytes / Limits.textBytes + 1)
        },
    ]

    private init(_ description: String, _ apply: @escaping @Sendable (inout Entry) -> Void) {
        testDescription = description
        self.apply = apply
    }
}
