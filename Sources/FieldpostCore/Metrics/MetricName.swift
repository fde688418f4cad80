/// The names of everything that a node measures, in one list. Counters end in `_total` and only grow; what takes time
/// ends in `_seconds`. `help` says what each one means.
///
/// What happens is recorded through swift-metrics, where it happens. Without a backend nothing is recorded. What the
/// status tells is read when the metrics are read (`MetricSample`).
package enum MetricName: String, CaseIterable, Sendable {
    // MARK: The program

    case buildInfo = "fieldpost_build_info"
    case processStart = "process_start_time_seconds"
    case processCPU = "process_cpu_seconds_total"
    case processMemory = "process_resident_memory_bytes"
    case processFiles = "process_open_fds"
    case processFileLimit = "process_max_fds"
    case statusReadable = "fieldpost_status_readable"
    case seriesRefused = "fieldpost_metric_series_refused_total"
    case alarms = "fieldpost_alarms"

    // MARK: Intake

    case intake = "fieldpost_intake_total"
    case intakeSeconds = "fieldpost_intake_seconds"

    // MARK: The journal

    case commitSeconds = "fieldpost_commit_seconds"
    case commitWrites = "fieldpost_commit_writes"
    case commitsFailed = "fieldpost_commits_failed_total"
    case entriesAppended = "fieldpost_entries_appended_total"
    case entriesReceived = "fieldpost_entries_received_total"
    case entriesEarly = "fieldpost_entries_early_total"
    case entriesRepeated = "fieldpost_entries_repeated_total"
    case entriesQuarantined = "fieldpost_entries_quarantined_total"
    case entriesCorrupt = "fieldpost_entries_corrupt_total"
    case reportsPruned = "fieldpost_reports_pruned_total"
    case reports = "fieldpost_reports"
    case reportsInConflict = "fieldpost_reports_in_conflict"
    case quarantine = "fieldpost_quarantine_entries"
    case incidents = "fieldpost_incidents"
    case journalBytes = "fieldpost_journal_bytes"
    case walBytes = "fieldpost_wal_bytes"
    case diskStage = "fieldpost_disk_stage"
    case diskFree = "fieldpost_disk_free_bytes"
    case searchWaiting = "fieldpost_search_waiting"
    case scrubRounds = "fieldpost_scrub_rounds_total"
    case scrubBytes = "fieldpost_scrub_bytes_total"
    case scrubRepaired = "fieldpost_scrub_repaired_total"

    // MARK: What waits for central, and its receipts

    case backlogEntries = "fieldpost_backlog_entries"
    case backlogOldest = "fieldpost_backlog_oldest_seconds"
    case backlogPhotoBytes = "fieldpost_backlog_photo_bytes"
    case head = "fieldpost_head_seq"
    case receipt = "fieldpost_receipt_seq"
    case syncSeconds = "fieldpost_sync_seconds"
    case centralHeard = "fieldpost_central_heard_seconds"
    case clockOffset = "fieldpost_clock_offset_seconds"
    case clockUncertainty = "fieldpost_clock_uncertainty_seconds"

    // MARK: Sessions and links

    case sessions = "fieldpost_sessions"
    case sessionsStarted = "fieldpost_sessions_started_total"
    case peersRefused = "fieldpost_peers_refused_total"
    case dialsFailed = "fieldpost_dials_failed_total"
    case entryBytes = "fieldpost_entry_bytes_total"
    case wireBytes = "fieldpost_wire_bytes_total"
    case batchBytes = "fieldpost_batch_bytes"
    case linkBytes = "fieldpost_link_bytes_total"
    case linkSpent = "fieldpost_link_spent_bytes"
    case linkBudget = "fieldpost_link_budget_bytes"

    // MARK: Photos and clips

    case photosHeld = "fieldpost_photos_held"
    case photoBytesHeld = "fieldpost_photo_bytes_held"
    case photosReceiving = "fieldpost_photos_receiving"
    case photosSending = "fieldpost_photos_sending"
    case photosReceived = "fieldpost_photos_received_total"
    case photosSent = "fieldpost_photos_sent_total"
    case photoBytesReceived = "fieldpost_photo_bytes_received_total"
    case photoBytesSent = "fieldpost_photo_bytes_sent_total"
    case photosRefused = "fieldpost_photos_refused_total"
    case photosLost = "fieldpost_photos_lost"

    // MARK: The fleet, at central

    case fleetEntriesWaiting = "fieldpost_fleet_entries_waiting"
    case fleetUrgentWaiting = "fieldpost_fleet_urgent_waiting"
    case fleetPhotosWaiting = "fieldpost_fleet_photos_waiting"
    case fleetPhotoBytesWaiting = "fieldpost_fleet_photo_bytes_waiting"
    case fleetGatewaysAlarmed = "fieldpost_fleet_gateways_alarmed"
    case fleetGateways = "fieldpost_fleet_gateways"
    case gateways = "fieldpost_gateways"
    case gatewayConnected = "fieldpost_gateway_connected"
    case gatewayHeard = "fieldpost_gateway_heard_seconds"
    case gatewayBacklog = "fieldpost_gateway_backlog_entries"
    case gatewayOldest = "fieldpost_gateway_backlog_oldest_seconds"
    case gatewayClockOffset = "fieldpost_gateway_clock_offset_seconds"

    // MARK: Jobs, at central

    case jobs = "fieldpost_jobs"
    case jobsMoved = "fieldpost_jobs_moved_total"

    // MARK: HTTP

    case httpRequests = "fieldpost_http_requests_total"
    case httpRequestSeconds = "fieldpost_http_request_seconds"
}
