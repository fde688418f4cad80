import FieldpostCore
import FieldpostTransport
import FieldpostWire
import NIOCore
import TestKit

/// An enrolled gateway, over a real connection. It sends its own reports correctly, and lies about everything else.
final class LyingGateway {
    let peer: FakeGateway
    private var run: [SealedEntry] = []

    /// The result of one session.
    struct Outcome {
        var incarnation: Incarnation?
        var receipt: Receipt?
        var wasAskedForOthers = false
        var goodbye: Goodbye?
    }

    /// Its false statements.
    struct Lies {
        var receipts: [Receipt] = []
        var cursor: FeedCursor?
        var seen: KnownEntry?
        var proof: Proof?
        /// Entries that it gives as those of others when central fetches.
        var entries: [[UInt8]] = []
    }

    /// `directory`: of an enrolled node.
    init(in directory: String, central: Endpoint) throws {
        peer = try FakeGateway(in: directory, central: central)
    }

    static func entry(_ dot: Dot, report: ReportID = .random(), _ fields: [FieldName: FieldValue]) -> [UInt8] {
        FakeGateway.entry(dot, report: report, author: "liar", fields)
    }

    private func head(_ seq: Int) -> Head {
        let chain = run.prefix(seq).reduce(Chain.start(of: peer.origin)) { Chain.link($0, $1.hash) }
        return Head(origin: peer.origin, seq: UInt64(seq), chain: chain)
    }

    /// Sends one more report of its own, and tells its lies. Ends when it has a receipt and its feed was served, when
    /// central closes, or after three seconds.
    func speak(_ lies: Lies) async throws -> Outcome {
        let dot = Dot(peer.origin, UInt64(run.count + 1))
        run.append(EntryCodec().open(Self.entry(dot, [.text: .text("my own \(dot.seq)")]), at: dot))
        let script = Script(
            peer: peer, hello: peer.hello(heads: [head(run.count)], receipts: lies.receipts),
            heads: (0...run.count).map(head), run: run, lies: lies)
        return try await script.play()
    }
}

/// One session of a lying gateway.
private struct Script: Sendable {
    let peer: FakeGateway
    let hello: Hello
    let heads: [Head]
    let run: [SealedEntry]
    let lies: LyingGateway.Lies

    func play() async throws -> LyingGateway.Outcome {
        let (outcomes, told) = AsyncStream<LyingGateway.Outcome>.makeStream()
        try await peer.visit(until: { try? await Task.sleep(for: .seconds(120)) }) { inbound, outbound in
            told.yield(await speak(inbound, outbound))
        }
        told.finish()
        for await outcome in outcomes { return outcome }
        return LyingGateway.Outcome()
    }

    private func speak(_ inbound: PeerChannel.Inbound, _ outbound: PeerChannel.Outbound) async -> LyingGateway.Outcome {
        var outcome = LyingGateway.Outcome()
        var leaves = ContinuousClock.now
        do {
            try await outbound.send(.hello(hello))
            for try await case .message(let message) in inbound {
                switch message {
                case .hello(let central): outcome.incarnation = central.incarnation
                case .heads:
                    let start = FeedCursor(incarnation: outcome.incarnation ?? Incarnation(1), position: 0)
                    try await outbound.send(
                        .feedPull(
                            FeedPull(
                                stream: 1, after: lies.cursor ?? start, creditBytes: 1 << 20, seen: lies.seen,
                                proof: lies.proof)))
                case .pull(let pull): try await answer(pull, outbound)
                case .fetch(let fetch):
                    outcome.wasAskedForOthers = outcome.wasAskedForOthers || fetch.range == .foreign(after: nil)
                    leaves = .now + .seconds(3)
                    let body = lies.entries.isEmpty ? nil : BatchCodec.compress(lies.entries)
                    try await outbound.send(.fetched(Fetched(upTo: nil, isLast: true, body: body)))
                case .receipt(let receipt): outcome.receipt = receipt
                case .goodbye(let goodbye):
                    outcome.goodbye = goodbye
                    return outcome
                case .ping(let ping): try await outbound.send(.pong(Pong(token: ping.token, clock: hello.clock)))
                // Central checks the foreign entries later and does not answer, so the session stays open for some
                // time.
                case .pong where outcome.receipt != nil && leaves <= .now: return outcome
                default: break
                }
                if outcome.receipt != nil { try await outbound.send(.ping(Ping(token: 7))) }
            }
        } catch {
            // The connection was cut.
        }
        return outcome
    }

    private func answer(_ pull: Pull, _ outbound: PeerChannel.Outbound) async throws {
        let seq = Int(pull.after.seq)
        guard pull.after.origin == hello.heads[0].origin, seq < run.count, heads[seq] == pull.after else { return }
        try await outbound.send(.batch(peer.batch(pull, run[seq...].map(\.bytes))))
    }
}
