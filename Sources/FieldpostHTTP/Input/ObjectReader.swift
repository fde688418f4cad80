import FieldpostAPI
import FieldpostCore

/// Reads one JSON object strictly. It records every unknown key and every invalid value, and continues, so that a
/// client gets all faults at once.
package struct ObjectReader {
    private let object: JSONObject
    /// The keys that lead from the top of the body to the object.
    private let path: [String]
    /// For each member, whether it was asked for.
    private var asked: [Bool]
    private var unknownInside: [ProblemDetails.Fault] = []
    private(set) var faults: [ProblemDetails.Fault] = []
    /// Values that were left out of a report, by their names from the top of the body, joined by dots.
    private(set) var setAside: [String: JSONNode] = [:]

    init(_ object: JSONObject, at path: [String] = []) {
        self.object = object
        asked = [Bool](repeating: false, count: object.members.count)
        self.path = path
    }

    /// A fault for each unknown key, up to the number of faults that an answer shows.
    var unknown: [ProblemDetails.Fault] {
        guard asked.contains(false) else { return unknownInside }
        let keys = zip(object.members, asked).filter { !$0.1 }.map(\.0.name).sorted()
        return unknownInside
            + keys.prefix(Problem.shownFaults).map { key in
                ProblemDetails.Fault(
                    pointer: place(of: key), detail: "The key \"\(key.shortened())\" is unknown.")
            }
    }

    // MARK: Values

    /// A short text: not empty, on one line, at most `Limits.shortTextBytes`.
    package mutating func shortText(_ name: String) -> Given<String> {
        scalar(name, Self.text, "must be a well-formed text") { text in
            if text.isEmpty { return "must not be empty" }
            if text.utf8.count > Limits.shortTextBytes { return Self.tooLong(text, Limits.shortTextBytes) }
            return text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
                ? "must not contain control characters" : nil
        }
    }

    /// A text for people, at most `Limits.textBytes`.
    package mutating func longText(_ name: String) -> Given<String> {
        scalar(name, Self.text, "must be a well-formed text") { text in
            text.utf8.count > Limits.textBytes ? Self.tooLong(text, Limits.textBytes) : nil
        }
    }

    /// One of a closed set of texts.
    package mutating func choice(_ name: String, of choices: [String]) -> Given<String> {
        var defect: String { "must be one of \(choices.joined(separator: ", "))" }
        return scalar(name, Self.text, defect) { choices.contains($0) ? nil : defect }
    }

    package mutating func number(_ name: String, in range: ClosedRange<Double>) -> Given<Double> {
        var defect: String { "must be a number from \(range.lowerBound) to \(range.upperBound)" }
        return scalar(name, \.double, defect) { range.contains($0) ? nil : defect }
    }

    package mutating func boolean(_ name: String) -> Given<Bool> {
        scalar(name, { if case .boolean(let value) = $0 { value } else { nil } }, "must be true or false") { _ in nil }
    }

    /// An object inside this one. `read` returns nil if it recorded faults.
    package mutating func object<Value>(_ name: String, _ read: (inout ObjectReader) -> Value?) -> Given<Value> {
        switch node(name) {
        case nil: return .absent
        case .null: return .null
        case .object(let object):
            var reader = ObjectReader(object, at: path + [name])
            let value = read(&reader)
            faults += reader.faults
            unknownInside += reader.unknown
            setAside.merge(reader.setAside.map { ("\(name).\($0.key)", $0.value) }) { first, _ in first }
            return value.map { .value($0) } ?? .invalid
        default: return invalid(name, "must be an object")
        }
    }

    /// The value as it is. Nil if it is missing.
    mutating func node(_ name: String) -> JSONNode? {
        guard let index = object.index(of: name) else { return nil }
        asked[index] = true
        return object[index].value
    }

    // MARK: Values that are left out

    /// Keeps an impossible value unchanged, for the field `set_aside`. Does nothing if the value is missing.
    mutating func setAside(_ name: String) {
        if let node = node(name) { setAside[name] = node }
    }

    // MARK: Optional and required values

    /// Returns the value, if it is given. `null` is a fault.
    package mutating func optional<Value>(_ name: String, _ given: Given<Value>) -> Value? {
        switch given {
        case .value(let value): return value
        case .null: note(name, "must not be null. Leave it out")
        case .absent, .invalid: break
        }
        return nil
    }

    /// Returns the value. A missing value is a fault too.
    package mutating func required<Value>(_ name: String, _ given: Given<Value>) -> Value? {
        if case .absent = given { note(name, "is missing") }
        return optional(name, given)
    }

    /// Records a fault of the value of a key.
    package mutating func note(_ name: String, _ defect: String) {
        faults.append(ProblemDetails.Fault(pointer: place(of: name), detail: "\"\(name)\" \(defect)."))
    }

    package mutating func invalid<Value>(_ name: String, _ defect: String) -> Given<Value> {
        note(name, defect)
        return .invalid
    }

    // MARK: Helpers

    private mutating func scalar<Value>(
        _ name: String, _ convert: (JSONNode) -> Value?, _ wrongType: @autoclosure () -> String,
        defect: (Value) -> String?
    ) -> Given<Value> {
        guard let node = node(name) else { return .absent }
        if node == .null { return .null }
        guard let value = convert(node) else { return invalid(name, wrongType()) }
        if let defect = defect(value) { return invalid(name, defect) }
        return .value(value)
    }

    private static func text(_ node: JSONNode) -> String? {
        if case .text(let text) = node { text } else { nil }
    }

    private func place(of name: String) -> String {
        (path + [name]).map { "/" + Self.pointerPart($0) }.joined()
    }

    /// A key in the form for a pointer (RFC 6901).
    static func pointerPart(_ key: String) -> String {
        key.shortened().replacing("~", with: "~0").replacing("/", with: "~1")
    }

    private static func tooLong(_ text: String, _ limit: Int) -> String {
        "has \(text.utf8.count) bytes (UTF-8), but the limit is \(limit)"
    }
}

extension String {
    /// Shortens a text from outside to what a person needs to find it. This counts scalars, not characters: one
    /// character may be as long as a body.
    func shortened(to limit: Int = Problem.shownScalars) -> String {
        let scalars = unicodeScalars
        let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex) ?? scalars.endIndex
        return end == scalars.endIndex ? self : String(scalars[..<end]) + "…"
    }
}
