import FieldpostCore
import FieldpostNode
import Foundation
import Glibc

/// The webhooks in a file beside the journal, which has their secrets: mode 0600.
struct WebhookFile: Sendable {
    let path: String

    init(stateDirectory: String) { path = stateDirectory + "/webhooks.json" }

    /// Throws `WebhookFileError` if there is a file that cannot be read.
    func load() throws(WebhookFileError) -> [Webhook] {
        let bytes: [UInt8]
        do throws(SmallFile.Failure) {
            bytes = try SmallFile.read(path, limit: Limits.webhookFileBytes)
        } catch {
            guard error.code != ENOENT else { return [] }
            throw WebhookFileError(path: path, reason: error.reason)
        }
        do {
            return try JSONDecoder().decode([Webhook].self, from: Data(bytes))
        } catch {
            throw WebhookFileError(path: path, reason: "it is no list of webhooks")
        }
    }

    /// Throws `NodeKeyError`.
    func save(_ webhooks: [Webhook]) throws {
        try PrivateFile.write(Array(try JSONEncoder().encode(webhooks)), path: path, replaces: true)
    }
}

struct WebhookFileError: Error, Hashable, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String {
        "The webhooks are not served, because \(path) cannot be read (\(reason)). Reports are safe, and all else "
            + "works. Put back a copy of the file; or move it away, restart central, and add the webhooks again."
    }
}
