/// The names of everything that a node measures, in one list. Counters end in `_total` and only grow; timers end in
/// `_seconds`. They are recorded through swift-metrics. Without a backend nothing is recorded.
package enum MetricName: String, CaseIterable, Sendable {
    // MARK: The journal

    /// Timer: from the start of a transaction to the return of its commit, its sync included.
    case commitSeconds = "fieldpost_commit_seconds"
    /// Recorder: writes that shared one commit.
    case commitWrites = "fieldpost_commit_writes"
    /// Counter: commits that failed.
    case commitsFailed = "fieldpost_commits_failed_total"
    /// Counter: entries that were made at this node. A repeat of an entry that is held does not count.
    case entriesAppended = "fieldpost_entries_appended_total"
    /// Counter: entries that came from other nodes and were new here.
    case entriesReceived = "fieldpost_entries_received_total"
    /// Counter: entries that central took ahead of their chain. They count as received too.
    case entriesEarly = "fieldpost_entries_early_total"
    /// Counter: entries that central pulled and held already.
    case entriesRepeated = "fieldpost_entries_repeated_total"
    /// Counter: entries that central pulled and keeps without merging them.
    case entriesQuarantined = "fieldpost_entries_quarantined_total"
    /// Counter: entries that a scrub found corrupt.
    case entriesCorrupt = "fieldpost_entries_corrupt_total"
    /// Counter: reports whose bodies a gateway deleted after the retention time.
    case reportsPruned = "fieldpost_reports_pruned_total"

    // MARK: Sessions

    /// Gauge: sessions that got through their hello and have not ended.
    case sessions = "fieldpost_sessions"
    /// Counter: sessions that got through their hello.
    case sessionsStarted = "fieldpost_sessions_started_total"
    /// Counter: connections that got no session, and sessions that ended because the peer broke the protocol.
    case peersRefused = "fieldpost_peers_refused_total"
    /// Counter: dials that found nobody, or got no session.
    case dialsFailed = "fieldpost_dials_failed_total"
    /// Counter: bytes of entries in batches, either way, before compression.
    case entryBytes = "fieldpost_entry_bytes_total"
    /// Counter: bytes of the same batches on the wire.
    case wireBytes = "fieldpost_wire_bytes_total"

    /// Gauge: photos and clips that are here, and their bytes. Each minute, as the next two.
    case photosHeld = "fieldpost_photos_held"
    case photoBytesHeld = "fieldpost_photo_bytes_held"
    /// Gauge: photos and clips that come from peers now, and that are offered to peers.
    case photosReceiving = "fieldpost_photos_receiving"
    case photosSending = "fieldpost_photos_sending"
    /// Counter: photos and clips that this node took from peers, and that peers took from it.
    case photosReceived = "fieldpost_photos_received_total"
    case photosSent = "fieldpost_photos_sent_total"
    /// Counter: their bytes, as they crossed links. Those of photos that are not whole yet count too.
    case photoBytesReceived = "fieldpost_photo_bytes_received_total"
    case photoBytesSent = "fieldpost_photo_bytes_sent_total"
    /// Counter, by `reason`: photos and clips that this node or a peer refused.
    case photosRefused = "fieldpost_photos_refused_total"

    // MARK: The fleet, at central, as the gateways last said

    /// Gauge: entries that wait at gateways for central, and those of urgent reports among them.
    case fleetEntriesWaiting = "fieldpost_fleet_entries_waiting"
    case fleetUrgentWaiting = "fieldpost_fleet_urgent_waiting"
    /// Gauge: photos and clips that wait at gateways, and their bytes.
    case fleetPhotosWaiting = "fieldpost_fleet_photos_waiting"
    case fleetPhotoBytesWaiting = "fieldpost_fleet_photo_bytes_waiting"
    /// Gauge: gateways with an alarm.
    case fleetGatewaysAlarmed = "fieldpost_fleet_gateways_alarmed"
    /// Gauge, by `disk`: gateways that have said how they are since this node started.
    case fleetGateways = "fieldpost_fleet_gateways"

    // MARK: HTTP

    /// Counter, by `route` and `status`: requests that were answered.
    case httpRequests = "fieldpost_http_requests_total"
    /// Timer, by `route`: from the request's head to the response's head.
    case httpRequestSeconds = "fieldpost_http_request_seconds"
}
