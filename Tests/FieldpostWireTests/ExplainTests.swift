import FieldpostCore
import FieldpostWire
import Testing

extension WireTests {
    /// `fieldpost wire explain` says what the published files hold, and why the bad ones are bad.
    @Suite struct ExplainTests {
        @Test func `Each frame of the vectors is named, with its parts and its entries`() throws {
            let vectors: FrameVectors = try ProtocolFiles.read("vectors/frames.json")
            var stream = try #require(Hex.decode(vectors.preamble))
            var offsets: [Int] = []
            for vector in vectors.frames {
                let bytes = try #require(Hex.decode(vector.frame))
                let alone = ExplainedStream(bytes, showsValues: false)
                let frame = try #require(alone.frames.first, "\(vector.name)")
                #expect(alone.isSound && alone.preambleVersion == nil && alone.frames.count == 1, "\(vector.name)")
                #expect(frame.type == vector.type && frame.stream == vector.stream && frame.name != nil)
                #expect(frame.byteCount == bytes.count && !frame.fields.isEmpty, "\(vector.name)")
                offsets.append(stream.count)
                stream += bytes
            }
            let whole = ExplainedStream(stream, showsValues: true)
            #expect(whole.isSound && whole.preambleVersion == 1)
            #expect(whole.frames.map(\.offset) == offsets)
            // What carries entries says which.
            for frame in whole.frames where ["batch", "early"].contains(frame.name) {
                #expect(!frame.entries.isEmpty && frame.entries.allSatisfy { $0.dot != nil && $0.kind != nil })
            }
            #expect(whole.frames.contains { $0.entries.contains { $0.report != nil && !$0.values.isEmpty } })
        }

        @Test func `Frames that are written differently say the same`() throws {
            struct Lenient: Decodable {
                let name: String
                let says: String
                let frame: String
            }
            let vectors: FrameVectors = try ProtocolFiles.read("vectors/frames.json")
            let lenient: [Lenient] = try ProtocolFiles.read("vectors/lenient-frames.json")
            #expect(!lenient.isEmpty)
            for other in lenient {
                let same = try #require(vectors.frames.first { $0.name == other.says })
                #expect(try Self.text(other.frame) == Self.text(same.frame), "\(other.name)")
            }
        }

        @Test func `Each stream that must be rejected is rejected here for the same reason, by its clause`() throws {
            var count = 0
            for name in try ProtocolFiles.names(in: "must-reject") {
                let published: MustRejectCase = try ProtocolFiles.read("must-reject/\(name)")
                guard published.kind == "stream" else { continue }
                count += 1
                let explained = ExplainedStream(try #require(published.bytes), showsValues: false)
                let violation = explained.frames.lazy.compactMap(\.fault).first ?? explained.end?.violation
                #expect(
                    !explained.isSound && violation?.code.name == published.violation, "\(name): \(violation as Any)")
                #expect(violation?.code.clause.isEmpty == false)
            }
            #expect(count > 200)
        }

        @Test func `A frame that is spoiled hides no other, and a torn end is named with its place`() throws {
            let ping = MessageEncoder.encode(.ping(Ping(token: 7)))
            var spoiled = ping
            spoiled[8] ^= 1
            let explained = ExplainedStream(
                Preamble.bytes + ping + spoiled + ping + ping.dropLast(), showsValues: false)
            #expect(explained.frames.map { $0.fault?.code } == [nil, .badChecksum, nil])
            #expect(explained.end?.offset == 8 + 3 * ping.count)
            #expect(explained.end?.violation.code == .frameTooSmall && explained.end?.clause == "3.1, 3.6")
        }

        @Test func `What people wrote shows only on demand, and secrets never`() throws {
            let vectors: FrameVectors = try ProtocolFiles.read("vectors/frames.json")
            let people = try #require(vectors.frames.first { $0.name == "people" })
            let enroll = try #require(vectors.frames.first { $0.name.hasPrefix("enroll") && $0.type == 18 })
            let bytes = try #require(Hex.decode(people.frame))
            guard case .people(let list)? = DecoderVerifier.outcome(of: Preamble.bytes + bytes).messages.last else {
                Issue.record("the frame holds no people")
                return
            }
            let person = try #require(list.people.first)
            let (hidden, shown) = (try Self.text(people.frame), try Self.text(people.frame, showsValues: true))
            #expect(!hidden.contains(person.name) && shown.contains(person.name))
            #expect(!hidden.contains(person.verifier) && !shown.contains(person.verifier))
            #expect(try Self.text(enroll.frame, showsValues: true).contains("token (16 bytes)"))

            let entry = EntryCodec().encode(Samples.created)
            let early = MessageEncoder.encode(.early(EarlyEntry(dot: Samples.created.dot, bytes: entry)))
            let quiet = try #require(ExplainedStream(early, showsValues: false).frames.first?.entries.first)
            let loud = try #require(ExplainedStream(early, showsValues: true).frames.first?.entries.first)
            #expect(quiet.values.isEmpty && quiet.parts.contains("text") && quiet.report == Samples.created.report)
            #expect(loud.values.contains { $0.name == "text" && !$0.text.isEmpty })
        }

        /// What a frame's message says, on one line.
        private static func text(_ hex: String, showsValues: Bool = false) throws -> String {
            let explained = ExplainedStream(try #require(Hex.decode(hex)), showsValues: showsValues)
            let frame = try #require(explained.frames.first)
            return frame.fields.map { "\($0.name) \($0.value.line)" }.joined(separator: "; ")
        }
    }
}
