import CoreMetrics
import FieldpostCore

/// What one journal measures. The backend is the one that the process chose before it opened the journal.
struct JournalMetrics: Sendable {
    let commitSeconds = Timer(label: MetricName.commitSeconds.rawValue, preferredDisplayUnit: .seconds)
    let commitWrites = Recorder(label: MetricName.commitWrites.rawValue)
    let commitsFailed = Counter(label: MetricName.commitsFailed.rawValue)
    let appended = Counter(label: MetricName.entriesAppended.rawValue)
    let received = Counter(label: MetricName.entriesReceived.rawValue)
    let early = Counter(label: MetricName.entriesEarly.rawValue)
    let repeated = Counter(label: MetricName.entriesRepeated.rawValue)
    let quarantined = Counter(label: MetricName.entriesQuarantined.rawValue)
    let corrupt = Counter(label: MetricName.entriesCorrupt.rawValue)
    let syncSeconds = Timer(label: MetricName.syncSeconds.rawValue, preferredDisplayUnit: .seconds)
    let pruned = Counter(label: MetricName.reportsPruned.rawValue)
}
