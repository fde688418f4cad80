import FieldpostCore
import FieldpostNode
import FieldpostTransport
import FieldpostWire
import Foundation
import NIOCore
import NIOPosix

@testable import fieldpost

/// An enrolled gateway, over a real connection. It sends its own reports correctly, and lies about everything else.
final class LyingGateway {
    let identity: TLSIdentity
    let origin: Origin
    private let central: Endpoint
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
        identity = try TLSIdentity(pem: String(contentsOfFile: directory + "/node.key", encoding: .utf8))
        self.central = central
        origin = Origin(node: identity.node, incarnation: Incarnation(1))
    }

    static func entry(_ dot: Dot, report: ReportID = .random(), _ fields: [FieldName: FieldValue]) -> [UInt8] {
        EntryCodec().encode(
            Entry(
                id: .random(), dot: dot, report: report, previousSeq: 0, context: VersionVector(), depth: 1,
                author: "liar", stamp: .unknown, change: Change(fields: fields)))
    }

    private func head(_ seq: Int) -> Head {
        let chain = run.prefix(seq).reduce(Chain.start(of: origin)) { Chain.link($0, $1.hash) }
        return Head(origin: origin, seq: UInt64(seq), chain: chain)
    }

    /// Sends one more report of its own, and tells its lies. Ends when it has a receipt and its feed was served, when
    /// central closes, or after three seconds.
    func speak(_ lies: Lies) async throws -> Outcome {
        let dot = Dot(origin, UInt64(run.count + 1))
        run.append(EntryCodec().open(Self.entry(dot, [.text: .text("my own \(dot.seq)")]), at: dot))
        let channel = try await Transport.dial(
            central, security: .tls(identity, for: .session), group: MultiThreadedEventLoopGroup.singleton)
        _ = try await channel.identify()
        let script = Script(
            hello: Hello(
                node: identity.node, role: .gateway, name: "", incarnation: origin.incarnation, boot: BootID(1),
                clock: ClockReading(wallMilliseconds: 1, quality: .unknown), linkClass: "",
                frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known, heads: [head(run.count)],
                receipts: lies.receipts, grids: []),
            heads: (0...run.count).map(head), run: run, lies: lies)
        return try await script.play(on: channel)
    }
}

/// One session of a lying gateway.
private struct Script: Sendable {
    let hello: Hello
    let heads: [Head]
    let run: [SealedEntry]
    let lies: LyingGateway.Lies

    func play(on channel: PeerChannel) async throws -> LyingGateway.Outcome {
        let (outcomes, told) = AsyncStream<LyingGateway.Outcome>.makeStream()
        try await channel.converse { inbound, outbound in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await Task.sleep(for: .seconds(30)) }
                group.addTask { told.yield(await self.speak(inbound, outbound)) }
                await group.next()
                group.cancelAll()
            }
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
        let body = BatchCodec.compress(run[seq...].map(\.bytes))
        try await outbound.send(
            .batch(
                Batch(
                    stream: pull.stream, origin: pull.after.origin, firstSeq: pull.after.seq + 1,
                    lastSeq: UInt64(run.count), chainBefore: pull.after.chain, body: body)))
    }
}
