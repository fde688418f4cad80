import Crypto
import FieldpostCore
import FieldpostTransport
import FieldpostWire
import NIOCore
import NIOPosix
import Synchronization

/// A gateway that exists only in this process: a key, and a session over a real connection with TLS. It speaks the
/// protocol as far as a measurement needs it, and stores nothing.
final class SimulatedGateway: Sendable {
    private struct State {
        var peer: FilledOrigin
        /// The stream of central's pull, once there is one.
        var stream: UInt16?
        var credit = 0
        /// Entries that wait for a receipt: the seq, and when it was sent.
        var waiting: [(seq: UInt64, at: UInt64)] = []
        var delays: [UInt64] = []
        var isConnected = false
        var goodbye: String?
    }

    let name: String
    let identity: TLSIdentity
    let origin: Origin
    private let grids: [String]
    private let state: Mutex<State>

    init(number: Int) throws {
        name = "simulated-\(number)"
        identity = try TLSIdentity(pem: P256.Signing.PrivateKey().pemRepresentation)
        grids = ["S\(number)"]
        let peer = FilledOrigin(node: identity.node)
        origin = peer.origin
        state = Mutex(State(peer: peer))
    }

    var enrollment: Enrollment { Enrollment(gateway: identity.node, name: name, grids: grids) }

    var isConnected: Bool { state.withLock { $0.isConnected } }

    /// Why central ended the session, if it did.
    var goodbye: String? { state.withLock { $0.goodbye } }

    /// Nanoseconds from sending an entry to central's receipt for it.
    var delays: [UInt64] { state.withLock { $0.delays } }

    /// Whether central has confirmed all that was sent.
    var isSettled: Bool { state.withLock { $0.stream != nil && $0.waiting.isEmpty } }

    /// Bytes of a group of event loops that all simulated gateways share.
    private static let group = MultiThreadedEventLoopGroup.singleton

    /// One session, until the task is cancelled or central ends it. `backlog`: entries that wait at the start, in
    /// batches. `interval`: nanoseconds between two reports after that; nil: none.
    func live(with central: Endpoint, backlog: [Batch] = [], interval: Duration? = nil, seed: UInt64 = 0) async throws {
        let channel = try await Transport.dial(central, security: .tls(identity, for: .session), group: Self.group)
        _ = try await channel.identify()
        let hello = state.withLock { $0.peer }.hello(name: name, grids: grids)
        try await channel.converse { inbound, outbound in
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try? await outbound.send(.hello(hello))
                    try? await self.listen(inbound, outbound, backlog)
                }
                if let interval {
                    tasks.addTask { try? await self.report(every: interval, seed: seed, outbound) }
                }
                await tasks.next()
                tasks.cancelAll()
            }
        }
        state.withLock { $0.isConnected = false }
    }

    private func listen(
        _ inbound: PeerChannel.Inbound, _ outbound: PeerChannel.Outbound, _ backlog: [Batch]
    ) async throws {
        var central = Incarnation(1)
        var left = backlog[...]
        for try await case .message(let message) in inbound {
            switch message {
            case .hello(let hello): central = hello.incarnation
            case .heads:
                let start = FeedCursor(incarnation: central, position: 0)
                try await outbound.send(
                    .feedPull(FeedPull(stream: 1, after: start, creditBytes: 1 << 20, seen: nil, proof: nil)))
            case .pull(let pull):
                state.withLock { state in
                    state.stream = pull.stream
                    state.credit = Int(pull.creditBytes)
                    state.isConnected = true
                }
            case .credit(let credit): state.withLock { $0.credit += Int(credit.bytes) }
            case .receipt(let receipt): take(receipt)
            case .feedBatch(let batch): try await outbound.send(.feedReceipt(batch.upTo))
            case .ping(let ping): try await outbound.send(.pong(Pong(token: ping.token, clock: Self.clock)))
            case .goodbye(let goodbye):
                state.withLock { $0.goodbye = goodbye.detail }
                return
            default: break
            }
            while var batch = left.first, let stream = spend(batch) {
                batch.stream = stream
                left.removeFirst()
                try await outbound.send(.batch(batch))
            }
        }
    }

    private static let clock = ClockReading(wallMilliseconds: 1, quality: .unknown)

    /// The stream on which a batch may go now.
    private func spend(_ batch: Batch) -> UInt16? {
        state.withLock { state in
            guard let stream = state.stream, state.credit > 0 else { return nil }
            state.credit -= batch.body.data.count
            state.waiting.append((batch.lastSeq, ProcessMeter.now()))
            return stream
        }
    }

    private func take(_ receipt: Receipt) {
        let now = ProcessMeter.now()
        state.withLock { state in
            state.delays += state.waiting.prefix { $0.seq <= receipt.head.seq }.map { now - $0.at }
            state.waiting.removeAll { $0.seq <= receipt.head.seq }
        }
    }

    /// The next entries of this gateway, as batches that wait to be sent.
    func backlog(batches: Int, entries: Int, filling: inout Filling) -> [Batch] {
        var peer = state.withLock { $0.peer }
        defer { state.withLock { $0.peer = peer } }
        return (0..<batches).map { _ in
            let before = peer
            return Self.batch(filling.run(of: &peer, count: entries), after: before)
        }
    }

    private static func batch(_ run: [SealedEntry], after before: FilledOrigin) -> Batch {
        Batch(
            stream: 0, origin: before.origin, firstSeq: before.head + 1, lastSeq: before.head + UInt64(run.count),
            chainBefore: before.chain, body: BatchCodec.compress(run.map(\.bytes)))
    }

    private func report(every interval: Duration, seed: UInt64, _ outbound: PeerChannel.Outbound) async throws {
        var filling = Filling(seed: seed, changes: 16)
        // Not all at the same moment.
        try await Task.sleep(for: interval * Double(seed % 1000) / 1000)
        while !Task.isCancelled {
            try await Task.sleep(for: interval)
            guard isConnected else { continue }
            var peer = state.withLock { $0.peer }
            let before = peer
            var batch = Self.batch(filling.run(of: &peer, count: 1), after: before)
            state.withLock { $0.peer = peer }
            // A report that finds no credit waits, and the time counts.
            while true {
                if let stream = spend(batch) {
                    batch.stream = stream
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            try await outbound.send(.batch(batch))
        }
    }
}
