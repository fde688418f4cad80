/// A length of time in a configuration: a whole number and s, m, h or d.
struct Span: Hashable, Sendable {
    let seconds: UInt64

    /// Ten years: practically unlimited.
    private static let longest: UInt64 = 3650 * 86_400
    private static let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// Nil for any other form, for zero, and for more than ten years.
    init?(_ text: String) {
        guard let unit = text.last.flatMap({ Self.units[$0] }), case let digits = text.dropLast(),
            !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt64(digits), number > 0, number <= Self.longest / unit
        else { return nil }
        seconds = number * unit
    }
}
