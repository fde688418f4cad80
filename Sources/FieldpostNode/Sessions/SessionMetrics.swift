import CoreMetrics
import FieldpostCore

/// What one node measures of its sessions. The backend is the one that the process chose before it made the node.
struct SessionMetrics: Sendable {
    let sessions = Gauge(label: MetricName.sessions.rawValue)
    let started = Counter(label: MetricName.sessionsStarted.rawValue)
    let dialsFailed = Counter(label: MetricName.dialsFailed.rawValue)
    let entryBytes = Counter(label: MetricName.entryBytes.rawValue)
    let wireBytes = Counter(label: MetricName.wireBytes.rawValue)
    let batchBytes = Recorder(label: MetricName.batchBytes.rawValue)
}
