/// An error as the HTTP API tells it (RFC 9457).
struct ProblemDetails: Codable, Hashable, Sendable {
    var type: String?
    var title: String?
    var status: Int?
    var detail: String?
    var errors: [Fault]?

    /// One thing that is wrong in the request.
    struct Fault: Codable, Hashable, Sendable {
        var pointer: String?
        var parameter: String?
        var detail: String
    }

    /// The sentence for people, with each fault behind it.
    var sentence: String {
        let faults = (errors ?? []).map { fault in
            [fault.pointer ?? fault.parameter, fault.detail].compactMap { $0 }.joined(separator: " ")
        }
        let head = detail ?? title ?? "no reason was given"
        return faults.isEmpty ? head : "\(head) (\(faults.joined(separator: "; ")))"
    }
}
