package import FieldpostAPI

/// Why a call of a node's HTTP API gave no usable answer.
package enum ClientError: Error, Hashable, Sendable {
    /// There was no connection, or it broke. The request may or may not have been performed.
    case unreachable(address: String, reason: String)
    /// The node answered with an error.
    case refused(status: Int, problem: ProblemDetails)
    /// This program does not understand the answer.
    case malformed(address: String)
    /// The given address is not a URL.
    case badAddress(String)
    /// This task was cancelled before.
    case cancelled

    /// Whether the same request may succeed later. With the same key, a repeated request is not performed twice.
    package var isTransient: Bool {
        switch self {
        case .unreachable: true
        case .refused(let status, _): status >= 500 || status == 408 || status == 429
        case .malformed, .badAddress, .cancelled: false
        }
    }
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let address, let reason):
            "\(address) cannot be reached (\(reason)). Is the node running there?"
        case .refused(let status, let problem):
            "The node answered \(status): \(problem.sentence)"
        case .malformed(let address):
            "\(address) gave an answer that this version does not understand. Is it a Fieldpost node of this version?"
        case .badAddress(let text):
            "\"\(text)\" is not the address of a node. Write it like http://127.0.0.1:8080."
        case .cancelled:
            "Stopped before the answer came."
        }
    }
}
