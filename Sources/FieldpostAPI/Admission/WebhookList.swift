/// A webhook of central, without its secret.
package struct WebhookState: Codable, Sendable {
    package var name: String
    package var url: String
    /// Which changes it gets, as the query of `GET /v1/changes`. Empty: all changes of reports.
    package var filter: String
    package var paused: Bool
    /// Changes wait for it now.
    package var waiting: Bool
    /// Failed attempts since the last success.
    package var failures: Int
    /// RFC 3339. Nil: never; for `nextAttempt`, at once.
    package var lastSuccess: String?
    package var nextAttempt: String?
    /// Why the last attempt failed, or why it is paused.
    package var problem: String?

    enum CodingKeys: String, CodingKey {
        case name, url, filter, paused, waiting, failures, problem
        case lastSuccess = "last_success"
        case nextAttempt = "next_attempt"
    }

    package init(
        name: String, url: String, filter: String, paused: Bool, waiting: Bool, failures: Int, lastSuccess: String?,
        nextAttempt: String?, problem: String?
    ) {
        self.name = name
        self.url = url
        self.filter = filter
        self.paused = paused
        self.waiting = waiting
        self.failures = failures
        self.lastSuccess = lastSuccess
        self.nextAttempt = nextAttempt
        self.problem = problem
    }
}

package struct WebhookList: Codable, Sendable {
    package var webhooks: [WebhookState]

    package init(webhooks: [WebhookState]) { self.webhooks = webhooks }
}

/// A new webhook, or one with a new secret, which is told this once.
package struct NewWebhook: Codable, Sendable {
    package var webhook: WebhookState
    /// "whsec_" and 32 bytes in Base64.
    package var secret: String

    package init(webhook: WebhookState, secret: String) {
        self.webhook = webhook
        self.secret = secret
    }
}

/// The last attempts of a webhook, newest first.
package struct DeliveryList: Codable, Sendable {
    package struct Delivery: Codable, Hashable, Sendable {
        /// The header `webhook-id`.
        package var id: String
        /// When the attempt began: RFC 3339.
        package var at: String
        package var milliseconds: Int
        /// Changes in it. Zero: a test.
        package var changes: Int
        /// Bytes of its body.
        package var bytes: Int
        /// 1 for the first attempt since the last success.
        package var attempt: Int
        /// Of the answer. Nil: there was none.
        package var status: Int?
        /// Nil: it was taken.
        package var problem: String?

        package init(
            id: String, at: String, milliseconds: Int, changes: Int, bytes: Int, attempt: Int, status: Int?,
            problem: String?
        ) {
            self.id = id
            self.at = at
            self.milliseconds = milliseconds
            self.changes = changes
            self.bytes = bytes
            self.attempt = attempt
            self.status = status
            self.problem = problem
        }
    }

    package var deliveries: [Delivery]

    package init(deliveries: [Delivery]) { self.deliveries = deliveries }
}
