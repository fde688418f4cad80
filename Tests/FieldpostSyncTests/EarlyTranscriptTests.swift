import FieldpostCore
import Testing

@testable import FieldpostSync

/// Urgent entries ahead of their chain (PROTOCOL.md, 8.24).
@Suite struct EarlyTranscriptTests {
    /// A gateway with a backlog, whose pull is verified.
    private func gateway(head: UInt64 = 900, credit: UInt32 = 100) -> Transcript {
        var transcript = Transcript(Cast.gateway(head: head), earlyDistance: 30)
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(400)])))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
        let pull = Pull(stream: 1, after: Cast.head(400), creditBytes: credit)
        transcript.give(.pull(pull))
        transcript.give(.pullVerified(pull, isSound: true))
        return transcript
    }

    private func central() -> Transcript {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 900)))
        transcript.give(.registered(GatewayState(heads: Heads(heads: [Cast.head(400)]))))
        return transcript
    }

    @Test func `behind a backlog, urgent entries go ahead of it, and the rest of them when receipts come`() {
        var transcript = gateway()
        let backlog = [Cast.early(420), Cast.early(700), Cast.early(800)]
        transcript.give(.urgentRead(backlog, upTo: 9, newest: 9, isLast: true))
        transcript.give(.headMoved(Cast.head(901)))
        transcript.give(.urgentRead([Cast.early(901)], upTo: 10, newest: 10, isLast: true))
        transcript.give(Cast.earlyReceipt(700))
        transcript.give(.receipt(Receipt(head: Cast.head(900))))
        #expect(
            transcript.text.hasSuffix(
                """
                > pullVerified stream 1
                  readRun stream 1 of G after 400
                  readUrgent after 0 room 4
                > urgentRead 420 700 800 …9 of 9, the last
                  send early G:700
                  send early G:800
                > headMoved G:901
                  readUrgent after 9 room 14
                > urgentRead 901 …10 of 10, the last
                  send early G:901
                > received earlyReceipt G:700
                > received receipt G:900
                  acknowledge G:900
                """))
    }

    @Test func `what becomes urgent in the session passes what waited when it began`() {
        var transcript = gateway()
        let backlog = (1...UInt64(4)).map { Cast.early(500 + $0 * 10) }
        transcript.give(.urgentRead(backlog, upTo: 4, newest: 90, isLast: false))
        transcript.give(.headMoved(Cast.head(901)))
        #expect(transcript.text.hasSuffix("readUrgent after 90 room 12"))
        transcript.give(.urgentRead([Cast.early(901)], upTo: 91, newest: 91, isLast: true))
        #expect(transcript.text.hasSuffix("send early G:901"))
        transcript.give(Cast.earlyReceipt(510))
        #expect(transcript.text.hasSuffix("readUrgent after 4 room 1"))
    }

    @Test func `urgent entries that waited take half of what central holds ahead, and later ones the rest`() {
        var transcript = gateway(head: 9_000)
        for number in 1...UInt64(Limits.earlyBacklogEntries) {
            let seq = 600 + number * 40
            transcript.give(.urgentRead([Cast.early(seq)], upTo: number, newest: 900, isLast: false))
            transcript.give(Cast.earlyReceipt(seq))
        }
        #expect(transcript.lines.last == "> received earlyReceipt G:\(600 + Limits.earlyBacklogEntries * 40)")
        transcript.give(.headMoved(Cast.head(9_001)))
        #expect(transcript.text.hasSuffix("readUrgent after 900 room 16"))
    }

    @Test func `where the pull is not behind, nothing goes ahead`() {
        var transcript = gateway(head: 430)
        transcript.give(.headMoved(Cast.head(430)))
        #expect(!transcript.text.contains("readUrgent"))
        transcript.give(.headMoved(Cast.head(431)))
        #expect(transcript.text.hasSuffix("readUrgent after 0 room 4"))
    }

    @Test func `no more than a few are without a receipt at once`() {
        var transcript = gateway()
        transcript.give(.urgentRead([], upTo: 16, newest: 16, isLast: true))
        transcript.give(.headMoved(Cast.head(901)))
        let first = (1...UInt64(Limits.earlyWindow)).map { Cast.early(500 + $0 * 10) }
        transcript.give(.urgentRead(first, upTo: 32, newest: 40, isLast: false))
        #expect(transcript.text.hasSuffix("send early G:660"))
        transcript.give(Cast.earlyReceipt(530))
        #expect(transcript.text.hasSuffix("readUrgent after 32 room 1"))
    }

    @Test func `where all is urgent, few entries go ahead`() {
        var transcript = gateway()
        let all = (1...UInt64(100)).map { Cast.early(400 + $0) }
        transcript.give(.urgentRead(all, upTo: 100, newest: 100, isLast: true))
        let sent = transcript.lines.filter { $0.hasPrefix("  send early") }
        #expect(sent == (0..<10).map { "  send early G:\(431 + $0 * 7)" })
    }

    @Test func `what central names at the start is not sent again, and nothing is sent before it is compared`() {
        var transcript = Transcript(Cast.gateway(head: 900), earlyDistance: 30)
        transcript.give(.hello(Cast.central))
        transcript.give(Cast.earlyReceipt(700))
        transcript.give(.headsCompared(Cast.verdict(Cast.cursor(12))))
        let pull = Pull(stream: 1, after: Cast.head(400), creditBytes: 100)
        transcript.give(.pull(pull))
        transcript.give(.pullVerified(pull, isSound: true))
        transcript.give(.earlyCompared(KnownEntry(dot: Cast.early(700).dot, hash: .zero), nil))
        transcript.give(.urgentRead([Cast.early(700), Cast.early(800)], upTo: 9, newest: 9, isLast: true))
        #expect(
            transcript.text.hasSuffix(
                """
                > received earlyReceipt G:700
                  compareEarly G:700
                > headsCompared cursor 12
                  send feedPull stream 1 after 12 credit 1048576
                > received pull stream 1 after G:400 credit 100
                  verifyPull after G:400
                > pullVerified stream 1
                > earlyCompared G:700
                  readRun stream 1 of G after 400
                  readUrgent after 0 room 4
                > urgentRead 700 800 …9 of 9, the last
                  send early G:800
                """))
    }

    @Test func `an early entry that this journal does not hold begins a new incarnation`() {
        var transcript = gateway()
        transcript.give(Cast.earlyReceipt(950))
        transcript.give(
            .earlyCompared(
                KnownEntry(dot: Cast.early(950).dot, hash: .zero),
                .rewound(Cast.gatewayOrigin, held: 900, peer: 950)))
        #expect(transcript.text.hasSuffix("begin rewound G 900 of 950"))
    }

    @Test func `a receipt of another node's entry is a wrong role, and too many unasked ones break a limit`() {
        var transcript = gateway()
        transcript.give(.earlyReceipt(KnownEntry(dot: Dot(Cast.stranger, 1), hash: .zero)))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole") == true)
        transcript = gateway()
        for seq in 1...UInt64(Limits.earlyEntries + 1) { transcript.give(Cast.earlyReceipt(400 + seq)) }
        #expect(transcript.lines.last?.hasPrefix("  close limitExceeded") == true)
    }

    @Test func `central stores early entries of the origins that it pulls, a few at once`() {
        var transcript = central()
        transcript.give(.early(Cast.early(700)))
        #expect(transcript.text.hasSuffix("storeEarly G:700"))
        transcript.give(.earlyStored)
        for seq in 1...UInt64(Limits.earlyWindow) { transcript.give(.early(Cast.early(700 + seq))) }
        #expect(transcript.text.hasSuffix("storeEarly G:716"))
        transcript.give(.early(Cast.early(717)))
        #expect(transcript.lines.last?.hasPrefix("  close limitExceeded") == true)
    }

    @Test func `an early entry of another origin, or before the pulls, ends the session`() {
        var transcript = central()
        transcript.give(.early(Cast.early(1, of: Cast.stranger)))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole") == true)
        transcript = central()
        transcript.give(.early(Cast.early(1, of: Origin(node: Cast.gatewayOrigin.node, incarnation: Incarnation(9)))))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
        transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 900)))
        transcript.give(.early(Cast.early(700)))
        #expect(transcript.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }
}
