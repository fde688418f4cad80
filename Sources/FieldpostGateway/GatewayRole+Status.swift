import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore

extension GatewayRole {
    func complete(_ status: inout NodeStatus, with statistics: JournalStatistics) async {
        let own = statistics.origins.first { $0.head.origin == parts.journal.origin }
        status.journal.receipt = own?.receipt ?? 0
        status.journal.retention = RetentionState(statistics.retention, seconds: parts.settings.retentionSeconds)
        status.peers = await centrals(statistics)
        let backlog = await photoBacklog()
        status.links = links.status(backlog: backlog)
        if let backlog { await note(backlog, in: &status.blobs) }
    }

    /// A session offers a few photos at a time. All that wait count as on their way to central.
    private func note(_ backlog: PhotoBacklog, in blobs: inout BlobState) async {
        guard backlog.count > 0 else {
            blobs.sending = nil
            return
        }
        let offered = blobs.sending
        var flow = BlobState.Flow(
            count: Int(clamping: backlog.count), bytes: backlog.bytes, bytesDone: offered?.bytesDone ?? 0,
            bytesPerSecond: offered?.bytesPerSecond ?? 0)
        for session in await parts.registry.sessions() {
            guard let link = await session.linkName else { continue }
            flow.throughSeconds = links.outlook(of: link, backlog: backlog).photosThroughSeconds
        }
        blobs.sending = flow
    }

    /// Each central node that this gateway met. If there is none, each address that it dials.
    private func centrals(_ statistics: JournalStatistics) async -> [NodeStatus.PeerState] {
        let waiting = statistics.origins.filter { $0.head.origin.node == parts.journal.origin.node }
            .reduce(UInt64(0)) { $0 + $1.head.seq - $1.receipt }
        var peers = await parts.registry.states().sorted { $0.key < $1.key }.map { _, known in
            var state = known.state
            state.entriesWaitingUp = waiting
            return state
        }
        if peers.isEmpty {
            let errors = await parts.registry.dialErrors
            peers = parts.settings.dial.map { address in
                var state = NodeStatus.PeerState(node: "", name: address)
                state.entriesWaitingUp = waiting
                state.lastError = errors[address]
                return state
            }
        }
        return peers
    }

    /// What keeps this gateway from central, other than the link.
    func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> RoleAlarms {
        guard parts.identity != nil else { return RoleAlarms() }
        if pin.read() == nil {
            return RoleAlarms(trust: [
                "This gateway is not enrolled. Its reports are safe here, but go nowhere. To make it known to central, "
                    + "run `fieldpost enroll` at this gateway."
            ])
        }
        switch await parts.registry.refusal {
        case .revoked:
            return RoleAlarms(trust: [
                "Central's administrators have revoked this gateway. Its reports are safe here. To enroll it again, "
                    + "run `fieldpost enroll` with a new token."
            ])
        case .notEnrolled:
            return RoleAlarms(trust: [
                "Central does not know this gateway. Its reports are safe here. Run `fieldpost enroll` to enroll it."
            ])
        default: return RoleAlarms()
        }
    }
}

extension RetentionState {
    fileprivate init(_ statistics: RetentionStatistics, seconds: UInt64) {
        self.init(
            seconds: seconds, oldestSeconds: statistics.oldestMilliseconds.map { $0 / 1000 },
            reportsPruned: statistics.prunedReports, entriesPruned: statistics.prunedEntries,
            bytesPruned: statistics.prunedBytes, entriesRehydrating: statistics.rehydrating,
            reusableBytes: statistics.reusableBytes)
    }
}
