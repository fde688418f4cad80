import FieldpostCore
import FieldpostTransport
import FieldpostWire
import NIOCore
import Synchronization
import TestKit

/// One session of a gateway that keeps to the protocol, but for what it says of itself and writes.
struct HostileVisit: Sendable {
    let thief: HostileGateway
    /// Whose hello it says; nil: its own.
    var name: NodeID?
    var grids: [String] = []
    /// What it wrote as its own, from seq 1 on.
    var entries: [Entry] = []
    /// Nodes whose entries it asks for.
    var asksFor: [Origin] = []

    struct Outcome: Sendable {
        var farewell: Goodbye?
        /// Central's own hello came.
        var isGreeted = false
        /// Of its own entries: central has them on its disk.
        var receipt: UInt64 = 0
        /// Entries of others that central showed it.
        var shown: [SealedEntry] = []
        var fetches = 0
    }

    private final class Record: Sendable {
        let outcome = Mutex(Outcome())
        /// When central last said something.
        let heard = Mutex(ContinuousClock.now)
    }

    private static let feedStream: UInt16 = 1
    private static let creditBytes: UInt32 = 1 << 20

    /// Lasts until central ends it, or has greeted it and said nothing more for two seconds; 30 s at most.
    func make() async throws -> Outcome {
        let record = Record()
        let limit = { @Sendable in
            _ = try? await waits(30, pause: .milliseconds(100)) {
                record.outcome.withLock(\.isGreeted)
                    && record.heard.withLock { $0 } + .seconds(2) < ContinuousClock.now
            }
        }
        try await thief.peer.visit(until: limit) { inbound, outbound in
            try? await speak(inbound, outbound, record)
        }
        return record.outcome.withLock { $0 }
    }

    /// A message that cannot be sent any more is no reason to stop: central may have said goodbye before.
    private func speak(
        _ inbound: PeerChannel.Inbound, _ outbound: PeerChannel.Outbound, _ record: Record
    ) async throws {
        try await outbound.send(.hello(hello))
        for try await case .message(let message) in inbound {
            record.heard.withLock { $0 = .now }
            switch message {
            case .hello(let central):
                record.outcome.withLock { $0.isGreeted = true }
                let start = FeedCursor(incarnation: central.incarnation, position: 0)
                try? await outbound.send(
                    .feedPull(FeedPull(stream: Self.feedStream, after: start, creditBytes: Self.creditBytes)))
                try? await ask(asksFor.first, outbound)
            case .pull(let pull) where pull.after.origin == origin && pull.after.seq == 0 && !entries.isEmpty:
                try? await outbound.send(.batch(thief.peer.batch(pull, entries.map { EntryCodec().encode($0) })))
            case .receipt(let receipt) where receipt.head.origin == origin:
                record.outcome.withLock { $0.receipt = receipt.head.seq }
            case .feedBatch(let batch): if let body = batch.body { try note(body, record) }
            case .fetched(let fetched):
                if let body = fetched.body { try note(body, record) }
                let answered = record.outcome.withLock { outcome in
                    outcome.fetches += 1
                    return outcome.fetches
                }
                try? await ask(asksFor.dropFirst(answered).first, outbound)
            case .goodbye(let goodbye): return record.outcome.withLock { $0.farewell = goodbye }
            default: break
            }
        }
    }

    private func ask(_ origin: Origin?, _ outbound: PeerChannel.Outbound) async throws {
        guard let origin else { return }
        try await outbound.send(.fetch(Fetch(range: .run(origin, first: 1, last: 64))))
    }

    private func note(_ body: CompressedEntries, _ record: Record) throws {
        let entries = try BatchCodec.expandWhole(body).compactMap { bytes in
            EntryCodec().dot(of: bytes).map { EntryCodec().open(bytes, at: $0) }
        }
        record.outcome.withLock { $0.shown += entries }
    }

    private var origin: Origin { thief.peer.origin }

    private var hello: Hello {
        let chain = entries.reduce(Chain.start(of: origin)) {
            Chain.link($0, Chain.hash(entry: EntryCodec().encode($1)))
        }
        let head = Head(origin: origin, seq: UInt64(entries.count), chain: chain)
        return thief.peer.hello(as: name, name: "gateway-1", heads: entries.isEmpty ? [] : [head], grids: grids)
    }
}
