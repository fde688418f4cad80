import FieldpostCore
import Testing

@testable import FieldpostSync

@Suite struct CentralTranscriptTests {
    private func connected(offering seq: UInt64, holding held: UInt64) -> Transcript {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: seq)))
        transcript.give(.registered(GatewayState(heads: Heads(heads: held == 0 ? [] : [Cast.head(held)]))))
        return transcript
    }

    @Test func `each stored batch gets a receipt, and its credit is renewed`() {
        var transcript = connected(offering: 900, holding: 400)
        let batch = Cast.batch(401...700)
        transcript.give(.batch(batch))
        transcript.give(Cast.stored(batch, added: 300))
        #expect(
            transcript.text == """
                > opened
                  send hello central
                > received hello gateway
                  greeted gateway
                  register gateway
                  send ping 1
                > registered [G:400]
                  send heads [G:400]
                  send pull stream 1 after G:400 credit 65536
                > received batch stream 1 401…700
                  store stream 1 401…700
                > stored stream 1 …700 added 300 repeated 0
                  sendReceipt of G
                  resetBackoff
                  send credit stream 1 500
                """)
    }

    @Test func `an unknown gateway is pulled from its first entry`() {
        let transcript = connected(offering: 3, holding: 0)
        #expect(transcript.text.hasSuffix("send pull stream 1 after G:0 credit 65536"))
    }

    @Test func `a batch that leaves a gap ends the session`() {
        var transcript = connected(offering: 900, holding: 400)
        transcript.give(.batch(Cast.batch(402...700)))
        #expect(transcript.text.hasSuffix("close badBatch: entries 402…700 (299) instead of entry 401"))
    }

    @Test func `a batch beyond its credit ends the session`() {
        var transcript = connected(offering: 900, holding: 0)
        transcript.give(.batch(Cast.batch(1...1, bytes: Limits.pullFirstCreditBytes)))
        transcript.give(.batch(Cast.batch(2...2)))
        #expect(transcript.text.hasSuffix("close limitExceeded: a batch without credit"))
    }

    @Test func `the feed is served within its credit, and again when it grows`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 400)))
        transcript.give(.feedChecked(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 400)))
        transcript.give(.feedSent(SentFeed(position: 9, dataBytes: 300)))
        transcript.give(.feedSent(SentFeed(position: 12, dataBytes: 300)))
        transcript.give(.feedGrew)
        transcript.give(.credit(Credit(stream: 1, bytes: 300)))
        transcript.give(.feedReceipt(Cast.cursor(9)))
        transcript.give(.feedSent(nil))
        transcript.give(.feedGrew)
        #expect(
            transcript.text.hasSuffix(
                """
                > received feedPull stream 1 after 4 credit 400
                  checkFeed after 4
                > feedChecked after 4
                  acknowledgeFeed(4)
                  readFeed(stream: 1, after: 4)
                > feedSent …9 (300 bytes)
                  readFeed(stream: 1, after: 9)
                > feedSent …12 (300 bytes)
                > feedGrew
                > received credit stream 1 300
                  readFeed(stream: 1, after: 12)
                > received feedReceipt 9
                  acknowledgeFeed(9)
                > feedSent nothing
                > feedGrew
                  readFeed(stream: 1, after: 12)
                """))
    }

    @Test func `entries that arrive during a read of the feed are read after it`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(0), creditBytes: 400)))
        transcript.give(.feedChecked(FeedPull(stream: 1, after: Cast.cursor(0), creditBytes: 400)))
        transcript.give(.feedGrew)
        transcript.give(.feedSent(nil))
        #expect(transcript.text.hasSuffix("> feedSent nothing\n  readFeed(stream: 1, after: 0)"))
    }

    @Test func `a receipt for an unsent feed position ends the session`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 400)))
        transcript.give(.feedChecked(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 400)))
        transcript.give(.feedReceipt(Cast.cursor(5)))
        #expect(transcript.text.hasSuffix("close rewound: a receipt for feed position 5, which was not sent"))
    }

    @Test func `a resync pulls everything again beside the standing pull, then searches photos`() {
        var transcript = connected(offering: 900, holding: 900)
        transcript.give(.resync)
        let first = Cast.batch(1...500, stream: 2)
        let last = Cast.batch(501...900, stream: 2)
        transcript.give(.batch(first))
        transcript.give(.batch(last))
        transcript.give(Cast.stored(first, added: 2, repeated: 498))
        transcript.give(Cast.stored(last, added: 0, repeated: 400))
        transcript.give(.batch(Cast.batch(901...901, stream: 2)))
        #expect(
            transcript.text.hasSuffix(
                """
                > resync
                  send pull stream 2 after G:0 credit 65536
                > received batch stream 2 1…500
                  store stream 2 1…500
                > received batch stream 2 501…900
                  store stream 2 501…900
                > stored stream 2 …500 added 2 repeated 498
                  sendReceipt of G
                  resetBackoff
                  resyncProgress 500/900 added 2
                  send credit stream 2 500
                > stored stream 2 …900 added 0 repeated 400
                  sendReceipt of G
                  resetBackoff
                  resyncProgress 900/900 added 2
                  send credit stream 2 0
                  resyncProgress 900/900 added 2 finished
                  find missing after none
                > received batch stream 2 901…901
                """))
    }

    @Test func `a resync of an empty gateway is finished at once`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.resync)
        #expect(transcript.text.hasSuffix("> resync\n  resyncProgress 0/0 added 0 finished"))
    }

    @Test func `a feed receipt without news is not written again`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 400)))
        transcript.give(.feedChecked(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 400)))
        transcript.give(.feedSent(SentFeed(position: 9, dataBytes: 300)))
        transcript.give(.feedReceipt(Cast.cursor(9)))
        transcript.give(.feedReceipt(Cast.cursor(9)))
        #expect(transcript.text.hasSuffix("> received feedReceipt 9\n  acknowledgeFeed(9)\n> received feedReceipt 9"))
    }

    @Test func `too much credit ends the session, also at the start of a pull`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: .max)))

        #expect(transcript.text.hasSuffix("close limitExceeded: credit of 4294967295 bytes on one stream"))
    }

    @Test func `an announcement of an origin that was not offered ends the session`() {
        var transcript = connected(offering: 3, holding: 0)
        transcript.give(.announce(Cast.head(4)))
        #expect(transcript.lines.last == "> received announce G:4")
        let other = Origin(node: Cast.gatewayOrigin.node, incarnation: Incarnation(99))
        transcript.give(.announce(Cast.head(4, of: other)))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }

    @Test func `a gateway may offer its own entries only`() {
        var transcript = Transcript(Cast.central)
        transcript.give(
            .hello(
                Cast.hello(
                    Cast.gatewayOrigin, role: .gateway, name: "gateway", heads: [Cast.head(3, of: Cast.stranger)],
                    grids: [])))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole") == true)
    }

    @Test func `a gateway may not fetch all foreign entries from central`() {
        var transcript = connected(offering: 900, holding: 900)
        transcript.give(.fetch(Fetch(range: .foreign(after: nil))))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole") == true)
    }

    @Test func `a second locate ends the session, unless the first was answered`() {
        var transcript = connected(offering: 9, holding: 5)
        for _ in 0..<3 {
            transcript.give(.locate(Locate(points: [Cast.head(3)])))
            transcript.give(.locateServed)
        }
        #expect(!transcript.machine.isClosed)
        for _ in 0..<2 { transcript.give(.locate(Locate(points: [Cast.head(3)]))) }
        #expect(
            transcript.text.hasSuffix("close unexpectedMessage: a second locate before the first was answered"))
    }

    @Test func `credit directly after a feed pull counts`() {
        var transcript = connected(offering: 0, holding: 0)
        let pull = FeedPull(stream: 7, after: Cast.cursor(4), creditBytes: 100)
        transcript.give(.feedPull(pull))
        transcript.give(.credit(Credit(stream: 7, bytes: 500)))
        transcript.give(.feedGrew)
        transcript.give(.feedChecked(pull))
        transcript.give(.feedSent(SentFeed(position: 9, dataBytes: 599)))
        #expect(transcript.text.hasSuffix("readFeed(stream: 7, after: 9)"))
    }

    @Test func `too much credit directly after a feed pull ends the session`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 100)))
        transcript.give(.credit(Credit(stream: 1, bytes: UInt32(16 * Limits.pullCreditBytes))))
        #expect(transcript.lines.last?.hasPrefix("  close limitExceeded") == true)
    }

    @Test func `a resync of more origins than allowed pulls continues in rounds`() {
        let origins = (1...40).map { Origin(node: Cast.gatewayOrigin.node, incarnation: Incarnation(UInt128($0))) }
        let heads = origins.map { Cast.head(9, of: $0) }
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.hello(origins[0], role: .gateway, name: "g", heads: heads, grids: [])))
        transcript.give(.registered(GatewayState(heads: Heads(heads: heads))))
        transcript.give(.resync)
        var streams: [UInt16: Origin] = [:]
        for (index, origin) in origins.enumerated() { streams[UInt16(41 + index)] = origin }
        #expect(transcript.lines.filter { $0.contains("send pull") }.count == 64)
        for (stream, origin) in streams.sorted(by: { $0.key < $1.key }) {
            var batch = Cast.batch(1...9, stream: stream)
            batch.origin = origin
            transcript.give(.batch(batch))
            transcript.give(Cast.stored(batch, added: 0, repeated: 9))
        }
        #expect(transcript.lines.filter { $0.contains("send pull") }.count == 80)
        #expect(transcript.lines.last == "  resyncProgress 360/360 added 0 finished")
    }

    @Test func `all unreadable entries are named, in several receipts if needed`() {
        let head = Cast.head(4096)
        let receipts = Receipt(head: head, quarantined: Array(1...4096)).parts
        #expect(receipts.map(\.quarantined.count) == [1024, 1024, 1024, 1024])
        #expect(receipts.flatMap(\.quarantined) == Array(1...4096))
        #expect(Receipt(head: head, quarantined: [7]).parts == [Receipt(head: head, quarantined: [7])])
    }

    @Test func `a hello with receipts of another node ends the session`() {
        var hello = Cast.gateway(head: 3)
        hello.receipts = [Receipt(head: Cast.head(3, of: Cast.stranger))]
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(hello))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole") == true)
    }

    @Test func `positions skipped at the end of a feed count as held when everything before them is`() {
        var transcript = connected(offering: 0, holding: 0)
        let pull = FeedPull(stream: 1, after: Cast.cursor(4), creditBytes: 4000)
        transcript.give(.feedPull(pull))
        transcript.give(.feedChecked(pull))
        transcript.give(.feedSent(SentFeed(position: 9, dataBytes: 300)))
        transcript.give(.feedSent(SentFeed(position: 12, dataBytes: 0)))
        #expect(!transcript.text.contains("acknowledgeFeed(9)") && !transcript.text.contains("passFeed"))
        transcript.give(.feedReceipt(Cast.cursor(9)))
        #expect(transcript.text.hasSuffix("\n  acknowledgeFeed(9)\n  passFeed(12)"))
        transcript.give(.feedSent(SentFeed(position: 15, dataBytes: 0)))
        #expect(transcript.lines.last == "  passFeed(15)")
        transcript.give(.feedReceipt(Cast.cursor(9)))
        #expect(transcript.lines.last == "> received feedReceipt 9")
    }

    @Test func `central decides where a feed starts, whatever was asked for`() {
        var transcript = connected(offering: 0, holding: 0)
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(40), creditBytes: 400)))
        transcript.give(.feedChecked(FeedPull(stream: 1, after: Cast.cursor(12), creditBytes: 400)))
        #expect(transcript.lines.last == "  readFeed(stream: 1, after: 12)")
    }
}
