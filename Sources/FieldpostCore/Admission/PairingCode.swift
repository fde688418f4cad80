/// A code by which a terminal is paired with a person: 40 random bits, that people can also read and type. It is valid
/// for some minutes and once, and guesses are limited.
package struct PairingCode: Hashable, Sendable {
    private let value: UInt64

    private static let digits = 8
    /// Without letters that look like others (Crockford's base 32).
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    private static let prefix = "FIELDPOSTPAIR"

    private init(value: UInt64) { self.value = value }

    package static func random() -> PairingCode {
        PairingCode(value: .random(in: 0..<(1 << (5 * UInt64(digits)))))
    }

    /// Reads `text` or `scanned`. Case, spaces and hyphens do not matter. Nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count <= Limits.shortTextBytes else { return nil }
        var rest = Substring(text.uppercased().filter { $0 != "-" && !$0.isWhitespace })
        if rest.hasPrefix(Self.prefix) { rest = rest.dropFirst(Self.prefix.count) }
        guard rest.count == Self.digits else { return nil }
        var value: UInt64 = 0
        for character in rest {
            let read: Character = character == "O" ? "0" : character == "I" || character == "L" ? "1" : character
            guard let digit = Self.alphabet.firstIndex(of: read) else { return nil }
            value = value << 5 | UInt64(digit)
        }
        self.init(value: value)
    }

    /// "7K3M-Q2XD"
    package var text: String {
        let digits = (0..<Self.digits).map { Self.alphabet[Int(value >> UInt64(5 * (Self.digits - 1 - $0)) & 31)] }
        return String(digits.prefix(4)) + "-" + String(digits.suffix(4))
    }

    /// What a QR code shows.
    package var scanned: String { "fieldpost-pair-" + text }
}
