import FieldpostCore
import Testing

@testable import FieldpostWire

extension WireTests {
    /// Protocol/vectors/dots.json: the entries of a feed batch whose dot can be read (PROTOCOL.md, 7.7).
    @Suite struct DotVectorTests {
        struct Vector: Codable, Equatable {
            var description: String
            var entry: String
            /// Absent when the dot cannot be read.
            var origin: String?
            var seq: UInt64?
        }

        private static let sound = EntryCodec().encode(Samples.created)
        /// Origin (50 bytes), then seq (2).
        private static let origin = Array(sound[..<50])

        private static let made: [Vector] = [
            vector("A sound entry.", sound, seq: 1),
            vector("Nothing behind the dot.", Array(sound[..<52]), seq: 1),
            vector("The dot, and then a varint that does not end.", sound[..<52] + [0x18, 0x80], seq: 1),
            vector(
                "The greatest seq, 2^40 - 1.", origin + [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F], seq: Limits.seq),
            vector("The seq, 1, as a varint of two bytes.", origin + [0x10, 0x81, 0x00], seq: 1),
            vector("No bytes.", []),
            vector("The origin alone.", origin),
            vector("Seq 0.", origin + [0x10, 0x00]),
            vector("Seq 2^40.", origin + [0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]),
            vector("The seq as bytes.", origin + [0x12, 1, 1]),
            vector("The seq before the origin.", [0x10, 1] + origin),
            vector("The origin twice, and then the seq.", origin + origin + [0x10, 1]),
            vector("An origin of 47 bytes.", [0x0A, 47] + sound[2..<49] + [0x10, 1]),
            vector("The kind between origin and seq.", origin + [0x18, 1, 0x10, 1]),
        ]

        private static func vector(_ description: String, _ bytes: [UInt8], seq: UInt64? = nil) -> Vector {
            Vector(
                description: description, entry: Hex.encode(bytes),
                origin: seq.map { _ in Hex.encode(Samples.origin.bytes) }, seq: seq)
        }

        @Test func `The dot of each entry is read, or not read, as published`() throws {
            if ProtocolFiles.isWriting { try ProtocolFiles.write(Self.made, to: "vectors/dots.json") }
            let published: [Vector] = try ProtocolFiles.read("vectors/dots.json")
            #expect(published == Self.made)
            for vector in published {
                let dot = EntryCodec().dot(of: try #require(Hex.decode(vector.entry)))
                #expect(dot.map { Hex.encode($0.origin.bytes) } == vector.origin, "\(vector.description)")
                #expect(dot?.seq == vector.seq, "\(vector.description)")
            }
        }
    }
}
