import FieldpostCore

/// A part of a message, for people and as JSON. It follows the values in FieldpostCore, so a new message needs no code
/// here.
package indirect enum ExplainedValue: Sendable {
    case text(String)
    case integer(Int64)
    case boolean(Bool)
    /// Bytes or texts that are not shown, and how many bytes they have.
    case hidden(bytes: Int)
    case list([ExplainedValue])
    case object([(name: String, value: ExplainedValue)])

    /// The parts of a message: those of its one value.
    static func fields(of message: Message, showsValues: Bool) -> [(name: String, value: ExplainedValue)] {
        guard let part = Mirror(reflecting: message).children.first else { return [] }
        if case .object(let members) = ExplainedValue(part.value, showsValues: showsValues) { return members }
        return [("value", ExplainedValue(part.value, showsValues: showsValues))]
    }

    init(_ value: Any, showsValues: Bool) {
        switch value {
        case let text as String: self = .text(text)
        case let yes as Bool: self = .boolean(yes)
        case let number as any BinaryInteger:
            self = Int64(exactly: number).map { .integer($0) } ?? .text("\(number)")
        // An empty array of anything may be cast to an array of bytes.
        case let bytes as [UInt8] where type(of: value) == [UInt8].self: self = .hidden(bytes: bytes.count)
        // Origins are shown whole: two of them may begin alike.
        case let origin as Origin: self = .text("\(origin.node)/\(origin.incarnation)")
        case let dot as Dot: self = .text("\(dot.origin.node)/\(dot.origin.incarnation):\(dot.seq)")
        // A verifier of a password is never shown, and who works where only on demand.
        case let person as Person:
            self = showsValues ? Self.object(of: person) : .hidden(bytes: person.byteCount)
        // Who has a token or a proof can use it.
        case is TokenSecret, is Proof: self = .hidden(bytes: TokenSecret.byteCount)
        case let value as any CustomStringConvertible where Mirror(reflecting: value).displayStyle == .struct:
            self = .text(value.description)
        default: self = Self.reflected(value, showsValues: showsValues)
        }
    }

    private static func object(of person: Person) -> ExplainedValue {
        .object([
            ("name", .text(person.name)), ("role", .text(person.role)), ("group", .text(person.group)),
            ("department", .text(person.department)), ("grids", .list(person.grids.map { .text($0) })),
            ("verifier", .hidden(bytes: person.verifier.utf8.count)),
        ])
    }

    private static func reflected(_ value: Any, showsValues: Bool) -> ExplainedValue {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            guard let held = mirror.children.first else { return .text("none") }
            return ExplainedValue(held.value, showsValues: showsValues)
        case .collection, .set, .dictionary:
            return .list(mirror.children.map { ExplainedValue($0.value, showsValues: showsValues) })
        case .enum where mirror.children.isEmpty: return .text("\(value)")
        default: return .object(members(mirror, showsValues: showsValues))
        }
    }

    /// Absent parts are left out.
    private static func members(_ mirror: Mirror, showsValues: Bool) -> [(name: String, value: ExplainedValue)] {
        mirror.children.enumerated().compactMap { place, child in
            let part = Mirror(reflecting: child.value)
            if part.displayStyle == .optional, part.children.isEmpty { return nil }
            // A tuple's unnamed part is ".0".
            let label = child.label.flatMap { $0.hasPrefix(".") ? nil : $0 } ?? "\(place)"
            return (snakeCase(label), ExplainedValue(child.value, showsValues: showsValues))
        }
    }

    /// Names as the protocol's messages and all JSON of this program have them.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { text, letter in
            if letter.isUppercase, !text.isEmpty { text.append("_") }
            text.append(contentsOf: letter.lowercased())
        }
    }

    /// On one line.
    package var line: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .boolean(let yes): yes ? "yes" : "no"
        case .hidden(let bytes): "(\(bytes) bytes)"
        case .list(let values): "[" + values.map(\.line).joined(separator: ", ") + "]"
        case .object(let members): "{" + members.map { "\($0.name) \($0.value.line)" }.joined(separator: ", ") + "}"
        }
    }
}
