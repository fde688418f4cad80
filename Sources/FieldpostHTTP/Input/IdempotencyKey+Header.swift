import FieldpostCore
import FieldpostNode
import HTTPTypes

/// The header field `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). It names the entry that a request
/// creates.
///
/// If the key is a UUID, it is the entry's id. The exception is the UUID of zeros, which names no report. For another
/// text, the id is a hash of the text, which is the same on every node and route. So keys must be unique among all
/// clients.
extension IdempotencyKey {
    static let field = HTTPField.Name("Idempotency-Key")

    /// Returns nil if the field is missing. Accepts the quoted form of the draft and the form without quotes. Throws
    /// `.badHeader`.
    init?(_ headers: HTTPFields) throws(Problem) {
        guard let name = Self.field, let value = headers[name] else { return nil }
        guard let key = IdempotencyKey(field: value) else {
            throw Problem(
                .badHeader,
                "`Idempotency-Key` must be 1 to \(Limits.idempotencyKeyCharacters) visible ASCII characters "
                    + "without spaces. Use a UUID if possible. Nothing was changed.")
        }
        self = key
    }

    /// Returns nil if the field's value is invalid.
    init?(field value: String) {
        guard let text = Self.unquoted(value), let key = IdempotencyKey(text) else { return nil }
        self = key
    }

    /// The text of a structured field's string (RFC 9651, section 3.3.3). A text without quotes is returned unchanged.
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
