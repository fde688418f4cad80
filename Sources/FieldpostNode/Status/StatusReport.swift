package import FieldpostAPI
import FieldpostCore
package import FieldpostStore
import FieldpostSync
import FieldpostTransport
import Foundation

/// RFC 3339 text for milliseconds since 1970.
package func wallClockText(_ milliseconds: Int64) -> String {
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
                receipt: 0),
            peers: [], alarms: try await alarms(statistics))
        status.journal.entriesCorrupt = statistics.corrupt
        status.journal.orphans = statistics.orphans
        status.journal.unconfirmed = statistics.unconfirmed
        status.journal.early = statistics.early
        status.journal.diskStage = NodeStatus.DiskStage(journal.diskStage)
        let photos = await blobs.statistics()
        status.blobs = BlobState(photos)
        status.thumbnails = await thumbnails.state()
        status.alarms += Self.alarms(photos)
        await role.complete(&status, with: statistics)
        let addresses = addresses
        (status.httpAddress, status.httpAddresses) = (addresses.http.first, addresses.http)
        (status.publicAddress, status.publicAddresses) = (addresses.publicHTTP.first, addresses.publicHTTP)
        (status.peerAddress, status.peerAddresses) = (addresses.peers.first, addresses.peers)
        return status
    }

    /// Each alarm says what happened, what is safe, and what ends the alarm.
    private func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> [String] {
        var alarms: [String] = []
        if let failure = journal.failure { alarms.append(failure.description) }
        let stage = journal.diskStage
        if stage > .ample {
            let sync = stage < .peersWait ? "Sync continues." : "Entries of other nodes wait there until then."
            alarms.append("The disk is nearly full: it refuses \(stage.refused) until there is room. \(sync)")
        }
        for incident in try await journal.incidents() where !incident.isResolved {
            alarms.append("\(incident.account) To end this alarm, run `fieldpost incidents resolve`.")
        }
        let ofRole = try await role.alarms(statistics)
        alarms += ofRole.incarnations
        if await registry.isRefusedAsClone {
            alarms.append(
                "Central takes this node for a clone and refuses its sessions. Its reports are safe here. "
                    + "An operator must look at it, and may run `fieldpost gateways accept-clone` at central.")
        }
        for doubt in journal.doubts.prefix(3) {
            alarms.append(
                "A check of the journal's file complained (\(doubt)), but a second check did not confirm it. Nothing "
                    + "is lost, and the node continues. The next check without a complaint ends this alarm.")
        }
        alarms += ofRole.trust
        alarms += counts(statistics)
        if let hint = await thumbnails.alarm() { alarms.append(hint) }
        alarms += watch.alarms(now: clock.moment().wallMilliseconds)
        if settings.httpOpen, Endpoint(settings.http)?.isLoopback == false {
            alarms.append(
                "Anyone who can connect to \(settings.http) may read and change all reports (http_open: true), and "
                    + "other machines can connect to it.")
        }
        if settings.insecure {
            alarms.append(
                "Links are plain TCP (insecure: true): anyone on the path can read and change reports."
            )
        }
        return alarms
    }

    private static func alarms(_ photos: BlobStatistics) -> [String] {
        guard photos.lost > 0 else { return [] }
        return [
            "\(photos.lost) photos or clips became corrupt here, and are set aside. Everything else is safe. Send them "
                + "again from where they came: each has the name of its SHA-256 below blobs/corrupt."
        ]
    }

    private func counts(_ statistics: JournalStatistics) -> [String] {
        let unreadable = statistics.quarantined - statistics.corrupt
        let counts = [
            (
                statistics.corrupt,
                "entries are corrupt, or only their hash is here. Other nodes are asked for them at each connection."
            ),
            (unreadable, "entries are kept but cannot be read by this version. They block nothing."),
            (statistics.unread, "entries of this node are kept at central but cannot be read there."),
            (statistics.orphans, "entries are kept without a place, because their places hold other entries."),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1) Run `fieldpost quarantine` to see them." }
    }
}

extension BlobState {
    package init(_ statistics: BlobStatistics) {
        self.init()
        (held, bytes) = (statistics.blobs, statistics.bytes)
        (uploads, uploadedBytes) = (statistics.uploads, statistics.uploadedBytes)
        lost = statistics.lost
    }
}

extension NodeStatus.DiskStage {
    package init(_ stage: FieldpostStore.DiskStage) {
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
