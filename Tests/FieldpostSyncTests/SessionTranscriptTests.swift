import FieldpostCore
import Testing

@testable import FieldpostSync

@Suite struct SessionTranscriptTests {
    @Test func `a peer without a hello times out`() {
        var transcript = Transcript(Cast.central)
        transcript.pass(seconds: 9)
        transcript.pass(seconds: 1)
        #expect(
            transcript.text == """
                > opened
                  send hello central
                > tick
                > tick
                  send goodbye 16 no hello within 10 s
                  close timeout: no hello within 10 s
                """)
    }

    @Test func `silence leads to a ping, then ends the session`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 0)))
        transcript.pass(seconds: 14)
        transcript.pass(seconds: 1)
        transcript.pass(seconds: 15)
        transcript.pass(seconds: 15)
        #expect(
            transcript.text.hasSuffix(
                """
                > tick
                > tick
                  send ping 2
                > tick
                  send ping 3
                > tick
                  send goodbye 16 silent for 45 s
                  close timeout: silent for 45 s
                """))
    }

    @Test func `no tick is needed before a ping is due, an answer is late, or the silence is too long`() {
        var transcript = Transcript(Cast.central)
        #expect(transcript.nextTick == 10_000)
        transcript.now.monotonicMilliseconds += 1_000
        transcript.give(.hello(Cast.gateway(head: 0)))
        for due: UInt64 in [16_000, 31_000, 46_000] {
            #expect(transcript.nextTick == due)
            transcript.now.monotonicMilliseconds = Transcript.start + due - 1
            transcript.give(.tick)
            #expect(transcript.lines.last == "> tick")
            transcript.now.monotonicMilliseconds += 1
            transcript.give(.tick)
            #expect(transcript.lines.last != "> tick")
        }
        #expect(transcript.lines.last == "  close timeout: silent for 45 s")
    }

    @Test func `what arrives moves the next tick on`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 0)))
        transcript.now.monotonicMilliseconds += 7_000
        transcript.give(.ping(Ping(token: 3)))
        #expect(transcript.nextTick == 22_000)
        transcript.now.monotonicMilliseconds += 1_000
        transcript.give(.heard)
        #expect(transcript.nextTick == 22_000)
    }

    @Test func `a slowly arriving message keeps the session open, and pings continue`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 0)))
        for _ in 0..<3 {
            transcript.pass(seconds: 10)
            transcript.give(.heard)
            transcript.pass(seconds: 5)
        }
        transcript.pass(seconds: 39)
        transcript.pass(seconds: 1)
        #expect(
            transcript.text.hasSuffix(
                """
                > tick
                > heard
                > tick
                  send ping 2
                > tick
                > heard
                > tick
                  send ping 3
                > tick
                > heard
                > tick
                  send ping 4
                > tick
                  send ping 5
                > tick
                  send goodbye 16 silent for 45 s
                  close timeout: silent for 45 s
                """))
    }

    @Test func `bytes without a complete hello do not stop the timeout`() {
        var transcript = Transcript(Cast.central)
        transcript.pass(seconds: 9)
        transcript.give(.heard)
        transcript.pass(seconds: 1)
        #expect(transcript.lines.last == "  close timeout: no hello within 10 s")
    }

    @Test func `the pong measures the peer's clock against the middle of the round trip`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 0)))
        transcript.now.monotonicMilliseconds += 80
        transcript.now.wallMilliseconds += 80
        let reading = ClockReading(wallMilliseconds: 1_700_000_005_040, quality: .unknown)
        transcript.give(.pong(Pong(token: 1, clock: reading)))
        #expect(transcript.text.hasSuffix("measuredOffset(5000, uncertainty: 40)"))
    }

    @Test func `a message before the hello ends the session`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.announce(Cast.head(1)))
        #expect(transcript.text.hasSuffix("close unexpectedMessage: a message before the hello"))
    }

    @Test(arguments: [Role.gateway, .central])
    func `two nodes of the same role end the session`(role: Role) {
        var transcript = Transcript(
            Cast.hello(Cast.gatewayOrigin, role: role, name: "one", heads: [], grids: []))
        transcript.give(.hello(Cast.hello(Cast.centralOrigin, role: role, name: "two", heads: [], grids: [])))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole") == true)
    }

    @Test func `a node that connects to itself ends the session`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.central))
        #expect(transcript.lines.last?.hasPrefix("  close wrongRole: this is the same node") == true)
    }

    @Test func `nothing is sent after the goodbye`() {
        var transcript = Transcript(Cast.central)
        transcript.give(.hello(Cast.gateway(head: 0)))
        transcript.give(.goodbye(Goodbye(code: nil, detail: "maintenance")))
        transcript.give(.ping(Ping(token: 9)))
        transcript.give(.feedGrew)
        #expect(transcript.text.hasSuffix("close in good order\n> received ping 9\n> feedGrew"))
    }

    @Test func `waits grow to the ceiling, vary, and start again after a receipt`() {
        var backoff = Backoff()
        let longest = (0..<12).map { _ in
            var copy = backoff
            _ = backoff.next(random: 0)
            return (1...2000).map { copy.next(random: .random(in: 0...UInt64($0) << 40)) }.max() ?? 0
        }
        #expect(longest.allSatisfy { $0 <= Limits.backoffLastMilliseconds })
        var grown = Backoff()
        let ceilings = (0..<9).map { _ in grown.next(random: UInt64.max / 60_001 * 60_001 - 1) }
        #expect(ceilings.last ?? 0 > Limits.backoffFirstMilliseconds)
        grown.reset()
        #expect(grown == Backoff())
        #expect(grown.next(random: Limits.backoffFirstMilliseconds) == Limits.backoffFirstMilliseconds)
        #expect(grown.next(random: 2 * Limits.backoffFirstMilliseconds) == 2 * Limits.backoffFirstMilliseconds)
    }
}
