import FieldpostCore
import Testing

@testable import FieldpostSync

/// How blobs go from a gateway to central, and back when somebody asks for them.
@Suite struct BlobTranscriptTests {
    private static let first = Limits.firstBlobStream

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

    private static func offer(_ number: UInt8, _ bytes: UInt64) -> BlobOffer {
        BlobOffer(blob: Cast.photo(number), bytes: bytes)
    }

    private static func chunk(_ offset: UInt64, _ count: Int, stream: UInt16 = first) -> BlobChunk {
        BlobChunk(stream: stream, offset: offset, data: [UInt8](repeating: 1, count: count))
    }

    @Test func `a gateway offers what it finds, sends what is pulled, and records the receipt`() {
        var transcript = gateway()
        let start = transcript.lines.count
        transcript.give(.blobsGrew)
        transcript.give(.blobDone(.found([Self.offer(1, 100_000), Self.offer(2, 9)], next: nil)))
        transcript.give(
            .blobPull(BlobPull(stream: Self.first, blob: Cast.photo(1), offset: 65_536, creditBytes: 20_000)))
        transcript.give(.blobDone(.pieceSent(stream: Self.first, bytes: 20_000)))
        transcript.give(.credit(Credit(stream: Self.first, bytes: 65_536)))
        transcript.give(.blobDone(.pieceSent(stream: Self.first, bytes: 14_464)))
        transcript.give(.blobReceipt(BlobReceipt(blob: Cast.photo(1))))
        transcript.give(.blobReceipt(BlobReceipt(blob: Cast.photo(2), refusal: .tooLarge)))
        transcript.give(.blobsGrew)
        transcript.give(.blobDone(.found([Self.offer(2, 9), Self.offer(3, 5)], next: nil)))
        #expect(
            transcript.lines[start...].joined(separator: "\n") == """
                > blobsGrew
                  find blobs after 0
                > found [photo 1, photo 2]
                  send blobOffer photo 1 of 100000
                  send blobOffer photo 2 of 9
                > received blobPull stream 32768 photo 1 from 65536 credit 20000
                  read piece stream 32768 photo 1 from 65536
                > pieceSent(stream: 32768, bytes: 20000)
                > received credit stream 32768 65536
                  read piece stream 32768 photo 1 from 85536
                > pieceSent(stream: 32768, bytes: 14464)
                > received blobReceipt photo 1
                  record photo 1
                  resetBackoff
                > received blobReceipt photo 2 refused: tooLarge
                > blobsGrew
                  find blobs after 0
                > found [photo 2, photo 3]
                  send blobOffer photo 3 of 5
                """)
    }

    @Test func `central pulls from where it stopped, and gives a receipt for the whole`() {
        var transcript = central()
        let start = transcript.lines.count
        transcript.give(.blobOffer(Self.offer(1, 200_000)))
        transcript.give(.blobDone(.opened(stream: Self.first, offset: 131_072)))
        transcript.give(.blobChunk(Self.chunk(131_072, 65_536)))
        transcript.give(.blobChunk(Self.chunk(196_608, 3_392)))
        transcript.give(.blobDone(.kept(stream: Self.first, bytes: 65_536)))
        transcript.give(.blobDone(.kept(stream: Self.first, bytes: 3_392)))
        transcript.give(.blobDone(.held(stream: Self.first)))
        #expect(
            transcript.lines[start...].joined(separator: "\n") == """
                > received blobOffer photo 1 of 200000
                  open stream 32768 photo 1 of 200000
                  check thumbnail of photo 1
                > opened(stream: 32768, offset: 131072)
                  send blobPull stream 32768 photo 1 from 131072 credit 524288
                > received blobChunk stream 32768 131072+65536
                  keep stream 32768 131072+65536
                > received blobChunk stream 32768 196608+3392
                  keep stream 32768 196608+3392
                > kept(stream: 32768, bytes: 65536)
                > kept(stream: 32768, bytes: 3392)
                  finish stream 32768 photo 1
                > held(stream: 32768)
                  send blobReceipt photo 1
                  resetBackoff
                  record photo 1
                """)
    }

    @Test func `a blob that central holds gets its receipt at once, and one that came whole before is only finished`() {
        var transcript = central()
        transcript.give(.blobOffer(Self.offer(1, 10)))
        transcript.give(.blobDone(.held(stream: Self.first)))
        #expect(transcript.text.hasSuffix("  send blobReceipt photo 1\n  resetBackoff\n  record photo 1"))
        transcript.give(.blobOffer(Self.offer(2, 10)))
        transcript.give(.blobDone(.opened(stream: Self.first + 1, offset: 10)))
        #expect(transcript.text.hasSuffix("  finish stream 32769 photo 2"))
    }

    @Test func `bytes with another hash are pulled once more, and then refused`() {
        var transcript = central()
        transcript.give(.blobOffer(Self.offer(1, 4)))
        transcript.give(.blobDone(.opened(stream: Self.first, offset: 0)))
        transcript.give(.blobChunk(Self.chunk(0, 4)))
        transcript.give(.blobDone(.kept(stream: Self.first, bytes: 4)))
        transcript.give(.blobDone(.failed(stream: Self.first, .wrongHash)))
        #expect(transcript.text.hasSuffix("  send credit stream 32768 0\n  open stream 32769 photo 1 of 4"))
        transcript.give(.blobDone(.opened(stream: Self.first + 1, offset: 0)))
        transcript.give(.blobDone(.failed(stream: Self.first + 1, .wrongHash)))
        #expect(
            transcript.text.hasSuffix("  send credit stream 32769 0\n  send blobReceipt photo 1 refused: wrongHash"))
    }

    @Test func `what finds no room is tried again at a later tick`() {
        var transcript = central()
        transcript.give(.blobOffer(Self.offer(1, 4)))
        transcript.give(.blobDone(.failed(stream: Self.first, .noRoom)))
        transcript.pass(seconds: 1)
        #expect(transcript.text.hasSuffix("> tick\n  open stream 32769 photo 1 of 4"))
    }

    @Test func `a transfer whose sender lost the blob keeps what came, and late bytes are passed over`() {
        var transcript = central()
        transcript.give(.blobOffer(Self.offer(1, 100)))
        transcript.give(.blobDone(.opened(stream: Self.first, offset: 0)))
        transcript.give(.blobGone(Cast.photo(1)))
        transcript.give(.blobChunk(Self.chunk(0, 50)))
        transcript.give(.blobDone(.closed(stream: Self.first)))
        transcript.give(.blobChunk(Self.chunk(50, 50)))
        #expect(
            transcript.text.hasSuffix(
                """
                > received blobGone photo 1
                  close stream 32768
                > received blobChunk stream 32768 0+50
                > closed(stream: 32768)
                > received blobChunk stream 32768 50+50
                """))
    }

    @Test func `at most four blobs are pulled at once`() {
        var transcript = central()
        for number in 1...6 { transcript.give(.blobOffer(Self.offer(UInt8(number), 4))) }
        #expect(transcript.lines.count { $0.hasPrefix("  open") } == Limits.blobPulls)
        transcript.give(.blobDone(.held(stream: Self.first)))
        #expect(transcript.lines.count { $0.hasPrefix("  open") } == Limits.blobPulls + 1)
    }

    @Test func `the next blobs come while earlier ones are checked, up to eight in all`() {
        var transcript = central()
        for number in 1...12 { transcript.give(.blobOffer(Self.offer(UInt8(number), 4))) }
        for number in 0..<UInt16(6) {
            transcript.give(.blobDone(.opened(stream: Self.first + number, offset: 0)))
            transcript.give(.blobChunk(BlobChunk(stream: Self.first + number, offset: 0, data: [1, 2, 3, 4])))
            transcript.give(.blobDone(.kept(stream: Self.first + number, bytes: 4)))
        }
        #expect(transcript.lines.count { $0.hasPrefix("  finish") } == 6)
        #expect(transcript.lines.count { $0.hasPrefix("  open") } == Limits.openBlobPulls)
        transcript.give(.blobDone(.held(stream: Self.first)))
        #expect(transcript.lines.count { $0.hasPrefix("  open") } == Limits.openBlobPulls + 1)
    }

    @Test func `a gateway asks for a photo that somebody opened, and central sends only what it may have`() {
        var asking = gateway()
        asking.give(.blobWanted(Cast.photo(1)))
        asking.give(.blobWanted(Cast.photo(1)))
        #expect(asking.lines.count { $0 == "  send blobAsk photo 1" } == 1)
        asking.give(.blobOffer(Self.offer(1, 10)))
        #expect(asking.text.hasSuffix("  open stream 32768 photo 1 of 10"))
        var serving = central()
        serving.give(.blobAsk(Cast.photo(1)))
        serving.give(.blobDone(.looked(Cast.photo(1), bytes: nil)))
        #expect(serving.text.hasSuffix("  look for photo 1\n> looked for photo 1: nothing\n  send blobGone photo 1"))
        serving.give(.blobAsk(Cast.photo(2)))
        serving.give(.blobDone(.looked(Cast.photo(2), bytes: 10)))
        #expect(serving.text.hasSuffix("  send blobOffer photo 2 of 10"))
    }

    @Test func `a side asks for all that it is missing, a few at a time`() {
        var transcript = central()
        let start = transcript.lines.count
        let missing = (1...18).map { Cast.photo($0) }
        transcript.give(.blobOffer(Self.offer(18, 9)))
        transcript.give(.blobsMissing)
        transcript.give(.blobsMissing)
        transcript.give(.blobDone(.foundMissing(missing, next: .named(after: 0))))
        #expect(transcript.lines[start...].count { $0.hasPrefix("  send blobAsk") } == Limits.blobAsks)
        for photo in missing.prefix(3) { transcript.give(.blobGone(photo)) }
        #expect(
            transcript.text.hasSuffix(
                """
                > received blobGone photo 1
                  send blobAsk photo 17
                > received blobGone photo 2
                  find missing after none
                > received blobGone photo 3
                """), "the search begins again, since more may be missing: \(transcript.text)")
        transcript.give(.blobDone(.foundMissing([], next: .named(after: 0))))
        transcript.give(.blobDone(.foundMissing([Cast.photo(40)], next: nil)))
        #expect(
            transcript.text.hasSuffix("  find missing after 0\n> found missing [photo 40]\n  send blobAsk photo 40"))
    }

    @Test func `central searches once more when it holds what the hello offered`() throws {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 900)))
        transcript.give(.blobsMissing)
        transcript.give(.blobDone(.foundMissing([], next: nil)))
        transcript.give(.registered(GatewayState(heads: Heads(heads: [Cast.head(0)]))))
        for seqs in [1...500, 501...900, 901...1000] as [ClosedRange<UInt64>] {
            transcript.give(.batch(Cast.batch(seqs, stream: 1)))
            transcript.give(Cast.stored(Cast.batch(seqs, stream: 1), added: seqs.count))
        }
        let searches = transcript.lines.indices.filter { transcript.lines[$0] == "  find missing after none" }
        #expect(searches.count == 2, "\(transcript.text)")
        let stored = transcript.lines.firstIndex { $0.hasPrefix("> stored stream 1 …900") }
        let after = transcript.lines.firstIndex { $0.hasPrefix("> received batch stream 1 901") }
        #expect(try #require(stored) < searches[1] && searches[1] < #require(after), "\(transcript.text)")
    }

    /// More blobs than there are names for in transcripts.
    private static func offers(_ numbers: Range<Int>) -> [BlobOffer] {
        numbers.map { BlobOffer(blob: Hash256(hashing: Array("blob \($0)".utf8)), bytes: 9) }
    }

    @Test func `a blob that waits its turn and is asked for meanwhile is offered once`() {
        var transcript = gateway()
        let offers = Self.offers(0..<300)
        transcript.give(.blobsGrew)
        transcript.give(.blobDone(.found(Array(offers.prefix(Limits.blobOffers)), next: 256)))
        transcript.give(.blobReceipt(BlobReceipt(blob: offers[0].blob)))
        transcript.give(.blobDone(.found(Array(offers.dropFirst(Limits.blobOffers)), next: nil)))
        transcript.give(.blobAsk(offers[280].blob))
        transcript.give(.blobDone(.looked(offers[280].blob, bytes: 9)))
        for offer in offers[1..<60] { transcript.give(.blobReceipt(BlobReceipt(blob: offer.blob))) }
        #expect(transcript.lines.count { $0.hasPrefix("  send blobOffer") } == 300)
    }

    @Test func `questions leave room for what the peer offers by itself`() {
        var transcript = central()
        for offer in Self.offers(0..<Limits.blobOffers) { transcript.give(.blobOffer(offer)) }
        for offer in Self.offers(1000..<1040) {
            let asks = transcript.lines.count { $0.hasPrefix("  send blobAsk") }
            transcript.give(.blobWanted(offer.blob))
            guard transcript.lines.count(where: { $0.hasPrefix("  send blobAsk") }) > asks else { continue }
            transcript.give(.blobOffer(offer))
        }
        #expect(transcript.lines.count { $0.hasPrefix("  send blobAsk") } == Limits.blobAsks)
        #expect(!transcript.text.contains("close"))
    }

    @Test func `what is offered is asked for no more, and an open offer is the answer to a question`() {
        var asking = central()
        for number in 1...6 { asking.give(.blobOffer(Self.offer(UInt8(number), 4))) }
        for number in 1...6 { asking.give(.blobWanted(Cast.photo(UInt8(number)))) }
        #expect(!asking.text.contains("blobAsk"))
        // The question and the offer crossed.
        var serving = gateway()
        serving.give(.blobsGrew)
        serving.give(.blobDone(.found((1...16).map { Self.offer($0, 10) }, next: nil)))
        let start = serving.lines.count
        for _ in 0..<2 { for number in 1...16 { serving.give(.blobAsk(Cast.photo(UInt8(number)))) } }
        serving.give(.blobAsk(Cast.photo(17)))
        #expect(serving.lines[start...].filter { !$0.hasPrefix(">") } == ["  look for photo 17"])
    }

    @Test(arguments: [
        ("a second offer", Message.blobOffer(offer(1, 100)), "unexpectedMessage"),
        ("a gap", .blobChunk(chunk(8, 4)), "badBatch"),
        ("bytes beyond the end", .blobChunk(chunk(0, 101)), "badBatch"),
    ])
    func `what breaks a rule ends the session`(name: String, message: Message, code: String) {
        var transcript = central()
        transcript.give(.blobOffer(Self.offer(1, 100)))
        transcript.give(.blobDone(.opened(stream: Self.first, offset: 0)))
        transcript.give(message)
        #expect(transcript.lines.last?.hasPrefix("  close \(code)") == true, "\(name)")
    }

    @Test func `a sender refuses a pull beyond the blob and too many pulls`() {
        var transcript = gateway()
        transcript.give(.blobsGrew)
        transcript.give(.blobDone(.found((1...6).map { Self.offer($0, 10) }, next: nil)))
        var other = transcript
        other.give(.blobPull(BlobPull(stream: Self.first, blob: Cast.photo(1), offset: 10, creditBytes: 1)))
        #expect(other.lines.last?.hasPrefix("  close badBatch") == true)
        for number in 1...5 {
            let stream = Self.first + UInt16(number)
            transcript.give(
                .blobPull(BlobPull(stream: stream, blob: Cast.photo(UInt8(number)), offset: 0, creditBytes: 1)))
        }
        #expect(transcript.lines.last?.hasPrefix("  close limitExceeded") == true)
    }

    @Test func `marks are answered, and an answer to none ends the session`() {
        var transcript = central()
        transcript.give(.mark(7))
        #expect(transcript.lines.last == "  send reached 7")
        transcript.give(.reached(1))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }
}
