import FieldpostCore
import FieldpostWire
import Testing

extension WireTests {
    /// The published corpus of inputs that no peer may accept.
    @Suite struct MustRejectTests {
        private static let made =
            [
                MustRejectStreams.all, MustRejectMissing.all, MustRejectRecovery.all, MustRejectFeed.all,
                MustRejectBlobs.all,
                MustRejectHeads.all, MustRejectColumns.all, MustRejectEntries.all, MustRejectParts.all,
                MustRejectWriting.all, MustRejectEarly.all, MustRejectStatus.all, MustRejectPeople.all,
                MustRejectCompare.all,
            ].flatMap(\.self)

        @Test func `The corpus contains exactly these cases`() throws {
            if ProtocolFiles.isWriting {
                for made in Self.made { try ProtocolFiles.write(made, to: "must-reject/\(made.name).json") }
            }
            #expect(try ProtocolFiles.names(in: "must-reject") == Self.made.map { "\($0.name).json" }.sorted())
        }

        @Test(arguments: made.map(\.name))
        func `The case is rejected for its reason, however it is cut`(name: String) throws {
            let published: MustRejectCase = try ProtocolFiles.read("must-reject/\(name).json")
            let bytes = try #require(published.bytes)
            switch published.kind {
            case "stream":
                let violation = Self.violation(of: DecoderVerifier.outcome(of: bytes))
                #expect(violation?.code.name == published.violation)
                #expect(violation?.code.rawValue == published.code)
                // A goodbye's detail says what happened, what is safe, and what to do next.
                let detail = violation?.detail ?? ""
                #expect(detail.ranges(of: ". Nothing is lost").count == 1, "\(detail)")
                #expect(["Check the", "check the", "Install", "compare"].contains(where: detail.contains), "\(detail)")
                #expect(detail.utf8.count <= Limits.messageTextBytes)
            default:
                #expect(EntryCodec().open(bytes, at: Samples.created.dot).entry == nil)
            }
        }

        @Test func `The columns form from which the bad ones are made is sound`() throws {
            let body = CompressedEntries(
                codec: .deflate, dictionary: 0, count: 8, rawBytes: 24,
                data: MustRejectColumns.storedBlock(MustRejectColumns.sound))
            #expect(try BatchCodec.expandWhole(body) == MustRejectColumns.soundEntries)
        }

        @Test func `The entry from which the bad ones are made is valid`() {
            let bytes = EntryCodec().encode(Samples.created)
            #expect(EntryCodec().open(bytes, at: Samples.created.dot).entry == Samples.created)
        }

        /// The decoder's violation, or else the first one from inflating the batches.
        static func violation(of outcome: DecoderVerifier.Outcome) -> Violation? {
            if let violation = outcome.violation { return violation }
            do throws(Violation) {
                for message in outcome.messages {
                    switch message {
                    case .batch(let batch): _ = try BatchCodec.expand(batch.body)
                    case .feedBatch(let batch): _ = try batch.body.map(BatchCodec.expandWhole)
                    case .fetched(let fetched): _ = try fetched.body.map(BatchCodec.expandWhole)
                    default: break
                    }
                }
                return nil
            } catch {
                return error
            }
        }
    }
}
