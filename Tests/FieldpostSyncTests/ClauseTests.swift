import FieldpostCore
import Testing

@testable import FieldpostSync

/// Sentences of PROTOCOL.md, section 8, that another implementation may break without noticing.
@Suite struct ClauseTests {
    private func central(holding held: UInt64 = 400) -> Transcript {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 900)))
        transcript.give(.registered(GatewayState(heads: Heads(heads: [Cast.head(held)]))))
        return transcript
    }

    private func gateway() -> Transcript {
        var transcript = Transcript(Cast.gateway(head: 900))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
        return transcript
    }

    @Test func `8.4: a batch of another origin than the pull's is a badBatch`() {
        var transcript = central()
        var batch = Cast.batch(401...402)
        batch.origin = Origin(node: Cast.gatewayOrigin.node, incarnation: Incarnation(99))
        transcript.give(.batch(batch))
        #expect(transcript.lines.last?.hasPrefix("  close badBatch") == true)
    }

    @Test func `8.4: a batch that repeats sent entries is a badBatch`() {
        var transcript = central()
        transcript.give(.batch(Cast.batch(401...402)))
        transcript.give(.batch(Cast.batch(402...403)))
        #expect(transcript.lines.last?.hasPrefix("  close badBatch") == true)
    }

    @Test func `8.4: a batch on a stream that was never pulled is unexpected, and one on an ended pull is ignored`() {
        var transcript = central(holding: 900)
        transcript.give(.resync)
        transcript.give(Cast.stored(Cast.batch(1...900, stream: 2), added: 0, repeated: 900))
        #expect(transcript.lines.contains("  send credit stream 2 0"))
        transcript.give(.batch(Cast.batch(1...5, stream: 2)))
        #expect(transcript.lines.last == "> received batch stream 2 1…5")
        transcript.give(.batch(Cast.batch(1...5, stream: 3)))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }

    @Test func `8.6: credit of 0 on a feed, and any credit on a stream without a pull, is ignored`() {
        var transcript = central()
        let pull = FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 100)
        transcript.give(.feedPull(pull))
        transcript.give(.feedChecked(pull))
        transcript.give(.credit(Credit(stream: 1, bytes: 0)))
        transcript.give(.credit(Credit(stream: 9, bytes: .max)))
        transcript.give(.feedSent(SentFeed(position: 9, dataBytes: 50)))
        #expect(transcript.text.hasSuffix("readFeed(stream: 1, after: 9)"))
    }

    @Test func `8.8: a second feed pull is unexpected`() {
        var transcript = central()
        for stream: UInt16 in 1...2 {
            transcript.give(.feedPull(FeedPull(stream: stream, after: Cast.cursor(4), creditBytes: 100)))
        }
        #expect(transcript.lines.last == "  close unexpectedMessage: a second feed pull")
    }

    @Test func `8.8: a feed batch on another stream than the feed pull's is unexpected`() {
        var transcript = gateway()
        var batch = Cast.feedBatch(upTo: 20)
        batch.stream = 2
        transcript.give(.feedBatch(batch))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }

    @Test func `8.8: a feed receipt of another incarnation is ignored`() {
        var transcript = central()
        transcript.give(.feedReceipt(Cast.cursor(1 << 40, of: Cast.stranger)))
        #expect(!transcript.machine.isClosed)
    }

    @Test func `8.10: a pong without a ping is ignored`() {
        var transcript = gateway()
        let reading = ClockReading(wallMilliseconds: 5, quality: .synchronized)
        transcript.give(.pong(Pong(token: 77, clock: reading)))
        #expect(transcript.lines.last == "> received pong 77")
        transcript.give(.pong(Pong(token: 1, clock: reading)))
        #expect(transcript.lines.last != "> received pong 1")
    }

    @Test func `8.16: a fetched beyond its range, or at its end without saying so, is a badBatch`() {
        for upTo: UInt64 in [2, 7, 8] {
            var transcript = gateway()
            transcript.give(.corruptionFound([.run(Cast.stranger, first: 3, last: 7)]))
            transcript.give(.fetched(Fetched(upTo: Dot(Cast.stranger, upTo), isLast: false, body: nil)))
            #expect(transcript.lines.last?.hasPrefix("  close badBatch") == true, "\(upTo)")
        }
    }

    @Test func `8.16: a second fetch before the first was answered is unexpected, on either side`() {
        for var transcript in [gateway(), central()] {
            for seq: UInt64 in 1...2 {
                transcript.give(.fetch(Fetch(range: .run(Cast.gatewayOrigin, first: seq, last: seq))))
            }
            #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
        }
    }

    @Test func `4.1: a message of the other role is unexpected`() {
        let fromCentral: [Message] = [
            .heads(Heads(heads: [])), .pull(Pull(stream: 1, after: Cast.head(4), creditBytes: 9)),
            .receipt(Receipt(head: Cast.head(4))), .feedBatch(Cast.feedBatch(upTo: 5)),
            .located(Located(origin: Cast.gatewayOrigin, agreed: 0, differing: 0)),
            .enrolled(Enrolled(central: "central", admission: nil)),
        ]
        let fromGateway: [Message] = [
            .announce(Cast.head(901)), .batch(Cast.batch(401...402)), .feedReceipt(Cast.cursor(1)),
            .feedPull(FeedPull(stream: 1, after: Cast.cursor(0), creditBytes: 9)),
            .locate(Locate(points: [Cast.head(4)])), .enroll(Enroll(name: "a", grids: [], token: nil)),
        ]
        for (side, messages) in [(central(), fromCentral), (gateway(), fromGateway)] {
            for message in messages {
                var transcript = side
                transcript.give(message)
                #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true, "\(describe(message))")
            }
        }
    }

    @Test func `8.11: a goodbye is not answered, and later messages are ignored`() {
        for var transcript in [gateway(), central()] {
            transcript.give(.goodbye(Goodbye(code: 9999, detail: "of a later version")))
            #expect(transcript.lines.last == "  close in good order")
            transcript.give(.ping(Ping(token: 5)))
            #expect(transcript.lines.last == "> received ping 5")
        }
    }
}
