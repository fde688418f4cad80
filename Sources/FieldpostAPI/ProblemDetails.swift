/// An error of the HTTP API (RFC 9457).
package struct ProblemDetails: Codable, Hashable, Sendable {
    package var type: String?
    package var title: String?
    package var status: Int?
    package var detail: String?
    package var errors: [Fault]?
    /// Seconds to wait before the next try. This is `Retry-After` of the answer, and not in the body.
    package var retryAfterSeconds: Int?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors
    }

    /// One fault in the request.
    package struct Fault: Codable, Hashable, Sendable {
        /// The position in the body (RFC 6901).
        package var pointer: String?
        /// The query parameter.
        package var parameter: String?
        package var detail: String

        package init(pointer: String? = nil, parameter: String? = nil, detail: String) {
            self.pointer = pointer
            self.parameter = parameter
            self.detail = detail
        }
    }

    package init(
        type: String? = nil, title: String? = nil, status: Int? = nil, detail: String? = nil, errors: [Fault]? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.errors = errors
    }

    /// The text for people: the sentence, then each fault with which the sentence does not begin.
    package var sentence: String {
        let head = detail ?? title ?? "no reason was given"
        let faults = (errors ?? []).filter { !head.hasPrefix($0.detail) }.map { fault in
            [fault.pointer ?? fault.parameter, fault.detail].compactMap { $0 }.joined(separator: " ")
        }
        return faults.isEmpty ? head : "\(head) (\(faults.joined(separator: "; ")))"
    }
}
