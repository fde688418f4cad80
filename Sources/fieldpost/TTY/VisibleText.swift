/// Makes texts of others safe to print: a terminal obeys control characters, and characters that change the direction
/// of text make a line look like another one.
extension String {
    /// One line: every such character, and every line break, becomes `\u{…}`.
    var visibleLine: String { escaped { Self.isControl($0) || Self.isInvisible($0) } }

    /// Like `visibleLine`, but line breaks are kept.
    var visibleLines: String {
        replacing("\r\n", with: "\n").escaped { $0 != "\n" && (Self.isControl($0) || Self.isInvisible($0)) }
    }

    /// JSON in which characters that JSON allows unescaped in strings are written as `\uXXXX`, which means the same.
    var visibleJSON: String {
        rewritten { scalar in
            guard scalar.value >= 0x7F, Self.isControl(scalar) || Self.isInvisible(scalar) else { return nil }
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }

    private func escaped(where isHidden: (Unicode.Scalar) -> Bool) -> String {
        rewritten { isHidden($0) ? "\\u{\(String($0.value, radix: 16))}" : nil }
    }

    private func rewritten(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let replacement = replacement(scalar) {
                result.append(contentsOf: replacement.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// C0, DEL and C1.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    /// Direction marks (Unicode Standard Annex 9), line separators, and other characters without width. Not the two
    /// joiners, which some scripts and pictures of several people need.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0xA0, scalar.value != 0x200C, scalar.value != 0x200D else { return false }
        switch scalar.properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator: return true
        default: return [0x115F, 0x1160, 0x3164, 0xFFA0].contains(scalar.value)
        }
    }
}
