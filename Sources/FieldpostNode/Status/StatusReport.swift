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
    package func status() async throws(JournalError) -> NodeStatus { try await examine().status }

    /// The status, and what it was made from.
    func examine() async throws(JournalError) -> Examination {
        let statistics = try await journal.statistics()
        let alarms = try await alarms(statistics)
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
            peers: [], alarms: alarms.map(\.text))
        status.journal.entriesCorrupt = statistics.corrupt
        status.journal.orphans = statistics.orphans
        status.journal.unconfirmed = statistics.unconfirmed
        status.journal.early = statistics.early
        let lag = journal.searchLag
        status.journal.search = NodeStatus.SearchState(changesWaiting: lag.changes, reportsWaiting: lag.reports)
        status.journal.diskStage = NodeStatus.DiskStage(journal.diskStage)
        let photos = await blobs.statistics()
        status.blobs = BlobState(photos)
        await note(&status.blobs)
        status.thumbnails = await thumbnails.state()
        await role.complete(&status, with: statistics)
        let addresses = addresses
        (status.httpAddress, status.httpAddresses) = (addresses.http.first, addresses.http)
        (status.publicAddress, status.publicAddresses) = (addresses.publicHTTP.first, addresses.publicHTTP)
        status.publicHTTPSAddresses = addresses.publicHTTPS
        status.publicURL = settings.publicURL.map(PublicURL.base)
        (status.peerAddress, status.peerAddresses) = (addresses.peers.first, addresses.peers)
        status.metricsAddresses = addresses.metrics
        return Examination(status: status, statistics: statistics, alarms: alarms)
    }

    struct Examination {
        let status: NodeStatus
        let statistics: JournalStatistics
        let alarms: [Alarm]
    }

    /// Adds what is on its way and what was refused.
    private func note(_ blobs: inout BlobState) async {
        let traffic = await traffic()
        (blobs.receiving, blobs.sending) = (BlobState.Flow(traffic.receiving), BlobState.Flow(traffic.sending))
        (blobs.receivedBytes, blobs.sentBytes) = transfers.crossed
        for (reason, count) in transfers.refusals { blobs.refused[reason.word] = count }
    }
}

extension BlobState.Flow {
    /// Nil if there are none.
    fileprivate init?(_ flow: BlobTraffic.Flow) {
        guard flow.count > 0 else { return nil }
        self.init(
            count: flow.count, bytes: flow.bytes, bytesDone: flow.bytesDone, bytesPerSecond: flow.bytesPerSecond)
        if flow.bytesPerSecond > 0 {
            throughSeconds = (flow.bytes - min(flow.bytesDone, flow.bytes)) / flow.bytesPerSecond
        }
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
