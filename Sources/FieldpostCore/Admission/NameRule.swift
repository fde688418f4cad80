/// The rules for names of nodes, grids, terminals and people. Two different names must not look the same, and a name
/// must not change the direction of text on a screen.
package enum NameRule {
    /// What is wrong with a name, as words that follow it; nil when the name is valid.
    package static func defect(_ name: String) -> String? {
        guard !name.isEmpty else { return "is empty" }
        let bytes = name.utf8.count
        guard bytes <= Limits.shortTextBytes else {
            return "takes \(bytes) bytes; at most \(Limits.shortTextBytes) are allowed"
        }
        if let hidden = name.unicodeScalars.first(where: isHidden) {
            return "contains \(code(hidden)), \(kind(hidden))"
        }
        guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last,
            !first.properties.isWhitespace, !last.properties.isWhitespace
        else { return "begins or ends with a space" }
        return nil
    }

    /// For text that was not written as a name: the name when it is valid, otherwise the substitute.
    package static func shown(_ name: String, else substitute: String) -> String {
        defect(name) == nil ? name : substitute
    }

    /// True for control characters, line ends, direction marks, characters without width, and all space characters
    /// except the ordinary space and the one of Chinese script.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x7F else { return scalar.value < 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        case .spaceSeparator: return scalar.value != 0x3000
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func kind(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control: "a control character"
        case .spaceSeparator: "a space that looks like an ordinary space"
        default: "an invisible character"
        }
    }

    /// "U+202E".
    private static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
