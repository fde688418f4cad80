import CoreMetrics
package import FieldpostAPI
package import FieldpostCore
import FieldpostSync

/// The peers this node met since it started, and the session with each. The newest session with a peer is the one that
/// counts: an older one is most likely half open.
package actor PeerRegistry {
    private struct Record {
        var name: String
        var session: Session?
        var heardAt: UInt64
        var clockOffset: (milliseconds: Int64, uncertainty: UInt64)?
        var entriesBytes: UInt64 = 0
        var wireBytes: UInt64 = 0
        var lastError: String?
        var isRefusedAsClone = false
        /// How far each of the peer's origins is known to reach.
        var offered: [Origin: UInt64] = [:]
    }

    private let clock: HostClock
    private var records: [NodeID: Record] = [:]
    /// Why the last dial of an address failed.
    package private(set) var dialErrors: [String: String] = [:]
    /// Why the last session ended before the hellos were through, when central refused this node.
    package private(set) var refusal: Violation.Code?
    private var disconnections: [NodeID: [CheckedContinuation<Void, Never>]] = [:]

    private let metrics = SessionMetrics()

    init(clock: HostClock) { self.clock = clock }

    // MARK: Told by sessions

    /// A session got through its hello. Returns the session that it replaces.
    func connected(_ session: Session, to peer: Hello) -> Session? {
        var record = records[peer.node] ?? Record(name: peer.name, heardAt: 0)
        let replaced = record.session
        record.name = peer.name
        record.session = session
        record.heardAt = now
        record.lastError = nil
        refusal = nil
        for head in peer.heads { record.offered[head.origin] = head.seq }
        records[peer.node] = record
        metrics.started.increment()
        measureSessions()
        return replaced
    }

    /// A session ended. `reason`: nil when neither side said why.
    func disconnected(_ session: Session, from hello: Hello, reason: String?) {
        let peer = hello.node
        let current = records[peer]?.session
        // One that was over before its start was told ended too; one that a newer one has replaced tells nothing.
        guard current == nil || current === session else { return }
        records[peer, default: Record(name: hello.name, heardAt: now)].lastError =
            reason ?? "the session was closed without a word"
        guard current === session else { return }
        records[peer]?.session = nil
        measureSessions()
        for waiting in disconnections.removeValue(forKey: peer) ?? [] { waiting.resume() }
    }

    /// A peer said goodbye with this code.
    func refused(_ code: Violation.Code) { refusal = code }

    func heard(from peer: NodeID) { records[peer]?.heardAt = now }

    /// Central took something in, or holds everything.
    func accepted(by peer: NodeID) { records[peer]?.isRefusedAsClone = false }

    func measured(_ peer: NodeID, offset: Int64, uncertainty: UInt64) {
        records[peer]?.clockOffset = (offset, uncertainty)
    }

    /// A batch went either way.
    func moved(_ peer: NodeID, entriesBytes: Int, wireBytes: Int) {
        records[peer]?.entriesBytes += UInt64(entriesBytes)
        records[peer]?.wireBytes += UInt64(wireBytes)
        metrics.entryBytes.increment(by: entriesBytes)
        metrics.wireBytes.increment(by: wireBytes)
    }

    func offered(_ head: Head, by peer: NodeID) {
        let known = records[peer]?.offered[head.origin] ?? 0
        records[peer]?.offered[head.origin] = max(head.seq, known)
    }

    // MARK: Told by dialers

    /// `reason`: nil when it went well. `peer`: who answered there before.
    func dialFailed(_ address: String, reason: String?, peer: NodeID? = nil) {
        dialErrors[address] = reason
        if reason != nil { metrics.dialsFailed.increment() }
        if let peer, let reason, records[peer]?.session == nil { records[peer]?.lastError = reason }
    }

    /// Returns once there is no session with this peer: a dialer need not call while the peer is connected anyway.
    func waitUntilDisconnected(_ peer: NodeID) async {
        guard records[peer]?.session != nil else { return }
        await withCheckedContinuation { disconnections[peer, default: []].append($0) }
    }

    // MARK: Asked

    /// The last session of some peer ended because it takes this node for a clone.
    var isRefusedAsClone: Bool { records.values.contains { $0.isRefusedAsClone } }

    func refusedAsClone(by peer: NodeID) { records[peer]?.isRefusedAsClone = true }

    package func session(with peer: NodeID) -> Session? { records[peer]?.session }

    package func sessions() -> [Session] { records.values.compactMap(\.session) }

    func offset(of peer: NodeID) -> Int64? { records[peer]?.clockOffset?.milliseconds }

    /// What is known of each peer, by node.
    package func states() -> [NodeID: (state: NodeStatus.PeerState, offered: [Origin: UInt64])] {
        records.reduce(into: [:]) { states, pair in
            let record = pair.value
            var state = NodeStatus.PeerState(node: pair.key.description, name: record.name)
            state.isConnected = record.session != nil
            state.heardSecondsAgo = (now - min(record.heardAt, now)) / 1000
            state.clockOffsetMilliseconds = record.clockOffset?.milliseconds
            state.clockUncertaintyMilliseconds = record.clockOffset?.uncertainty
            state.entriesBytes = record.entriesBytes
            state.wireBytes = record.wireBytes
            state.lastError = record.lastError
            states[pair.key] = (state, record.offered)
        }
    }

    private func measureSessions() { metrics.sessions.record(records.values.count { $0.session != nil }) }

    private var now: UInt64 { clock.moment().monotonicMilliseconds }
}
