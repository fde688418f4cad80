import HTTPTypes

/// The header field `Prefer` (RFC 7240).
enum Preference {
    private static let field = HTTPField.Name("Prefer")

    /// What `Preference-Applied` says when an answer was left without its body.
    static let minimal = "return=minimal"

    static func isMinimal(_ headers: HTTPFields) -> Bool {
        field.flatMap { headers[$0] }.map(isMinimal) ?? false
    }

    /// Whether the client wants no body (`return=minimal`; section 4.2). The first `return` counts. Other preferences
    /// are ignored, as the RFC allows.
    static func isMinimal(_ value: String) -> Bool {
        for member in value.fieldMembers {
            let parts = member.utf8.prefix { $0 != UInt8(ascii: ";") }
                .split(separator: UInt8(ascii: "="), maxSplits: 1)
                .map { Substring($0).trimmedField }
            guard parts.first == "return", parts.count == 2 else { continue }
            return parts[1] == "minimal" || parts[1] == "\"minimal\""
        }
        return false
    }
}
