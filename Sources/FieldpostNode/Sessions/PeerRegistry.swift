import CoreMetrics
package import FieldpostAPI
package import FieldpostCore
import FieldpostSync

/// The peers that this node met since it started, and the session with each. The newest session with a peer is used: an
/// older one is probably half open.
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
        /// What the gateway last said of itself, and when.
        var status: (status: GatewayStatus, at: UInt64)?
        /// It was revoked, so what it says of itself does not count.
        var isRevoked = false
        /// The last known seq of each of the peer's origins.
        var offered: [Origin: UInt64] = [:]
    }

    private let clock: HostClock
    private var records: [NodeID: Record] = [:]
    /// Why the last attempt to dial an address failed.
    package private(set) var dialErrors: [String: String] = [:]
    /// When each address is dialled again, in milliseconds of the monotonic clock, while its dialer waits.
    private var nextDials: [String: UInt64] = [:]
    /// The code with which central refused this node, if the last session ended before the hellos.
    package private(set) var refusal: Violation.Code?
    private var disconnections: [NodeID: [CheckedContinuation<Void, Never>]] = [:]

    private let metrics = SessionMetrics()
    private var fleet = FleetMetrics()

    init(clock: HostClock) { self.clock = clock }

    // MARK: Called by sessions

    /// A session has exchanged hellos. Returns the session that it replaces.
    func connected(_ session: Session, to peer: Hello) -> Session? {
        var record = records[peer.node] ?? Record(name: peer.name, heardAt: 0)
        let replaced = record.session
        record.name = peer.name
        record.session = session
        record.heardAt = now
        record.lastError = nil
        record.isRevoked = false
        refusal = nil
        for head in peer.heads { record.offered[head.origin] = head.seq }
        records[peer.node] = record
        metrics.started.increment()
        measureSessions()
        return replaced
    }

    /// A session ended. `reason` is nil if neither side said why.
    func disconnected(_ session: Session, from hello: Hello, reason: String?) {
        let peer = hello.node
        let current = records[peer]?.session
        // A session that ended before it was reported as connected counts as ended too. A session that was replaced by
        // a newer one is ignored.
        guard current == nil || current === session else { return }
        records[peer, default: Record(name: hello.name, heardAt: now)].lastError =
            reason ?? "the peer closed the session without a reason"
        guard current === session else { return }
        records[peer]?.session = nil
        measureSessions()
        for waiting in disconnections.removeValue(forKey: peer) ?? [] { waiting.resume() }
    }

    /// A peer said goodbye with this code.
    func refused(_ code: Violation.Code) { refusal = code }

    func heard(from peer: NodeID) { records[peer]?.heardAt = now }

    /// Central stored something, or confirmed that it holds everything.
    func accepted(by peer: NodeID) { records[peer]?.isRefusedAsClone = false }

    func measured(_ peer: NodeID, offset: Int64, uncertainty: UInt64) {
        records[peer]?.clockOffset = (offset, uncertainty)
    }

    /// A batch was sent or received.
    func moved(_ peer: NodeID, entriesBytes: Int, wireBytes: Int) {
        records[peer]?.entriesBytes += UInt64(entriesBytes)
        records[peer]?.wireBytes += UInt64(wireBytes)
        metrics.entryBytes.increment(by: entriesBytes)
        metrics.wireBytes.increment(by: wireBytes)
        metrics.batchBytes.record(wireBytes)
    }

    func offered(_ head: Head, by peer: NodeID) {
        let known = records[peer]?.offered[head.origin] ?? 0
        records[peer]?.offered[head.origin] = max(head.seq, known)
    }

    /// At central: a gateway says how it is.
    func told(_ status: GatewayStatus, by peer: NodeID) {
        guard let record = records[peer], !record.isRevoked else { return }
        fleet.replace(record.status?.status, by: status)
        records[peer]?.status = (status, now)
    }

    // MARK: Called by administration

    /// At central: a gateway was revoked. Ends its session, and forgets what it said of itself: its last word would
    /// stand in the sums over all gateways for ever.
    package func revoked(_ peer: NodeID, _ violation: Violation) async {
        guard let record = records[peer] else { return }
        records[peer]?.isRevoked = true
        records[peer]?.status = nil
        if let status = record.status?.status { fleet.replace(status, by: nil) }
        await record.session?.fail(violation)
    }

    // MARK: Called by dialers

    /// `reason` is nil if dialing succeeded. `peer` is the node that answered there before. `wasTried` is false if
    /// dialing was useless and did not happen.
    func dialFailed(_ address: String, reason: String?, peer: NodeID? = nil, wasTried: Bool = true) {
        dialErrors[address] = reason
        if reason != nil, wasTried { metrics.dialsFailed.increment() }
        if let peer, let reason, records[peer]?.session == nil { records[peer]?.lastError = reason }
    }

    /// The dialer of an address waits until then. Nil: it waits no longer.
    func dials(_ address: String, at milliseconds: UInt64?) { nextDials[address] = milliseconds }

    /// Returns when there is no session with this peer: while the peer is connected anyway, there is no need to dial.
    /// Returns true if there was a session.
    func waitUntilDisconnected(_ peer: NodeID) async -> Bool {
        guard records[peer]?.session != nil else { return false }
        await withCheckedContinuation { disconnections[peer, default: []].append($0) }
        return true
    }

    // MARK: Queries

    /// The last session with some peer ended because the peer takes this node for a clone.
    var isRefusedAsClone: Bool { records.values.contains { $0.isRefusedAsClone } }

    func refusedAsClone(by peer: NodeID) { records[peer]?.isRefusedAsClone = true }

    /// Seconds until some address is dialled again. Nil while no dialer waits.
    var nextDialSeconds: UInt64? { nextDials.values.min().map { ($0 - min(now, $0) + 999) / 1000 } }

    package func session(with peer: NodeID) -> Session? { records[peer]?.session }

    package func sessions() -> [Session] { records.values.compactMap(\.session) }

    func offset(of peer: NodeID) -> Int64? { records[peer]?.clockOffset?.milliseconds }

    /// What is known of each peer.
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
            state.selfReport = record.status.map { status, at in
                SelfReport(status, secondsAgo: (now - min(at, now)) / 1000)
            }
            states[pair.key] = (state, record.offered)
        }
    }

    private func measureSessions() { metrics.sessions.record(records.values.count { $0.session != nil }) }

    private var now: UInt64 { clock.moment().monotonicMilliseconds }
}
