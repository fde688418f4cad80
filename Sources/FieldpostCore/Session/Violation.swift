/// How a peer broke the protocol, with the code that is sent in the goodbye. A violation closes the session; it never
/// stops the node.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Code
    /// For people: what was received, and the limit that it broke.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(code.name): \(detail)" }

    /// PROTOCOL.md, section "Violations". Numbers are never reused.
    package enum Code: UInt16, Hashable, Sendable, CaseIterable {
        case badPreamble = 1
        case unsupportedVersion = 2
        case frameTooLarge = 3
        case frameTooSmall = 4
        case badChecksum = 5
        case unknownFrame = 6
        case malformedMessage = 7
        case unexpectedMessage = 8
        case limitExceeded = 9
        case badBatch = 10
        case inflateTooLarge = 11
        case brokenChain = 12
        case fork = 13
        case rewound = 14
        case wrongRole = 15
        case timeout = 16
        case clone = 17
        case notEnrolled = 18
        case revoked = 19
        case wrongIdentity = 20

        package var name: String { String(describing: self) }
    }
}
