/// Limits of the webhooks at central.
extension Limits {
    package static let webhooks = 32
    package static let webhookURLBytes = 1_024
    package static let webhookFilterBytes = 1_024
    /// Changes of one delivery, and bytes of its body, if it has more than one change.
    package static let webhookChanges = 100
    package static let webhookBodyBytes = 1024 * 1024
    /// How long a delivery waits for the changes that come just after the first one.
    package static let webhookGatherMilliseconds = 500
    /// How long one attempt may take, and bytes of an answer that are read.
    package static let webhookSeconds: Int64 = 15
    package static let webhookAnswerBytes = 64 * 1024
    /// The wait after the first failure; each further one doubles it, up to the most.
    package static let webhookRetryMilliseconds: Int64 = 5_000
    package static let webhookRetryMostMilliseconds: Int64 = 3_600_000
    /// After so much time without success, an alarm names the webhook.
    package static let webhookAlarmMilliseconds: Int64 = 3_600_000
    /// Attempts that its log keeps.
    package static let webhookDeliveries = 50
    /// How long the place of a webhook may stay unwritten. What was delivered after it comes again after a crash.
    package static let webhookSaveMilliseconds: Int64 = 5_000
    /// Bytes of the file: about twice what it can have.
    package static let webhookFileBytes = 2 * 1024 * 1024
}
