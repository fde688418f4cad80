import FieldpostCore
import Testing

@testable import FieldpostSync

/// Central compares what it and a gateway hold, and has repaired what differs.
@Suite struct ComparisonTranscriptTests {
    private func central(holding seq: UInt64, compares: Bool = true) -> Transcript {
        var transcript = Transcript(Cast.central)
        var gateway = Cast.gateway(head: seq)
        gateway.compares = compares
        transcript.give(.hello(gateway))
        transcript.give(.registered(GatewayState(heads: Heads(heads: [Cast.head(seq)]))))
        transcript.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(0), creditBytes: 400)))
        return transcript
    }

    private func gateway() -> Transcript {
        var own = Cast.gateway(head: 5)
        own.compares = true
        var transcript = Transcript(own)
        transcript.give(.hello(Cast.central))
        transcript.give(.heads(Heads(heads: [Cast.head(5)])))
        transcript.give(.headsCompared(Cast.verdict(nil)))
        return transcript
    }

    private func tail(_ transcript: Transcript, from line: String) -> String {
        let start = transcript.lines.firstIndex(of: line) ?? 0
        return transcript.lines[start...].joined(separator: "\n")
    }

    private func answer(_ transcript: inout Transcript, own: [UInt64], theirs: [UInt64]) {
        transcript.give(.digested(Compared(digests: own)))
        transcript.give(.compared(Compared(digests: theirs)))
    }

    @Test func `central descends where digests differ, and names who lacks an entry`() {
        var central = central(holding: 70)
        central.give(.compare(isDeep: false))
        answer(&central, own: [1], theirs: [2])
        answer(&central, own: [1, 2, 3], theirs: [1, 9, 3])
        var (own, theirs) = ([UInt64](repeating: 7, count: 32), [UInt64](repeating: 7, count: 32))
        (own[4], theirs[5], own[6], theirs[6], own[7]) = (0, .max, 0, .max, 8)
        answer(&central, own: own, theirs: theirs)
        #expect(
            tail(central, from: "> compare(isDeep: false)") == """
                > compare(isDeep: false)
                  send compare entries of G 0…70 by 1024
                  read compare entries of G 0…70 by 1024
                  comparison entries 0/70
                > digested 1 parts
                  comparison entries 0/70
                > received compared 1 digests, 0 reports, 0 repaired
                  send compare entries of G 0…70 by 32
                  read compare entries of G 0…70 by 32
                  comparison entries 0/70
                > digested 3 parts
                  comparison entries 0/70
                > received compared 3 digests, 0 reports, 0 repaired
                  send compare entries of G 32…63 by 1
                  read compare entries of G 32…63 by 1
                  comparison entries 0/70
                > digested 32 parts
                  comparison entries 0/70
                > received compared 32 digests, 0 reports, 0 repaired
                  comparison entries 70/70, 4 differences, finished
                """)
        #expect(
            central.progress?.differences == [
                .entry(Dot(Cast.gatewayOrigin, 36), lackedBy: .central),
                .entry(Dot(Cast.gatewayOrigin, 37), lackedBy: .gateway),
                .entry(Dot(Cast.gatewayOrigin, 38), lackedBy: .both),
                .entry(Dot(Cast.gatewayOrigin, 39), lackedBy: .other),
            ])
    }

    @Test func `a request waits until the gateway has compared heads, and for another one that runs`() {
        var central = Transcript(Cast.central)
        var gateway = Cast.gateway(head: 70)
        gateway.compares = true
        central.give(.hello(gateway))
        central.give(.compare(isDeep: false))
        central.give(.registered(GatewayState(heads: Heads(heads: [Cast.head(70)]))))
        #expect(!central.text.contains("send compare"))
        central.give(.repair([.entry(Dot(Cast.gatewayOrigin, 9), lackedBy: .gateway)]))
        central.give(.feedPull(FeedPull(stream: 1, after: Cast.cursor(0), creditBytes: 400)))
        #expect(central.text.contains("send compare entries") && !central.text.contains("send compare lacking"))
        answer(&central, own: [1], theirs: [1])
        answer(&central, own: [UInt64](repeating: 0, count: 64), theirs: [UInt64](repeating: 0, count: 64))
        #expect(central.text.contains("send compare lacking of G 9…9 by 1"))
        // The second comparison of one kind is the first; one of the other kind waits for the repair.
        central.give(.compare(isDeep: true))
        #expect(!central.text.contains(", deep"))
        central.give(.compared(Compared()))
        #expect(central.text.contains("send compare entries of G 0…70 by 1024, deep"))
    }

    @Test func `an old gateway is not asked`() {
        var central = central(holding: 70, compares: false)
        central.give(.compare(isDeep: false))
        #expect(!central.text.contains("send compare"))
    }

    @Test func `an answer that nobody asked for, or with another number of digests, ends the session`() {
        var unasked = central(holding: 70)
        unasked.give(.compared(Compared()))
        #expect(unasked.text.contains("close unexpectedMessage"))
        var other = central(holding: 70)
        other.give(.compare(isDeep: false))
        other.give(.compared(Compared(digests: [1, 2])))
        #expect(other.text.contains("close malformedMessage"))
    }

    @Test func `a repair fetches what central lacks, and tells the gateway what it lacks`() {
        var central = central(holding: 70)
        let dot = { (seq: UInt64) in Dot(Cast.gatewayOrigin, seq) }
        central.give(
            .repair([
                .entry(dot(4), lackedBy: .central), .entry(dot(5), lackedBy: .central),
                .entry(dot(9), lackedBy: .gateway), .entry(dot(11), lackedBy: .both),
            ]))
        let fetched = Fetched(upTo: dot(5), isLast: true, body: nil)
        central.give(.fetched(fetched))
        central.give(.restored(fetched))
        #expect(central.progress?.isFinished != true)
        central.give(.compared(Compared()))
        #expect(
            tail(central, from: "> repair 4 differences") == """
                > repair 4 differences
                  send fetch G:4…5
                  send compare lacking of G 9…9 by 1
                > received fetched up to G:5, the last
                  restore up to G:5, the last of G:4…5
                > restored up to G:5, the last
                > received compared 0 digests, 0 reports, 0 repaired
                  comparison entries 3/3, finished
                """)
    }

    @Test func `a gateway answers one question at a time, about its own entries`() {
        var gateway = gateway()
        let question = Compare(.entries(Cast.gatewayOrigin), [0...5], partSize: 32)
        gateway.give(.compare(question))
        #expect(gateway.text.hasSuffix("read compare entries of G 0…5 by 32"))
        gateway.give(.digested(Compared(digests: [1])))
        gateway.give(.compare(question))
        gateway.give(.compare(question))
        #expect(gateway.text.contains("close unexpectedMessage"))
        var other = self.gateway()
        other.give(.compare(Compare(.entries(Cast.centralOrigin), [0...5], partSize: 32)))
        #expect(other.text.contains("close wrongRole"))
    }

    @Test func `a gateway that lacks entries answers when it has fetched them`() {
        var gateway = gateway()
        gateway.give(.compare(Compare(.lacking(Cast.gatewayOrigin), [2...3])))
        #expect(gateway.text.hasSuffix("send fetch G:2…3"))
        let fetched = Fetched(upTo: Dot(Cast.gatewayOrigin, 3), isLast: true, body: nil)
        gateway.give(.fetched(fetched))
        #expect(!gateway.text.contains("send compared"))
        gateway.give(.restored(fetched))
        #expect(gateway.text.hasSuffix("send compared 0 digests, 0 reports, 0 repaired"))
    }
}
