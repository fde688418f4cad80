import FieldpostCore
import Testing

@testable import FieldpostSync

@Suite struct GatewayTranscriptTests {
    @Test func `a backlog goes up under a standing pull, and the feed is read`() {
        var transcript = Transcript(Cast.gateway(head: 900))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(400)])))
        transcript.give(.headsVerified(Cast.cursor(12)))
        let pull = Pull(stream: 1, after: Cast.head(400), creditBytes: 600)
        transcript.give(.pull(pull))
        transcript.give(.pullVerified(pull))
        transcript.give(.runSent(stream: 1, SentRun(lastSeq: 700, dataBytes: 500)))
        transcript.give(.runSent(stream: 1, SentRun(lastSeq: 800, dataBytes: 200)))
        transcript.give(.receipt(Receipt(head: Cast.head(700))))
        transcript.give(.receiptKept(Receipt(head: Cast.head(700))))
        transcript.give(.credit(Credit(stream: 1, bytes: 500)))
        transcript.give(.runSent(stream: 1, SentRun(lastSeq: 900, dataBytes: 200)))
        transcript.give(.feedBatch(Cast.feedBatch(upTo: 20)))
        transcript.give(.absorbed(Cast.cursor(20), dataBytes: 300))
        transcript.give(.headMoved(Cast.head(901)))
        #expect(
            transcript.text == """
                > opened
                  send hello gateway
                > received hello central
                  greeted central
                  send ping 1
                > received heads [G:400]
                  verifyHeads [G:400]
                > headsVerified cursor 12
                  send feedPull stream 1 after 12 credit 1048576
                > received pull stream 1 after G:400 credit 600
                  verifyPull after G:400
                > pullVerified stream 1
                  readRun stream 1 of G after 400
                > runSent stream 1 …700 (500 bytes)
                  readRun stream 1 of G after 700
                > runSent stream 1 …800 (200 bytes)
                > received receipt G:700
                  acknowledge G:700
                > receiptKept G:700
                  resetBackoff
                > received credit stream 1 500
                  readRun stream 1 of G after 800
                > runSent stream 1 …900 (200 bytes)
                > received feedBatch stream 1 …20
                  absorb …20
                > absorbed …20 (300 bytes)
                  sendFeedReceipt
                  send credit stream 1 300
                > headMoved G:901
                  readRun stream 1 of G after 900
                """)
    }

    @Test func `without credit a new entry is announced once, and waits`() {
        var transcript = Transcript(Cast.gateway(head: 10))
        transcript.give(.hello(Cast.central))
        let pull = Pull(stream: 1, after: Cast.head(0), creditBytes: 100)
        transcript.give(.pullVerified(pull))
        transcript.give(.runSent(stream: 1, SentRun(lastSeq: 10, dataBytes: 150)))
        transcript.give(.headMoved(Cast.head(11)))
        transcript.give(.headMoved(Cast.head(12)))
        transcript.give(.credit(Credit(stream: 1, bytes: 150)))
        #expect(
            transcript.text.hasSuffix(
                """
                > runSent stream 1 …10 (150 bytes)
                > headMoved G:11
                  send announce G:11
                > headMoved G:12
                > received credit stream 1 150
                  readRun stream 1 of G after 10
                """))
    }

    @Test func `a central node that holds everything has proved itself without a receipt`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(5)])))
        transcript.give(.headsVerified(nil))
        #expect(
            transcript.text.hasSuffix(
                """
                > headsVerified cursor none
                  resetBackoff
                  send feedPull stream 1 after 0 credit 1048576
                """))
    }

    @Test func `a cursor from another life of central means nothing`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsVerified(Cast.cursor(77, of: Cast.stranger)))
        #expect(transcript.text.hasSuffix("send feedPull stream 1 after 0 credit 1048576"))
    }

    @Test func `central cannot hold entries of an origin that this node never was`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(3, of: Cast.stranger)])))
        #expect(transcript.lines.last?.hasPrefix("  close rewound") == true)
        #expect(transcript.machine.isClosed)
    }

    @Test func `a pull on a stream in use ends the session`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        let pull = Pull(stream: 1, after: Cast.head(5), creditBytes: 100)
        transcript.give(.pullVerified(pull))
        transcript.give(.pullVerified(pull))
        #expect(transcript.text.hasSuffix("close unexpectedMessage: stream 1 is in use"))
    }

    @Test func `a feed batch beyond its credit ends the session`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsVerified(nil))
        transcript.give(.feedBatch(Cast.feedBatch(upTo: 5, bytes: Limits.pullCreditBytes)))
        transcript.give(.feedBatch(Cast.feedBatch(upTo: 6)))
        #expect(transcript.text.hasSuffix("close limitExceeded: a feed batch without credit"))
    }
}
