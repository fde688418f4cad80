import FieldpostCore
import Testing

@testable import FieldpostWire

extension WireTests {
    /// What may be written otherwise than this program writes it, and says the same.
    @Suite struct LenientTests {
        struct Lenient: Codable, Equatable {
            let name: String
            let description: String
            let entry: String
        }

        private static let sound = EntryCodec().encode(Samples.created)

        private static let made: [Lenient] = [
            made("unknown-fields", "Field 20 twice, behind all others.", sound + [0xA2, 1, 1, 7, 0xA2, 1, 0]),
            made(
                "varint-not-minimal", "The seq, 1, as a varint of two bytes.",
                Array(sound[..<50]) + [0x10, 0x81, 0x00] + sound[52...]),
            made(
                "zeros-written", "previous_seq stands, though it is 0.",
                Array(sound[..<90]) + [0x30, 0x00] + sound[90...]),
        ]

        private static func made(_ name: String, _ description: String, _ bytes: [UInt8]) -> Lenient {
            Lenient(name: name, description: description, entry: Hex.encode(bytes))
        }

        @Test func `What is written otherwise is read as the same entry, under a hash of its own`() throws {
            if ProtocolFiles.isWriting { try ProtocolFiles.write(Self.made, to: "vectors/lenient.json") }
            let published: [Lenient] = try ProtocolFiles.read("vectors/lenient.json")
            #expect(published == Self.made)
            for vector in published {
                let bytes = try #require(Hex.decode(vector.entry))
                let sealed = EntryCodec().open(bytes, at: Samples.created.dot)
                #expect(sealed.entry == Samples.created, "\(vector.name)")
                #expect(sealed.bytes == bytes && sealed.hash != Chain.hash(entry: Self.sound))
            }
        }
    }
}
