package import FieldpostAPI
import Foundation
import NIOHTTP1

/// Central's webhooks. Only through the admin socket.
extension FieldpostClient {
    package func webhooks() async throws(ClientError) -> Answered<WebhookList> { try await call(.GET, "/v1/webhooks") }

    /// `filter`: the query of `GET /v1/changes`. `allowsPlain`: also plain HTTP to other machines.
    package func addWebhook(
        _ name: String, url: String, filter: String?, allowsPlain: Bool
    ) async throws(ClientError) -> Answered<NewWebhook> {
        try await send("/v1/webhooks", name, url, filter, allowsPlain)
    }

    /// Nil stays as it is.
    package func changeWebhook(
        _ name: String, url: String?, filter: String?, allowsPlain: Bool
    ) async throws(ClientError) -> Answered<WebhookState> {
        try await send("/v1/webhooks/change", name, url, filter, allowsPlain)
    }

    package func pauseWebhook(_ name: String) async throws(ClientError) -> Answered<WebhookState> {
        try await call(.POST, "/v1/webhooks/pause", [("name", name)])
    }

    package func resumeWebhook(_ name: String) async throws(ClientError) -> Answered<WebhookState> {
        try await call(.POST, "/v1/webhooks/resume", [("name", name)])
    }

    package func removeWebhook(_ name: String) async throws(ClientError) {
        _ = try await text(.POST, "/v1/webhooks/remove", [("name", name)])
    }

    package func testWebhook(_ name: String) async throws(ClientError) -> Answered<DeliveryList.Delivery> {
        try await call(.POST, "/v1/webhooks/test", [("name", name)])
    }

    package func deliveries(of name: String) async throws(ClientError) -> Answered<DeliveryList> {
        try await call(.GET, "/v1/webhooks/deliveries", [("name", name)])
    }

    private func send<Value: Decodable & Sendable>(
        _ path: String, _ name: String, _ url: String?, _ filter: String?, _ allowsPlain: Bool
    ) async throws(ClientError) -> Answered<Value> {
        var values = ["name": JSONValue.text(name)]
        if let url { values["url"] = .text(url) }
        if let filter { values["filter"] = .text(filter) }
        if allowsPlain { values["plain"] = .boolean(true) }
        let body = try body(.object(values))
        return try answered(try await exchange.send(.POST, path, body: body).body)
    }
}
