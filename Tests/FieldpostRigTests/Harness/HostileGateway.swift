import FieldpostCore
import FieldpostWire
import Foundation
import NIOCore
import Synchronization
import TestKit

@testable import FieldpostTransport

/// A gateway that was let in and then was taken over: it has a key that central knows, and says what it likes.
struct HostileGateway: Sendable {
    /// What it does once central has asked for its entries.
    enum Attack: String, CaseIterable, Sendable {
        case wrongRun = "a run that was not asked for"
        case garbage = "a body of garbage"
        case bomb = "a body that is larger than it says"
        case falseChain = "entries that its chain does not prove"
        case foreignEntries = "entries of another node's"
        case unasked = "messages of the other role"
        case spying = "a fetch of what is not for it"
        case drip = "a frame that comes byte by byte"
        case stall = "nothing, and reads nothing"
        case chatter = "pings without an end"
    }

    /// What came of one session.
    struct Outcome: Sendable {
        /// What central said at the end; nil when it hung up without a word, or did not.
        var farewell: Goodbye?
        /// Whether central asked for its entries, so that it came to attack.
        var wasAsked = false
        /// Entries that central showed it, of others or of its own.
        var entriesShown = 0
        /// Messages or bytes that it got out as its attack.
        var sent = 0
    }

    private final class Record: Sendable {
        let outcome = Mutex(Outcome())
    }

    let peer: FakeGateway
    /// A node whose entries it would like to see.
    private let victim: Origin

    /// `directory`: of a node that is enrolled.
    init(in directory: String, central: Endpoint, beside victim: Origin) throws {
        peer = try FakeGateway(in: directory, central: central)
        self.victim = victim
    }

    /// One session with one attack. A peer that holds on is left alone after a while.
    func attack(_ attack: Attack) async throws -> Outcome {
        let record = Record()
        try await peer.visit(until: { try? await Task.sleep(for: .seconds(3)) }) { inbound, outbound in
            await speak(attack, inbound, outbound, record)
        }
        return record.outcome.withLock { $0 }
    }

    private func speak(
        _ attack: Attack, _ inbound: PeerChannel.Inbound, _ outbound: PeerChannel.Outbound,
        _ record: Record
    ) async {
        do {
            // It claims a long journal, so that central asks for it.
            let head = Head(origin: peer.origin, seq: 1_000_000, chain: Hash256(hashing: [1]))
            try await outbound.send(.hello(peer.hello(heads: [head])))
            guard attack != .stall else {
                record.outcome.withLock { $0.sent += 1 }
                return try await Task.sleep(for: .seconds(3))
            }
            for try await case .message(let message) in inbound {
                switch message {
                case .pull(let pull):
                    record.outcome.withLock { $0.wasAsked = true }
                    try await answer(pull, attack, outbound, record)
                case .goodbye(let goodbye): return record.outcome.withLock { $0.farewell = goodbye }
                case .batch(let batch): record.outcome.withLock { $0.entriesShown += Int(batch.body.count) }
                case .fetched(let fetched):
                    record.outcome.withLock { $0.entriesShown += Int(fetched.body?.count ?? 0) }
                case .feedBatch(let batch):
                    record.outcome.withLock { $0.entriesShown += Int(batch.body?.count ?? 0) }
                default: break
                }
            }
        } catch {
            // Cut off: that is what it is for.
        }
    }

    private func answer(
        _ pull: Pull, _ attack: Attack, _ outbound: PeerChannel.Outbound, _ record: Record
    ) async throws {
        let count = { (record: Record) in record.outcome.withLock { $0.sent += 1 } }
        var batch = peer.batch(pull, [entry(1), entry(2)])
        switch attack {
        case .wrongRun: (batch.firstSeq, batch.lastSeq) = (7, 8)
        case .garbage: batch.body.data = batch.body.data.map { _ in .random(in: 0...255) }
        case .bomb:
            let large = BatchCodec.compress((1...4000).map { _ in entry(1) })
            batch.body = CompressedEntries(
                codec: .deflate, dictionary: large.dictionary, count: 2, rawBytes: 4096, data: large.data)
        case .falseChain: batch.chainBefore = Hash256(hashing: [7])
        case .foreignEntries:
            batch.origin = Origin(node: NodeID(Hash256(hashing: [7])), incarnation: Incarnation(1))
        case .unasked:
            try await outbound.send(.heads(Heads(heads: [])))
            return count(record)
        case .spying:
            // What the gateway beside it wrote; then all that central holds of others.
            try await outbound.send(.fetch(Fetch(range: .run(victim, first: 1, last: 64))))
            count(record)
            try await Task.sleep(for: .milliseconds(200))
            try await outbound.send(.fetch(Fetch(range: .foreign(after: nil))))
            return count(record)
        case .chatter:
            while true {
                try await outbound.send(.ping(Ping(token: .random(in: 0...UInt64.max))))
                count(record)
            }
        case .drip:
            // The frame says how long it is, and then takes its time: it never comes to its end.
            for byte in MessageEncoder.encode(.batch(batch)).dropLast() {
                try await outbound.writer.write(ByteBuffer(bytes: [byte]))
                count(record)
                try await Task.sleep(for: .milliseconds(5))
            }
            return try await Task.sleep(for: .seconds(3))
        case .stall: return
        }
        try await outbound.send(.batch(batch))
        count(record)
    }

    private func entry(_ seq: UInt64) -> [UInt8] {
        FakeGateway.entry(Dot(peer.origin, seq), [.text: .text("x")])
    }
}
