import FieldpostCore
import Testing

@testable import FieldpostSync

@Suite struct GatewayTranscriptTests {
    @Test func `a backlog goes up under a standing pull, and the feed is read`() {
        var transcript = Transcript(Cast.gateway(head: 900))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(400)])))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
        let pull = Pull(stream: 1, after: Cast.head(400), creditBytes: 600)
        transcript.give(.pull(pull))
        transcript.give(.pullVerified(pull, isSound: true))
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
                  compareHeads [G:400]
                > headsCompared cursor 12
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

    @Test func `no entry is sent before the feed is requested`() {
        var transcript = Transcript(Cast.gateway(head: 900))
        transcript.give(.hello(Cast.central))
        let pull = Pull(stream: 1, after: Cast.head(400), creditBytes: 600)
        transcript.give(.pull(pull))
        transcript.give(.pullVerified(pull, isSound: true))
        transcript.give(.headMoved(Cast.head(901)))
        transcript.give(.heads(Heads(heads: [Cast.head(400)])))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
        #expect(
            transcript.text.hasSuffix(
                """
                > pullVerified stream 1
                > headMoved G:901
                  send announce G:901
                > received heads [G:400]
                  compareHeads [G:400]
                > headsCompared cursor 12
                  send feedPull stream 1 after 12 credit 1048576
                  readRun stream 1 of G after 400
                """))
    }

    @Test func `without credit a new entry is announced once, and waits`() {
        var transcript = Transcript(Cast.gateway(head: 10))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [])))
        transcript.give(.headsCompared(Cast.verdict(nil)))
        let pull = Pull(stream: 1, after: Cast.head(0), creditBytes: 100)
        transcript.give(.pull(pull))
        transcript.give(.pullVerified(pull, isSound: true))
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

    @Test func `a central node that holds everything resets the backoff without a receipt`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(5)])))
        transcript.give(.headsCompared(HeadsVerdict()))
        #expect(
            transcript.text.hasSuffix(
                """
                > headsCompared cursor none
                  resetBackoff
                  send feedPull stream 1 after 0 credit 1048576
                """))
    }

    @Test func `a cursor from another incarnation of central is sent unchanged`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(77, of: Cast.stranger))))
        #expect(transcript.text.hasSuffix("send feedPull stream 1 after 77 credit 1048576"))
    }

    @Test func `when central holds more than this journal, the present incarnation ends`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(9)])))
        transcript.give(.pull(Pull(stream: 1, after: Cast.head(9), creditBytes: 9)))
        transcript.give(.pullVerified(Pull(stream: 1, after: Cast.head(9), creditBytes: 9), isSound: false))
        transcript.give(.headsCompared(Cast.verdict(nil, [Cast.divergence(differing: 0, held: 5, peer: 9)])))
        transcript.give(.pointsRead([Cast.head(5)]))
        transcript.give(.located(Located(origin: Cast.gatewayOrigin, agreed: 5, differing: 0)))
        transcript.give(.headMoved(Cast.head(6)))
        #expect(
            transcript.text.hasSuffix(
                """
                > headsCompared cursor none G 0/0 of 5, 9
                  send feedPull stream 1 after 0 credit 1048576
                  readPoints of G after 0 up to 5
                > pointsRead [G:5]
                  send locate [G:5]
                > received located G agreed 5 differing 0
                  begin rewound G 5 of 9
                > headMoved G:6
                """))
    }

    @Test func `the search for a fork uses smaller and smaller steps`() {
        var transcript = Transcript(Cast.gateway(head: 900))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(Cast.verdict(nil, [Cast.divergence(differing: 800, held: 900, peer: 800)])))
        transcript.give(.pointsRead([Cast.head(400), Cast.head(799)]))
        transcript.give(.located(Located(origin: Cast.gatewayOrigin, agreed: 400, differing: 799)))
        transcript.give(.pointsRead([Cast.head(401), Cast.head(402)]))
        transcript.give(.located(Located(origin: Cast.gatewayOrigin, agreed: 401, differing: 402)))
        #expect(
            transcript.text.hasSuffix(
                """
                  readPoints of G after 0 up to 799
                > pointsRead [G:400, G:799]
                  send locate [G:400, G:799]
                > received located G agreed 400 differing 799
                  readPoints of G after 400 up to 798
                > pointsRead [G:401, G:402]
                  send locate [G:401, G:402]
                > received located G agreed 401 differing 402
                  begin forked G after 401
                """))
    }

    @Test func `when the journal can prove no chain value, entries without agreement move to a new incarnation`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(Cast.verdict(nil, [Cast.divergence(differing: 4, held: 5, peer: 4)])))
        transcript.give(.pointsRead([]))
        #expect(
            transcript.text.hasSuffix(
                """
                  readPoints of G after 0 up to 3
                > pointsRead []
                  begin forked G after 0
                """))
    }

    @Test func `receipts that central no longer confirms do not bound the search`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        var divergence = Cast.divergence(differing: 0, held: 5, peer: 9)
        divergence.agreed = 3
        transcript.give(.headsCompared(Cast.verdict(nil, [divergence])))
        transcript.give(.pointsRead([Cast.head(4), Cast.head(5)]))
        transcript.give(.located(Located(origin: Cast.gatewayOrigin, agreed: 0, differing: 2)))
        #expect(transcript.text.hasSuffix("readPoints of G after 0 up to 1"))
    }

    @Test func `entries of an earlier incarnation are fetched from central piece by piece`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        let divergence = Divergence(origin: Cast.stranger, agreed: 0, differing: 0, held: 0, peer: 7)
        transcript.give(.headsCompared(Cast.verdict(nil, [divergence])))
        let part = Fetched(upTo: Dot(Cast.stranger, 4), isLast: false, body: nil)
        transcript.give(.fetched(part))
        transcript.give(.restored(part))
        let rest = Fetched(upTo: Dot(Cast.stranger, 7), isLast: true, body: nil)
        transcript.give(.fetched(rest))
        transcript.give(.restored(rest))
        #expect(
            transcript.text.hasSuffix(
                """
                  send fetch ?:1…7
                > received fetched up to ?:4
                  restore up to ?:4 of ?:1…7
                > restored up to ?:4
                  send fetch ?:5…7
                > received fetched up to ?:7, the last
                  restore up to ?:7, the last of ?:5…7
                > restored up to ?:7, the last
                """))
    }

    @Test func `an answer without progress, or without a question, ends the session`() {
        for range in [Fetch.Range.run(Cast.stranger, first: 3, last: 7), nil] {
            var transcript = Transcript(Cast.gateway(head: 5))
            transcript.give(.hello(Cast.central))
            if let range { transcript.give(.corruptionFound([range])) }
            transcript.give(.fetched(Fetched(upTo: Dot(Cast.stranger, 2), isLast: false, body: nil)))
            #expect(transcript.lines.last?.hasPrefix(range == nil ? "  close unexpected" : "  close badBatch") == true)
        }
    }

    @Test func `a pull with an unknown chain value ends the session when no comparison explains it`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.pull(Pull(stream: 1, after: Cast.head(4), creditBytes: 9)))
        transcript.give(.pullVerified(Pull(stream: 1, after: Cast.head(4), creditBytes: 9), isSound: false))
        #expect(!transcript.machine.isClosed)
        transcript.give(.headsCompared(HeadsVerdict()))
        #expect(transcript.lines.last?.hasPrefix("  close fork") == true)
    }

    @Test func `a pull on a stream in use ends the session`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        let pull = Pull(stream: 1, after: Cast.head(5), creditBytes: 100)
        transcript.give(.pull(pull))
        transcript.give(.pull(pull))
        #expect(transcript.text.hasSuffix("close unexpectedMessage: stream 1 is in use"))
    }

    @Test func `credit directly after a pull counts, ends the pull, or is too much`() {
        let pull = Pull(stream: 1, after: Cast.head(5), creditBytes: 100)
        for (bytes, end) in [
            (UInt32(500), "readRun stream 1 of G after 5"), (0, "> pullVerified stream 1"),
            (.max, "close limitExceeded: credit of 4294967395 bytes on one stream"),
        ] {
            var transcript = Transcript(Cast.gateway(head: 9))
            transcript.give(.hello(Cast.central))
            transcript.give(.heads(Heads(heads: [])))
            transcript.give(.headsCompared(Cast.verdict(nil)))
            transcript.give(.pull(pull))
            transcript.give(.credit(Credit(stream: 1, bytes: bytes)))
            if !transcript.machine.isClosed { transcript.give(.pullVerified(pull, isSound: true)) }
            if bytes == 500 {
                // The full credit: 600 bytes are sent before the credit is used up.
                transcript.give(.runSent(stream: 1, SentRun(lastSeq: 8, dataBytes: 599)))
                #expect(transcript.text.hasSuffix("readRun stream 1 of G after 8"))
            } else {
                #expect(transcript.text.hasSuffix(end))
            }
        }
    }

    @Test func `the limit on active pulls also counts pulls that are not verified`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        for stream in 1...UInt16(Limits.pullStreams) {
            let pull = Pull(stream: stream, after: Cast.head(4), creditBytes: 9)
            transcript.give(.pull(pull))
            if stream % 2 == 0 { transcript.give(.pullVerified(pull, isSound: false)) }
        }
        #expect(!transcript.machine.isClosed)
        transcript.give(.pull(Pull(stream: 65, after: Cast.head(4), creditBytes: 9)))
        #expect(transcript.text.hasSuffix("close limitExceeded: more than 64 pulls at once"))
    }

    @Test func `a feed batch beyond its credit ends the session`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(HeadsVerdict()))
        transcript.give(.feedBatch(Cast.feedBatch(upTo: 5, bytes: Limits.pullCreditBytes)))
        transcript.give(.feedBatch(Cast.feedBatch(upTo: 6)))
        #expect(transcript.text.hasSuffix("close limitExceeded: a feed batch without credit"))
    }

    @Test func `messages about another node's origins, and repeated ones, end the session`() {
        let foreign = Cast.head(3, of: Cast.stranger)
        let cases: [(Message, String)] = [
            (.receipt(Receipt(head: foreign)), "close wrongRole: a receipt of another node's origin"),
            (
                .pull(Pull(stream: 1, after: foreign, creditBytes: 9)),
                "close wrongRole: a pull of another node's origin"
            ),
            (.heads(Heads(heads: [])), "close unexpectedMessage: heads for a second time"),
        ]
        for (message, end) in cases {
            var transcript = Transcript(Cast.gateway(head: 5))
            transcript.give(.hello(Cast.central))
            transcript.give(.heads(Heads(heads: [])))
            transcript.give(message)
            #expect(transcript.text.hasSuffix(end))
        }
    }

    @Test func `positions of the feed that do not ascend, or are of another incarnation, end the session`() {
        for cursor in [Cast.cursor(20), Cast.cursor(19), Cast.cursor(30, of: Cast.stranger)] {
            var transcript = Transcript(Cast.gateway(head: 5))
            transcript.give(.hello(Cast.central))
            transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
            // Central may begin before the requested position if it did not hand out that position.
            transcript.give(.feedBatch(Cast.feedBatch(upTo: 5)))
            transcript.give(.feedBatch(Cast.feedBatch(upTo: 20)))
            #expect(!transcript.machine.isClosed)
            var batch = Cast.feedBatch(upTo: 20)
            batch.upTo = cursor
            transcript.give(.feedBatch(batch))
            #expect(transcript.lines.last?.hasPrefix("  close badBatch: feed position") == true)
        }
    }

    @Test func `a second answer to one question ends the session`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.corruptionFound([.run(Cast.stranger, first: 3, last: 7)]))
        for _ in 0..<2 { transcript.give(.fetched(Fetched(upTo: nil, isLast: true, body: nil))) }
        #expect(transcript.text.hasSuffix("close unexpectedMessage: fetched entries without a fetch"))
    }

    @Test func `each question about the chains has only one answer`() {
        var transcript = Transcript(Cast.gateway(head: 900))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(Cast.verdict(nil, [Cast.divergence(differing: 800, held: 900, peer: 800)])))
        transcript.give(.pointsRead([Cast.head(400), Cast.head(799)]))
        transcript.give(.located(Located(origin: Cast.gatewayOrigin, agreed: 400, differing: 799)))
        transcript.give(.located(Located(origin: Cast.gatewayOrigin, agreed: 401, differing: 799)))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage: an answer without a question") == true)
    }

    @Test func `withdrawn reports use credit`() {
        var transcript = Transcript(Cast.gateway(head: 5))
        transcript.give(.hello(Cast.central))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
        let batch = FeedBatch(stream: 1, upTo: Cast.cursor(20), withdrawn: [ReportID(1), ReportID(2)], body: nil)
        #expect(batch.creditBytes == 32)
        transcript.give(.feedBatch(batch))
        transcript.give(.absorbed(Cast.cursor(20), dataBytes: batch.creditBytes))
        #expect(transcript.text.hasSuffix("sendFeedReceipt\n  send credit stream 1 32"))
    }
}
