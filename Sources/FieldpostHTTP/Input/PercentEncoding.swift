/// Percent-encoded bytes (RFC 3986, section 2.1).
enum PercentEncoding {
    struct Unit {
        let byte: UInt8
        /// The bytes in the text: the byte itself, or a percent sign and two digits.
        let source: ArraySlice<UInt8>

        var isEncoded: Bool { source.count > 1 }
    }

    /// Returns nil if a percent sign is not followed by two digits. A plus sign means itself.
    static func units(_ text: some StringProtocol) -> [Unit]? {
        var units: [Unit] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            guard first == UInt8(ascii: "%") else {
                units.append(Unit(byte: first, source: rest.prefix(1)))
                rest = rest.dropFirst()
                continue
            }
            let digits = rest.dropFirst().prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            units.append(Unit(byte: byte, source: rest.prefix(3)))
            rest = rest.dropFirst(3)
        }
        return units
    }

    /// A text as a value in a query: all bytes are encoded but those of letters, digits and `-._~`.
    static func component(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
                encoded.append(character)
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
