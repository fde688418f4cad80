/// Text of others, made safe to print: a terminal obeys control characters, and characters that turn the direction of
/// writing make a line look like another one.
extension String {
    /// On one line: every such character shows as `\u{…}`, and so does a line break.
    var visibleLine: String { escaped { Self.isControl($0) || Self.isInvisible($0) } }

    /// As `visibleLine`, but line breaks stand.
    var visibleLines: String {
        replacing("\r\n", with: "\n").escaped { $0 != "\n" && (Self.isControl($0) || Self.isInvisible($0)) }
    }

    /// JSON, with what JSON itself lets pass in strings written as `\uXXXX`, which means the same.
    var visibleJSON: String {
        rewritten { scalar in
            guard scalar.value >= 0x7F, Self.isControl(scalar) || Self.isInvisible(scalar) else { return nil }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
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

    /// Marks of direction (Unicode Standard Annex 9), separators of lines, and the byte order mark.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
