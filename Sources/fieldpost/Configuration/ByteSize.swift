import FieldpostCore

/// A number of bytes in a configuration: a whole number and KiB, MiB or GiB.
struct ByteSize: Hashable, Sendable {
    let bytes: UInt64

    private static let units: [Substring: UInt64] = ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]

    /// Nil for any other form, for zero, and for more than can be stored.
    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let unit = Self.units[text.dropFirst(digits.count)], let number = UInt64(digits), number > 0,
            number <= Limits.storedBlobBytes / unit
        else { return nil }
        bytes = number * unit
    }
}
