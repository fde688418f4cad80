import Crypto
import FieldpostCore
import HTTPTypes

/// The header field `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). It names the entry that a request
/// creates.
///
/// If the key is a UUID, it is the entry's id. The exception is the UUID of zeros, which names no report. For another
/// text, the id is a hash of the text, which is the same on every node and route. So keys must be unique among all
/// clients.
struct IdempotencyKey {
    static let field = HTTPField.Name("Idempotency-Key")
    private static let tag = Array("fieldpost idempotency 1".utf8)

    let entry: EntryID

    /// Returns nil if the field is missing. Accepts the quoted form of the draft and the form without quotes. Throws
    /// `.badHeader`.
    init?(_ headers: HTTPFields) throws(Problem) {
        guard let name = Self.field, let value = headers[name] else { return nil }
        guard let text = Self.unquoted(value), (1...Limits.idempotencyKeyCharacters).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem(
                .badHeader,
                "`Idempotency-Key` must be 1 to \(Limits.idempotencyKeyCharacters) visible ASCII characters "
                    + "without spaces. Use a UUID if possible. Nothing was changed.")
        }
        if let id = EntryID(text: text), ReportID(id.value) != .none {
            entry = id
        } else {
            var hasher = SHA256()
            hasher.update(data: Self.tag)
            hasher.update(data: Array(text.utf8))
            guard let id = EntryID(bytes: Hash256(hasher.finalize()).bytes.prefix(EntryID.byteCount)) else {
                preconditionFailure("a hash is longer than an id")
            }
            entry = id
        }
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
