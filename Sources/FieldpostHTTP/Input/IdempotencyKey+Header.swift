import FieldpostCore
import FieldpostNode
import HTTPTypes

/// The header field `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
extension IdempotencyKey {
    static let field = HTTPField.Name("Idempotency-Key")

    /// Nil when the field is missing. Takes the draft's quoted form and the bare one. Throws `.badHeader`.
    init?(_ headers: HTTPFields) throws(Problem) {
        guard let name = Self.field, let value = headers[name] else { return nil }
        guard let text = Self.unquoted(value), let key = IdempotencyKey(text) else {
            throw Problem(
                .badHeader,
                "`Idempotency-Key` must be 1 to \(Limits.idempotencyKeyCharacters) visible ASCII characters "
                    + "without spaces, best a UUID. Nothing was changed.")
        }
        self = key
    }

    /// The text of a structured field's string (RFC 9651, section 3.3.3); a text without quotes stands for itself.
    private static func unquoted(_ value: String) -> String? {
        guard value.hasPrefix("\"") else { return value.contains("\"") ? nil : value }
        var text = ""
        var characters = value.dropFirst()
        while let character = characters.popFirst() {
            switch character {
            case "\"": return characters.isEmpty ? text : nil
            case "\\":
                guard let escaped = characters.popFirst(), escaped == "\"" || escaped == "\\" else { return nil }
                text.append(escaped)
            default: text.append(character)
            }
        }
        return nil
    }
}
