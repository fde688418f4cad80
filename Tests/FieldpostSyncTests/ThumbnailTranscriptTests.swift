import FieldpostCore
import Testing

@testable import FieldpostSync

/// How thumbnails go ahead of their photos, and come when somebody asks.
@Suite struct ThumbnailTranscriptTests {
    private func gateway() -> Transcript {
        var transcript = Transcript(Cast.gateway(head: 0))
        transcript.give(.hello(Cast.central))
        return transcript
    }

    private func central() -> Transcript {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 0)))
        transcript.give(.registered(GatewayState(heads: Heads(heads: []))))
        return transcript
    }

    private static func offer(_ number: UInt8) -> Message {
        .blobOffer(BlobOffer(blob: Cast.photo(number), bytes: 100))
    }

    private static func piece(_ number: UInt8, _ count: Int, isLast: Bool = false) -> Message {
        .thumbnail(ThumbnailPiece(blob: Cast.photo(number), isLast: isLast, data: [UInt8](repeating: 1, count: count)))
    }

    /// Lines about thumbnails alone.
    private func thumbnails(_ transcript: Transcript) -> String {
        transcript.lines.filter { $0.contains("humbnail") }.joined(separator: "\n")
    }

    @Test func `central asks for the thumbnail of what is offered and lacks here, and keeps what comes`() {
        var transcript = central()
        transcript.give(Self.offer(1))
        transcript.give(Self.offer(2))
        transcript.give(.blobDone(.thumbnailChecked(Cast.photo(1), isLacking: true)))
        transcript.give(.blobDone(.thumbnailChecked(Cast.photo(2), isLacking: false)))
        transcript.give(Self.piece(1, 1000))
        transcript.give(Self.piece(1, 500, isLast: true))
        transcript.give(.blobDone(.thumbnailKept(Cast.photo(1))))
        #expect(
            thumbnails(transcript) == """
                  check thumbnail of photo 1
                  check thumbnail of photo 2
                > checked thumbnail of photo 1: lacks
                  send thumbnailAsk photo 1
                > checked thumbnail of photo 2: here
                > received thumbnail photo 1: 1000 bytes
                > received thumbnail photo 1: 500 bytes, the last
                  keep thumbnail of photo 1: 1500 bytes
                > kept thumbnail of photo 1
                """)
    }

    @Test func `a photo is pulled whether its thumbnail comes or not`() {
        var transcript = central()
        transcript.give(Self.offer(1))
        #expect(transcript.text.contains("  open stream 32768 photo 1 of 100"))
        transcript.give(.blobDone(.thumbnailChecked(Cast.photo(1), isLacking: true)))
        transcript.give(Self.piece(1, 0, isLast: true))
        #expect(transcript.text.hasSuffix("  keep thumbnail of photo 1: 0 bytes"))
    }

    @Test func `a few are asked for at once, and the next when one was kept`() {
        var transcript = central()
        for number in 1...40 { transcript.give(Self.offer(UInt8(number))) }
        func checks() -> Int { transcript.lines.count { $0.hasPrefix("  check thumbnail") } }
        #expect(checks() == Limits.thumbnailAsks)
        for number in 1...16 {
            transcript.give(.blobDone(.thumbnailChecked(Cast.photo(UInt8(number)), isLacking: true)))
        }
        #expect(checks() == Limits.thumbnailAsks)
        transcript.give(Self.piece(9, 7, isLast: true))
        #expect(checks() == Limits.thumbnailAsks)
        transcript.give(.blobDone(.thumbnailKept(Cast.photo(9))))
        #expect(checks() == Limits.thumbnailAsks + 1)
    }

    @Test func `a gateway asks only when somebody wants one, and once`() {
        var transcript = gateway()
        transcript.give(Self.offer(1))
        #expect(thumbnails(transcript) == "")
        transcript.give(.thumbnailWanted(Cast.photo(1)))
        transcript.give(.thumbnailWanted(Cast.photo(1)))
        transcript.give(.blobDone(.thumbnailChecked(Cast.photo(1), isLacking: true)))
        transcript.give(.thumbnailWanted(Cast.photo(1)))
        #expect(transcript.lines.count { $0 == "  send thumbnailAsk photo 1" } == 1)
    }

    @Test func `questions are answered one after the other, piece by piece`() {
        for var transcript in [gateway(), central()] {
            let start = transcript.lines.count
            transcript.give(.thumbnailAsk(Cast.photo(1)))
            transcript.give(.thumbnailAsk(Cast.photo(2)))
            transcript.give(.blobDone(.thumbnailSent(Cast.photo(1), upTo: 1024, isLast: false)))
            transcript.give(.blobDone(.thumbnailSent(Cast.photo(1), upTo: 1500, isLast: true)))
            transcript.give(.blobDone(.thumbnailSent(Cast.photo(2), upTo: 0, isLast: true)))
            transcript.give(.thumbnailAsk(Cast.photo(1)))
            #expect(
                transcript.lines[start...].joined(separator: "\n") == """
                    > received thumbnailAsk photo 1
                      send thumbnail of photo 1 from 0
                    > received thumbnailAsk photo 2
                    > sent thumbnail of photo 1 …1024
                      send thumbnail of photo 1 from 1024
                    > sent thumbnail of photo 1 …1500, the last
                      send thumbnail of photo 2 from 0
                    > sent thumbnail of photo 2 …0, the last
                    > received thumbnailAsk photo 1
                      send thumbnail of photo 1 from 0
                    """)
        }
    }

    @Test(arguments: [
        ("one that was not asked for", [piece(3, 9, isLast: true)], "unexpectedMessage"),
        ("one that is only wanted", [piece(2, 9, isLast: true)], "unexpectedMessage"),
        ("one that came already", [piece(1, 9, isLast: true), piece(1, 9, isLast: true)], "unexpectedMessage"),
        ("one between the pieces of another", [piece(1, 9), piece(4, 9, isLast: true)], "unexpectedMessage"),
        (
            "one that is too large",
            [piece(1, Limits.thumbnailBytes - 1), piece(1, 1), piece(1, 1, isLast: true)], "limitExceeded"
        ),
    ])
    func `a thumbnail that breaks a rule ends the session`(name: String, pieces: [Message], code: String) {
        var transcript = central()
        for number in [1, 2, 4] as [UInt8] { transcript.give(Self.offer(number)) }
        for number in [1, 4] as [UInt8] {
            transcript.give(.blobDone(.thumbnailChecked(Cast.photo(number), isLacking: true)))
        }
        for piece in pieces {
            #expect(!transcript.machine.isClosed, "\(name)")
            transcript.give(piece)
        }
        #expect(transcript.lines.last?.hasPrefix("  close \(code)") == true, "\(name)")
    }

    @Test func `too many questions, or one twice, end the session`() {
        var twice = gateway()
        for _ in 0..<2 { twice.give(.thumbnailAsk(Cast.photo(1))) }
        #expect(twice.lines.last?.hasPrefix("  close unexpectedMessage") == true)
        var many = gateway()
        for number in 1...16 { many.give(.thumbnailAsk(Cast.photo(UInt8(number)))) }
        #expect(!many.machine.isClosed)
        many.give(.thumbnailAsk(Cast.photo(17)))
        #expect(many.lines.last?.hasPrefix("  close limitExceeded") == true)
    }
}
