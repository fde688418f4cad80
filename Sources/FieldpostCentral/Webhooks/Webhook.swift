import Crypto
import FieldpostAPI
import FieldpostCore
import Foundation

/// Where central sends changes, and how far it is.
struct Webhook: Codable, Sendable {
    let name: String
    var url: String
    /// See `WebhookState.filter`.
    var filter: String
    /// 32 random bytes, by which deliveries are signed.
    var secret: [UInt8]
    var isPaused = false
    /// Where it goes on in the changes of this node.
    var cursor: String
    var failures = 0
    /// Milliseconds since 1970, as the others. What fails, fails since then.
    var failingSince: Int64?
    var lastSuccess: Int64?
    var nextAttempt: Int64?
    var problem: String?
    /// Newest last.
    var log: [DeliveryList.Delivery] = []

    var secretText: String { Self.prefix + Data(secret).base64EncodedString() }

    private static let prefix = "whsec_"

    /// The header `webhook-signature` of a delivery, as Standard Webhooks 1.0.0 defines it: HMAC-SHA-256 of its id, its
    /// time and its body.
    func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
        return "v1," + Data(code).base64EncodedString()
    }

    /// What is wrong with an address, as the end of a sentence; nil if nothing is. Plain HTTP shows reports to whoever
    /// is on the way, so it must be asked for, except to this machine.
    static func defect(ofURL text: String, allowsPlain: Bool) -> String? {
        let most = Limits.webhookURLBytes
        guard text.utf8.count <= most else { return "has more than \(most) bytes" }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else { return "must be an address such as https://city.example.cn/fieldpost" }
        guard url.user == nil, url.password == nil else { return "must have no name and no password: use the secret" }
        guard url.fragment == nil else { return "must have no `#`" }
        let isHere = ["127.0.0.1", "[::1]", "localhost"].contains(host.lowercased())
        guard scheme == "https" || isHere || allowsPlain else {
            return "is plain HTTP: everybody on the way could read the reports. Use https, or set `plain` to true"
        }
        return nil
    }

    /// Forgets its failures, so that it is tried at once.
    mutating func tryAgain() { (failures, failingSince, nextAttempt, problem) = (0, nil, nil, nil) }

    /// 5 s, 10 s, 20 s and so on, up to an hour, and up to a fifth less, so that several do not come at once.
    static func wait(afterFailures failures: Int) -> Int64 {
        let most = Limits.webhookRetryMostMilliseconds
        let whole = min(most, Limits.webhookRetryMilliseconds << Int64(min(max(failures - 1, 0), 20)))
        return whole - Int64.random(in: 0...(whole / 5))
    }
}
