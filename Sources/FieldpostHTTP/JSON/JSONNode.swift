/// One value of JSON, as `JSONReader` found it.
indirect enum JSONNode: Hashable {
    case null
    case boolean(Bool)
    /// The number as it was written.
    case number(String)
    /// Nil for a text with half a surrogate pair, which is not a character.
    case text(String?)
    case list([JSONNode])
    case object(JSONObject)

    /// Returns nil if this is not a number, or if a `Double` cannot hold it.
    var double: Double? {
        guard case .number(let text) = self, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}

/// Equal values are written as equal bytes, as in all JSON of this API. A number that a `Double` cannot hold is written
/// as a text.
extension JSONNode: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            var container = encoder.container(keyedBy: Key.self)
            for member in object.members {
                try container.encode(member.value, forKey: Key(stringValue: member.name))
            }
            return
        case .list(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
            return
        default: break
        }
        var container = encoder.singleValueContainer()
        switch self {
        case .boolean(let value): try container.encode(value)
        case .number(let text):
            if let number = Int64(text) {
                try container.encode(number)
            } else if let double {
                try container.encode(double)
            } else {
                try container.encode(text)
            }
        case .text(let text): try container.encode(text ?? "\u{FFFD}")
        case .null, .list, .object: try container.encodeNil()
        }
    }
}
