import FieldpostCore
package import FieldpostJournal
import FieldpostSync
import FieldpostTransport
import Foundation

/// RFC 3339, of milliseconds since 1970.
func wallClockText(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
}

extension Node {
    package func status() async throws(JournalError) -> NodeStatus {
        let statistics = try await journal.statistics()
        let now = clock.moment()
        let own = statistics.origins.first { $0.head.origin == journal.origin }
        var status = NodeStatus(
            node: journal.origin.node.description, name: settings.name,
            role: settings.role == .gateway ? .gateway : .central,
            incarnation: journal.origin.incarnation.description, version: Version.text,
            uptimeSeconds: (now.monotonicMilliseconds - startedAt) / 1000,
            now: wallClockText(now.wallMilliseconds),
            journal: NodeStatus.JournalState(
                reports: statistics.reports, reportsInConflict: statistics.reportsInConflict,
                entriesQuarantined: statistics.quarantined, fileBytes: statistics.fileBytes, head: own?.head.seq ?? 0,
                receipt: settings.role == .gateway ? own?.receipt ?? 0 : 0),
            peers: settings.role == .gateway ? await centrals(statistics) : await gateways(statistics),
            alarms: try await alarms(statistics))
        status.journal.entriesCorrupt = statistics.corrupt
        status.journal.orphans = statistics.orphans
        status.journal.unconfirmed = statistics.unconfirmed
        status.journal.diskStage = NodeStatus.DiskStage(journal.diskStage)
        if settings.role == .gateway {
            status.journal.retention = RetentionState(statistics.retention, seconds: settings.retentionSeconds)
        }
        let addresses = addresses
        (status.httpAddress, status.httpAddresses) = (addresses.http.first, addresses.http)
        (status.publicAddress, status.publicAddresses) = (addresses.publicHTTP.first, addresses.publicHTTP)
        (status.peerAddress, status.peerAddresses) = (addresses.peers.first, addresses.peers)
        return status
    }

    /// At a gateway: each central node it met, and each address that never answered.
    private func centrals(_ statistics: JournalStatistics) async -> [NodeStatus.PeerState] {
        let waiting = statistics.origins.filter { $0.head.origin.node == journal.origin.node }
            .reduce(UInt64(0)) { $0 + $1.head.seq - $1.receipt }
        var peers = await registry.states().sorted { $0.key < $1.key }.map { _, known in
            var state = known.state
            state.entriesWaitingUp = waiting
            return state
        }
        if peers.isEmpty {
            let errors = await registry.dialErrors
            peers = settings.dial.map { address in
                var state = NodeStatus.PeerState(node: "", name: address)
                state.entriesWaitingUp = waiting
                state.lastError = errors[address]
                return state
            }
        }
        return peers
    }

    /// At central: each gateway that ever connected.
    private func gateways(_ statistics: JournalStatistics) async -> [NodeStatus.PeerState] {
        let known = await registry.states()
        let held = Dictionary(statistics.origins.map { ($0.head.origin, $0.head.seq) }, uniquingKeysWith: max)
        return statistics.gateways.map { gateway in
            var state =
                known[gateway.node]?.state ?? NodeStatus.PeerState(node: gateway.node.description, name: gateway.name)
            state.grids = gateway.grids
            state.isCloneWaiting = gateway.hasCloneWaiting
            state.entriesWaitingDown = gateway.feedWaiting
            if state.isConnected, let offered = known[gateway.node]?.offered {
                state.entriesWaitingUp = offered.reduce(0) { $0 + $1.value - min(held[$1.key] ?? 0, $1.value) }
            }
            return state
        }
    }

