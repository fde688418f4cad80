import FieldpostCore
import Testing

@testable import FieldpostWire

extension WireTests {
    /// Encodings that this program does not write, but that mean the same.
    @Suite struct LenientTests {
        struct Lenient: Codable, Equatable {
            let name: String
            let description: String
            let entry: String
        }

        struct LenientFrame: Codable, Equatable {
            let name: String
            let description: String
            /// The name of the frame in frames.json with the same meaning.
            let says: String
            let frame: String
        }

        private static let sound = EntryCodec().encode(Samples.created)

        /// All mean the same as `created`.
        private static let made: [Lenient] = [
            made("unknown-fields", "Field 20 twice, behind all others.", sound + [0xA2, 1, 1, 7, 0xA2, 1, 0]),
            made(
                "unknown-field-fixed", "Field 20 in four bytes, and field 21 in eight bytes of fixed width.",
                sound + [0xA5, 1, 1, 2, 3, 4, 0xA9, 1, 1, 2, 3, 4, 5, 6, 7, 8]),
            made(
                "unknown-field-in-stamp", "Field 4 of the stamp, which version 1 does not know.",
                inserting([0x22, 1, 7], inPartAt: stampAt)),
            made(
                "varint-not-minimal", "The seq, 1, as a varint of two bytes.",
                Array(sound[..<50]) + [0x10, 0x81, 0x00] + sound[52...]),
            made(
                "varint-of-ten-bytes", "The seq, 1, as a varint of ten bytes.",
                Array(sound[..<50]) + [0x10, 0x81] + [UInt8](repeating: 0x80, count: 8) + [0] + sound[52...]),
            made(
                "zeros-written", "previous_seq stands, though it is 0.",
                Array(sound[..<90]) + [0x30, 0x00] + sound[90...]),
        ]

        /// The index of the stamp's key.
        private static let stampAt: Int = {
            let stamp = [UInt8]([0x52, 30, 0x0A, 16]) + Samples.boot.bytes
            return sound.indices.first { sound[$0...].starts(with: stamp) } ?? 0
        }()

        /// The entry with more bytes at the end of a part whose length takes one byte.
        private static func inserting(_ bytes: [UInt8], inPartAt start: Int) -> [UInt8] {
            let end = start + 2 + Int(sound[start + 1])
            let length = sound[start + 1] + UInt8(bytes.count)
            return Array(sound[...start]) + [length] + sound[(start + 2)..<end] + bytes + sound[end...]
        }

        private static func made(_ name: String, _ description: String, _ bytes: [UInt8]) -> Lenient {
            Lenient(name: name, description: description, entry: Hex.encode(bytes))
        }

        @Test func `Another encoding is read as the same entry, with a different hash`() throws {
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

        // MARK: Frames

        @Test func `Another encoding is read as the same message`() throws {
            let made = Self.frames()
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/lenient-frames.json") }
            let published: [LenientFrame] = try ProtocolFiles.read("vectors/lenient-frames.json")
            #expect(published == made)
            for vector in published {
                let frame = try #require(Hex.decode(vector.frame))
                let said = try #require(Samples.messages.first { $0.name == vector.says }, "\(vector.name)")
                let outcome = DecoderVerifier.outcome(of: Preamble.bytes + frame)
                #expect(outcome == .init(messages: [said.message]), "\(vector.name)")
                #expect(frame != MessageEncoder.encode(said.message), "\(vector.name)")
            }
        }

        private static func frames() -> [LenientFrame] {
            let batch = payload(of: .batch(Samples.batch))
            let data = [0x7A] + varint(Samples.batch.body.data.count) + Samples.batch.body.data
            let rest = Array(batch.dropLast(data.count))
            return [
                frame(
                    "ping-unknown-fields", "Fields 2 and 15, which version 1 does not know.", "ping", type: 11,
                    [0x10, 5, 8, 1, 0x7A, 1, 0]),
                frame("ping-twice", "The token stands twice: the last one counts.", "ping", type: 11, [8, 7, 8, 1]),
                frame(
                    "ping-wire-type",
                    "The token as bytes, which is passed over like an unknown field, then as a number.",
                    "ping", type: 11, [0x0A, 1, 9, 8, 1]),
                frame("ping-not-minimal", "The token, 1, as a varint of two bytes.", "ping", type: 11, [8, 0x81, 0]),
                frame("batch-data-first", "The data stand before all else.", "batch", type: 5, data + rest),
                frame(
                    "batch-data-twice", "Other data stand before: the last ones count.", "batch", type: 5,
                    [0x7A, 2, 1, 2] + batch),
                frame(
                    "receipt-not-packed", "The quarantined seqs, one a field.", "receipt-quarantined", type: 6,
                    Array(payload(of: .receipt(Receipt(head: Samples.head)))) + [0x10, 1, 0x10, 2]),
                frame(
                    "fetched-proof-15", "A proof of 15 bytes, which counts as none.", "fetched", type: 15,
                    [0x32, 15] + [UInt8](repeating: 1, count: 15) + payload(of: .fetched(Samples.fetched))),
            ]
        }

        private static func frame(
            _ name: String, _ description: String, _ says: String, type: UInt8, _ payload: [UInt8]
        ) -> LenientFrame {
            let frame = RawFrame(type: type, stream: type == 5 ? 1 : 0, payload: payload)
            return LenientFrame(name: name, description: description, says: says, frame: Hex.encode(frame.bytes))
        }

        private static func payload(of message: Message) -> [UInt8] {
            let frame = MessageEncoder.encode(message)
            return Array(frame[FrameLayout.headerBytes..<frame.count - FrameLayout.checksumBytes])
        }

        private static func varint(_ number: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            Varint.append(UInt64(number), to: &bytes)
            return bytes
        }
    }

    /// An entry of a kind that version 1 does not know.
    @Suite struct UnknownKindTests {
        @Test func `An entry of an unknown kind is read without its change, whatever that contains`() throws {
            var entry = Samples.created
            entry.kind = .unknown(99)
            entry.change = Change()
            let bytes = EntryCodec().encode(entry) + [0x5A, 1, 0xFF]
            let made = LenientTests.Lenient(
                name: "unknown-kind", description: "Kind 99, with a change that is the byte FF.",
                entry: Hex.encode(bytes))
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/unknown-kind.json") }
            #expect(try ProtocolFiles.read("vectors/unknown-kind.json") == made)
            let sealed = EntryCodec().open(bytes, at: entry.dot)
            #expect(sealed.entry == entry && sealed.bytes == bytes)
        }
    }
}
