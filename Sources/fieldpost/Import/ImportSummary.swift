/// What an import came to.
struct ImportSummary: Codable, Hashable, Sendable {
    /// Rows in the source, or up to the limit.
    var rows: Int
    /// Durable at a gateway: made by this run, or there already from an earlier one.
    var accepted = 0
    /// Of these, the ones that were there already.
    var alreadyThere = 0
    /// Of these, the ones that the gateway took without a value that cannot have been measured (`set_aside`).
    var setAside = 0
    /// Rows that say the same as an earlier one, and were not sent.
    var repeated = 0
    /// Rows that cannot be read.
    var malformed = 0
    /// Reports that a gateway refused.
    var refused = 0
    /// Requests sent again after an error that may pass.
    var retries = 0
    var seconds = 0.0
    /// The run ended before its last row.
    var isStopped = false
    /// Why it ended early by itself; nil when it did not.
    var failure: String?

    var isComplete: Bool { malformed == 0 && refused == 0 && !isStopped && failure == nil }
}
