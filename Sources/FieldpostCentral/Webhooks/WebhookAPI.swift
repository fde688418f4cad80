import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// What central's administrators ask about webhooks. Each change is recorded before it is made.
///
/// - `GET /v1/webhooks`: `WebhookList`.
/// - `POST /v1/webhooks` with `{"name", "url", "filter", "plain"}`: 201 with `NewWebhook`.
/// - `POST /v1/webhooks/change` with `{"name", "url", "filter", "plain"}`: `WebhookState`.
/// - `POST /v1/webhooks/pause?name=`, `…/resume?name=`: `WebhookState`. `POST /v1/webhooks/remove?name=`: 204.
/// - `POST /v1/webhooks/test?name=`: `DeliveryList.Delivery`. `GET /v1/webhooks/deliveries?name=`: `DeliveryList`.
struct WebhookAPI: Sendable {
    let central: CentralRole

    private var webhooks: Webhooks { central.webhooks }

    var routes: [Route] {
        [
            .admin(.get, "/v1/webhooks") { _, _ in await webhooks.list() },
            Route(.post, "/v1/webhooks", for: .administer) { request, context in
                let body = try await JSONBody.read(WebhookInput.self, from: request, context)
                guard let url = body.url else { throw Problem(.invalidValue, "`url` is missing. Nothing was changed.") }
                try await record("Adding the webhook \(body.name)\(body.words).", await context.who())
                var answer = try Response(
                    json: try await webhooks.add(name: body.name, url: url, filter: body.filter ?? ""))
                answer.status = .created
                return answer
            },
            Route(.post, "/v1/webhooks/change", for: .administer) { request, context in
                let body = try await JSONBody.read(WebhookInput.self, from: request, context)
                try await record("Changing the webhook \(body.name)\(body.words).", await context.who())
                return try Response(
                    json: try await webhooks.change(body.name, url: body.url, filter: body.filter))
            },
            .admin(.post, "/v1/webhooks/pause", takesQuery: true) { request, author in
                let name = try Self.name(request)
                try await record("Pausing the webhook \(name).", author)
                return try await webhooks.set(name, isPaused: true)
            },
            .admin(.post, "/v1/webhooks/resume", takesQuery: true) { request, author in
                let name = try Self.name(request)
                try await record("Resuming the webhook \(name).", author)
                return try await webhooks.set(name, isPaused: false)
            },
            .command("/v1/webhooks/remove", takesQuery: true) { request, author in
                let name = try Self.name(request)
                try await record("Removing the webhook \(name).", author)
                try await webhooks.remove(name)
            },
            .admin(.post, "/v1/webhooks/test", takesQuery: true) { request, author in
                let name = try Self.name(request)
                try await record("Testing the webhook \(name).", author)
                return try await webhooks.test(name)
            },
            .admin(.get, "/v1/webhooks/deliveries", takesQuery: true) { request, _ in
                try await webhooks.deliveries(of: try Self.name(request))
            },
        ]
    }

    private func record(_ account: String, _ author: String) async throws {
        try await central.journal.record(account, author: author, stamp: central.clock.stamp())
    }

    private static func name(_ request: Request) throws(Problem) -> String {
        guard let name = try QueryParameters.only("name", request), Webhook.isName(name) else {
            throw Problem(.badQuery, "`name` must be the name of a webhook. Nothing was changed.")
        }
        return name
    }
}

/// The body of `POST /v1/webhooks` and `…/change`.
private struct WebhookInput: BodyContent {
    let name: String
    let url: String?
    let filter: String?

    /// What is set, for an audit event. The path and the query of an address may hold a secret.
    var words: String {
        let origin = url?.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
        let place = origin.map { ", to \($0)" } ?? ""
        return place + (filter.map { $0.isEmpty ? ", all changes of reports" : ", filter \($0)" } ?? "")
    }

    init(_ reader: inout ObjectReader) {
        name = reader.required("name", reader.shortText("name")) ?? ""
        if !name.isEmpty, !Webhook.isName(name) {
            reader.note("name", "must have 1 to 64 characters of a–z, 0–9, `_` and `-`")
        }
        let allowsPlain = reader.optional("plain", reader.boolean("plain")) ?? false
        url = reader.optional("url", reader.longText("url"))
        if let url, let defect = Webhook.defect(ofURL: url, allowsPlain: allowsPlain) { reader.note("url", defect) }
        filter = reader.optional("filter", reader.longText("filter"))
        if let filter, filter.utf8.count > Limits.webhookFilterBytes {
            reader.note("filter", "has more than \(Limits.webhookFilterBytes) bytes")
        }
    }
}
