import FieldpostCore
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
        let given = self.value(of: "return", in: value)
        return given == "minimal" || given == "\"minimal\""
    }

    /// How many seconds the client would wait for an answer (`wait=30`; section 4.3), at most `Limits.taskWaitSeconds`.
    /// Nil if it does not say so.
    static func wait(_ headers: HTTPFields) -> Int? {
        guard let given = field.flatMap({ headers[$0] }).flatMap({ value(of: "wait", in: $0) }),
            given.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), !given.isEmpty
        else { return nil }
        return min(Int(given) ?? .max, Limits.taskWaitSeconds)
    }

    /// What the first preference with a name says. Nil if there is none.
    private static func value(of name: String, in value: String) -> String? {
        for member in value.fieldMembers {
            let parts = member.utf8.prefix { $0 != UInt8(ascii: ";") }
                .split(separator: UInt8(ascii: "="), maxSplits: 1)
                .map { Substring($0).trimmedField }
            guard parts.first.map({ $0 == name }) == true, parts.count == 2 else { continue }
            return String(parts[1])
        }
        return nil
    }
}

extension HTTPField.Name {
    static let preferenceApplied: Self = {
        guard let name = Self("Preference-Applied") else { preconditionFailure("it is a name") }
        return name
    }()
}
