import FieldpostCore
import Testing

@testable import FieldpostWire

extension WireTests {
    /// The columns form of batches (PROTOCOL.md, 7.8 to 7.12).
    @Suite struct ColumnsTests {
        @Test(arguments: 0..<200 as Range<UInt64>)
        func `Entries come back from the columns form unchanged`(seed: UInt64) throws {
            var random = Seed(seed)
            let entries = (0..<random.number(1...40)).map { _ in random.packedEntry() }
            let form = ColumnsWriter.form(of: entries)
            let raw = RawForm.size(of: entries)
            #expect(
                try ColumnsReader.entries(of: form, count: entries.count, rawBytes: raw) == entries,
                "replay: seed \(seed)")
            #expect(ColumnsReader.gives(form, entries, rawBytes: raw), "replay: seed \(seed)")
        }

        @Test(arguments: 0..<100 as Range<UInt64>)
        func `A form that gives other bytes is noticed before it is sent`(seed: UInt64) {
            var random = Seed(seed)
            let entries = (0..<random.number(1...10)).map { _ in random.packedEntry() }
            var others = entries
            let changed = random.number(0...entries.count - 1)
            switch others[changed] {
            case .bytes(var bytes):
                bytes[random.number(0...bytes.count - 1)] ^= 1
                others[changed] = .bytes(bytes)
            case .withheld(let hash): others[changed] = .withheld(Hash256(hashing: hash.bytes))
            }
            let form = ColumnsWriter.form(of: entries)
            let isSame = ColumnsReader.gives(form, others, rawBytes: RawForm.size(of: others))
            #expect(!isSame, "replay: seed \(seed)")
        }

        @Test func `An entry that this program writes is split, and one with a longer varint stands whole`() {
            var splitter = EntrySplitter()
            let written = EntryCodec().encode(Samples.created)
            let isSplit = written.withUnsafeBufferPointer { splitter.split($0) }
            #expect(isSplit)
            for other in [[0x10, 0x81, 0x00], [0x22, 0x81, 0x00, 0x61], [0x60, 0x01], [0x22, 0x02, 0x61]] as [[UInt8]] {
                let isSplit = other.withUnsafeBufferPointer { splitter.split($0) }
                #expect(!isSplit, "\(other)")
                #expect((try? BatchCodec.expandWhole(BatchCodec.compress([other]))) == [other])
            }
        }

        @Test func `Numbers are written as PROTOCOL.md shows`() {
            #expect(Self.column([7, 8, 9]) == [0x10, 7, 2])
            #expect(Self.column([100, 400, 200, 300]) == [1, 0xC8, 1, 0x64, 0, 3, 1, 2])
            #expect(Self.column([5, 5, 5]) == [0, 10])
        }

        @Test(arguments: 0..<300 as Range<UInt64>)
        func `Numbers come back from a column, at both ends of their range too`(seed: UInt64) throws {
            var random = Seed(seed)
            let extremes: [UInt64] = [0, 1, .max, .max - 1, 1 << 63, 1 << 63 - 1]
            let numbers = (0..<random.number(1...20)).map { _ in
                random.flip() ? extremes[random.number(0...extremes.count - 1)] : random.next() >> random.next() % 64
            }
            let bytes = Self.column(numbers)
            var position = 0
            var reader = try #require(NumberReader(bytes, at: &position, count: numbers.count))
            #expect(position == bytes.count)
            let read = bytes.withUnsafeBufferPointer { bytes in numbers.map { _ in reader.next(bytes) } }
            #expect(read == numbers, "replay: seed \(seed)")
        }

        @Test(arguments: [
            "", "abc", "井盖缺失，请尽快更换。", "3栋2单元", "é ß Ω", "😀 emoji", "한국어", "\u{4E00}\u{9FFF}\u{3000}\u{FF0C}\u{7FF}",
        ])
        func `Texts come back from their packed form`(text: String) {
            #expect(Self.unpacked(Self.packed(Array(text.utf8))) == Array(text.utf8))
        }

        @Test(arguments: 0..<300 as Range<UInt64>)
        func `Bytes that are no text come back too`(seed: UInt64) {
            var random = Seed(seed)
            let parts: [[UInt8]] = [
                [0xE4, 0xB8], [0xE4, 0xB8, 0x80], [0xC2], [0xC3, 0xA9], [0xFF], [0x61], [0xED, 0xA0, 0x80],
            ]
            let bytes = (0..<random.number(0...400)).flatMap { _ in parts[random.number(0...parts.count - 1)] }
            #expect(Self.unpacked(Self.packed(bytes)) == bytes, "replay: seed \(seed)")
        }

        @Test func `A Chinese text takes two bytes a character, or one`() {
            #expect(Self.packed(Array("井盖，é".utf8)) == [0x80, 0x95, 0xA8, 0xD6, 0xDD, 0xD2, 0xE9])
        }

        private static func column(_ numbers: [UInt64]) -> [UInt8] {
            var bytes: [UInt8] = []
            NumberColumn.append(numbers, to: &bytes)
            return bytes
        }

        private static func packed(_ text: [UInt8]) -> [UInt8] {
            var packed: [UInt8] = []
            text.withUnsafeBufferPointer { PackedText.append($0, to: &packed) }
            return packed
        }

        private static func unpacked(_ packed: [UInt8]) -> [UInt8]? {
            var text: [UInt8] = []
            let isText = packed.withUnsafeBufferPointer { PackedText.unpack($0, to: &text, limit: 100_000) }
            return isText ? text : nil
        }
    }
}
