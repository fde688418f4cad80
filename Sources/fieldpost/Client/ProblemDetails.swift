/// An error as the HTTP API returns it (RFC 9457).
struct ProblemDetails: Codable, Hashable, Sendable {
    var type: String?
    var title: String?
    var status: Int?
    var detail: String?
    var errors: [Fault]?
    /// Seconds after which the request may succeed, from the answer's `Retry-After`. It is not a member of the body.
    var retryAfterSeconds: Int?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors
    }

    /// One error in the request.
    struct Fault: Codable, Hashable, Sendable {
        var pointer: String?
        var parameter: String?
        var detail: String
    }

    /// The sentence for people. It is followed by each fault that the sentence does not begin with.
    var sentence: String {
        let head = detail ?? title ?? "no reason was given"
        let faults = (errors ?? []).filter { !head.hasPrefix($0.detail) }.map { fault in
            [fault.pointer ?? fault.parameter, fault.detail].compactMap { $0 }.joined(separator: " ")
        }
        return faults.isEmpty ? head : "\(head) (\(faults.joined(separator: "; ")))"
    }
}