    /// Each says what happened, what is safe, and what ends the alarm.
    private func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> [String] {
        var alarms: [String] = []
        if let failure = journal.failure { alarms.append(failure.description) }
        let stage = journal.diskStage
        if stage > .ample {
            let sync = stage < .peersWait ? "Sync goes on." : "What other nodes send waits on their side until then."
            alarms.append("The disk is nearly full: \(stage.refused) are refused until there is room. \(sync)")
        }
        for incident in try await journal.incidents() where !incident.isResolved {
            alarms.append("\(incident.account) `fieldpost incidents resolve` ends this alarm.")
        }
        alarms += try await suspicions()
        for name in statistics.clones {
            alarms.append(
                "Gateway \(name) was cloned, or put back twice: its second incarnation waits, and keeps what it took "
                    + "in. When only one of them is left, `fieldpost gateways accept-clone \(name)` lets it in.")
        }
        if await registry.isRefusedAsClone {
            alarms.append(
                "Central takes this node for a clone and does not let it in. What it took in is safe here. "
                    + "An operator must look, and may run `fieldpost gateways accept-clone` at central.")
        }
        for doubt in journal.doubts.prefix(3) {
            alarms.append(
                "A check of the journal's file complained (\(doubt)), and a second look did not bear it out: nothing "
                    + "is lost, and nothing stops. The next check without a complaint ends this alarm.")
        }
        alarms += await trust()
        alarms += counts(statistics)
        alarms += watch.alarms(now: clock.moment().wallMilliseconds)
        if settings.httpOpen, Endpoint(settings.http)?.isLoopback == false {
            alarms.append(
                "Whoever reaches \(settings.http) may read and change all reports (http_open: true), and it is reached "
                    + "from other machines.")
        }
        if settings.insecure {
            alarms.append(
                "Links are plain TCP (insecure: true): anyone on the path can read and change reports."
            )
        }
        return alarms
    }

    /// At central: gateways that claim what cannot be so, one alarm for each.
    private func suspicions() async throws(JournalError) -> [String] {
        let suspicions = try await journal.suspicions()
        var gateways: [NodeID] = []
        for suspicion in suspicions where !gateways.contains(suspicion.gateway) { gateways.append(suspicion.gateway) }
        return gateways.map { gateway in
            let own = suspicions.filter { $0.gateway == gateway }
            let accounts = own.map(\.account).joined(separator: " ")
            return
                "Gateway \(own[0].name) (\(gateway.short)) is not believed: \(accounts) Nothing was changed for "
                + "it, and what it reports itself is taken as ever. It was taken over, or its journal is not what it "
                + "was: look at it. `fieldpost incidents resolve` ends this alarm."
        }
    }

    /// At a gateway: what keeps it from central, beside the link.
    private func trust() async -> [String] {
        guard settings.role == .gateway, !settings.insecure else { return [] }
        if CentralPin(stateDirectory: settings.stateDirectory).read() == nil {
            return [
                "This gateway is not enrolled: what it takes in is safe here, and goes nowhere. `fieldpost enroll` at "
                    + "this gateway makes it known to central."
            ]
        }
        switch await registry.refusal {
        case .revoked:
            return [
                "Central's administrators have revoked this gateway. What it took in is safe here; `fieldpost enroll` "
                    + "with a new token lets it in again."
            ]
        case .notEnrolled:
            return [
                "Central does not know this gateway. What it took in is safe here; `fieldpost enroll` makes it known."
            ]
        default: return []
        }
    }

    private func counts(_ statistics: JournalStatistics) -> [String] {
        let unreadable = statistics.quarantined - statistics.corrupt
        let counts = [
            (
                statistics.corrupt,
                "entries are corrupt, or only their hash is here; other nodes are asked for them at each connection."
            ),
            (unreadable, "entries are kept but cannot be read by this version; nothing waits for them."),
            (statistics.unread, "entries of this node are kept by central but cannot be read there."),
            (statistics.orphans, "entries are kept that have no place: their places hold others."),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1) `fieldpost quarantine` tells more." }
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

extension NodeStatus.DiskStage {
    package init(_ stage: FieldpostJournal.DiskStage) {
        self =
            switch stage {
            case .ample: .ample
            case .photosRefused: .photosRefused
            case .ordinaryRefused: .ordinaryRefused
            case .peersWait: .peersWait
            case .urgentRefused: .urgentRefused
            }
    }
}
