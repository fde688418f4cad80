/// The result of an import.
struct ImportSummary: Codable, Hashable, Sendable {
    /// Rows in the source, or up to the limit.
    var rows: Int
    /// Rows that are durable at a gateway: created by this run, or by an earlier one.
    var accepted = 0
    /// Accepted rows that an earlier run had created.
    var alreadyThere = 0
    /// Accepted rows that the gateway stored without a value that cannot have been measured (`set_aside`).
    var setAside = 0
    /// Rows with the same content as an earlier one. They were not sent.
    var repeated = 0
    /// Rows that cannot be read.
    var malformed = 0
    /// Reports that a gateway refused.
    var refused = 0
    /// Requests that were sent again after a transient error.
    var retries = 0
    var seconds = 0.0
    /// The run was stopped before its last row.
    var isStopped = false
    /// Why the run gave up; nil when it did not.
    var failure: String?

    var isComplete: Bool { malformed == 0 && refused == 0 && !isStopped && failure == nil }
}
