import FieldpostCore
import Testing

@testable import FieldpostSync

/// A gateway tells central how it is.
@Suite struct StatusTranscriptTests {
    private static let calm = GatewayStatus(uptimeSeconds: 10, version: "0.1.0")

    private static var full: GatewayStatus {
        var status = calm
        status.diskStage = 1
        return status
    }

    private func gateway() -> Transcript {
        var transcript = Transcript(Cast.gateway(head: 0))
        transcript.give(.hello(Cast.central))
        return transcript
    }

    private func open(_ transcript: inout Transcript) {
        transcript.give(.heads(Heads(heads: [])))
        transcript.give(.headsCompared(Cast.verdict(nil)))
    }

    private func isDue(_ status: GatewayStatus, _ transcript: Transcript) -> Bool {
        transcript.machine.isStatusDue(status.key, at: transcript.now)
    }

    @Test func `a gateway tells nothing of itself before the heads are compared, and then at once`() {
        var transcript = gateway()
        #expect(!isDue(Self.calm, transcript))
        transcript.give(.heads(Heads(heads: [])))
        #expect(!isDue(Self.calm, transcript))
        transcript.give(.headsCompared(Cast.verdict(nil)))
        #expect(isDue(Self.calm, transcript))
        transcript.give(.statusMade(Self.calm))
        #expect(transcript.lines.last == "  send status up 10 s")
    }

    @Test func `the next one follows after a minute, or when something changed and five seconds are over`() {
        var transcript = gateway()
        open(&transcript)
        transcript.give(.statusMade(Self.calm))
        transcript.pass(seconds: 4)
        #expect(!isDue(Self.calm, transcript) && !isDue(Self.full, transcript))
        transcript.pass(seconds: 1)
        #expect(!isDue(Self.calm, transcript) && isDue(Self.full, transcript))
        // The session lives on.
        for _ in 0..<54 {
            transcript.pass(seconds: 1)
            transcript.give(.heard)
        }
        #expect(!isDue(Self.calm, transcript))
        transcript.pass(seconds: 1)
        #expect(isDue(Self.calm, transcript))
    }

    @Test func `what a change concerns is the disk, the wait of photos, and the link`() {
        var transcript = gateway()
        open(&transcript)
        transcript.give(.statusMade(Self.calm))
        transcript.pass(seconds: 5)
        var (waiting, moved, busy) = (Self.calm, Self.calm, Self.calm)
        waiting.photosWaitFor = 5
        moved.link = "lte"
        busy.entries.count = 9
        #expect(isDue(waiting, transcript) && isDue(moved, transcript) && !isDue(busy, transcript))
    }

    @Test func `central takes a status and does nothing for it, and a gateway takes none`() {
        var central = Transcript(Cast.central)
        central.give(.hello(Cast.gateway(head: 0)))
        central.give(.registered(GatewayState(heads: Heads(heads: []))))
        let start = central.lines.count
        central.give(.status(Self.calm))
        #expect(central.lines[start...] == ["> received status up 10 s"])
        #expect(!central.machine.isStatusDue(Self.calm.key, at: central.now))

        var gateway = gateway()
        gateway.give(.status(Self.calm))
        #expect(gateway.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }
}
