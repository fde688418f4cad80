/// Four characters that name a chunk or a box: PNG (clause 5.3), RIFF (RFC 9649, 2.3), ISO/IEC 14496-12 (4.2).
struct FourCC: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    let number: UInt32

    init(_ number: UInt32) { self.number = number }

    init(stringLiteral text: StaticString) {
        precondition(text.utf8CodeUnitCount == 4, "\(text) has not four characters")
        number = text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) } }

    /// Letters, digits and the few other characters that registered codes use: a space, "©", "-" and so on.
    var isPlausible: Bool { bytes.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0xA9 } }

    /// Characters outside of ASCII are shown as "?".
    var description: String {
        String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
