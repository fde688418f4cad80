import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import Foundation

/// One request of a webhook.
///
/// The body is `{"type": "changes", "webhook": NAME, "node": NODEID, "changes": […]}` with the lines of
/// `GET /v1/changes`, or `{"type": "test", …}` with none.
struct Delivery {
    /// Equal bodies have equal ids, so a receiver knows what it has taken.
    let id: String
    let body: [UInt8]
    let changes: Int
    /// Where the webhook goes on when this was taken.
    let cursor: String

    /// Takes as many lines as one delivery may have. `end`: the place after all of them.
    init(_ lines: [ChangeReader.Line], of hook: Webhook, end: String, node: NodeID) {
        var (taken, bytes) = (0, 0)
        for line in lines {
            bytes += line.json.count
            if taken > 0, bytes > Limits.webhookBodyBytes { break }
            taken += 1
        }
        let list = lines.prefix(taken).map { String(decoding: $0.json, as: UTF8.self) }.joined(separator: ",")
        // The name has only characters that JSON takes as they are (`Webhook.isName`).
        let head = #"{"type":"\#(taken == 0 ? "test" : "changes")","webhook":"\#(hook.name)","node":"\#(node)""#
        body = Array(#"\#(head),"changes":[\#(list)]}"#.utf8)
        id = "msg_" + Hash256(hashing: body).hex.prefix(32)
        changes = taken
        cursor = taken < lines.count ? lines[taken - 1].cursor : end
    }
}

extension Webhook {
    /// 1 to 64 characters of a–z, 0–9, `_` and `-`, as the names of settings.
    static func isName(_ text: String) -> Bool { CentralSetting.isName(text) }

    /// Adds an attempt, and forgets the oldest one beyond the limit.
    mutating func add(_ attempt: DeliveryList.Delivery) {
        log.append(attempt)
        if log.count > Limits.webhookDeliveries { log.removeFirst(log.count - Limits.webhookDeliveries) }
    }
}
