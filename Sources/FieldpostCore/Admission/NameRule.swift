/// What names of nodes, grids, terminals and people may look like: what two people see alike must not be two names, and
/// no name may turn a line of a terminal around.
package enum NameRule {
    /// What is wrong with a name, in words that follow it; nil when nothing is.
    package static func defect(_ name: String) -> String? {
        guard !name.isEmpty else { return "is empty" }
        let bytes = name.utf8.count
        guard bytes <= Limits.shortTextBytes else {
            return "takes \(bytes) bytes; at most \(Limits.shortTextBytes) are allowed"
        }
        if let hidden = name.unicodeScalars.first(where: isHidden) {
            return "holds \(code(hidden)), \(kind(hidden))"
        }
        guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last,
            !first.properties.isWhitespace, !last.properties.isWhitespace
        else { return "begins or ends with a blank" }
        return nil
    }

    /// The same, for text that was not written as a name: the name where it is sound, or else what stands in for it.
    package static func shown(_ name: String, else substitute: String) -> String {
        defect(name) == nil ? name : substitute
    }

    /// Control characters, line ends, marks of direction, characters without width, and all blanks but the usual one
    /// and the one of Chinese script.
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
        case .spaceSeparator: "a blank that looks like the usual one"
        default: "a character that nobody sees"
        }
    }

    /// "U+202E".
    private static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
