/// An amount of data as operators of networks sell it: a number and kB, MB, GB or TB (powers of 1,000), or KiB, MiB or
/// GiB (powers of 1,024).
struct DataVolume: Hashable, Sendable {
    let bytes: UInt64

    /// A million gigabytes: practically unlimited.
    private static let most: UInt64 = 1_000_000_000_000_000
    private static let units: [(name: String, bytes: UInt64)] = [
        ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    /// Nil for any other form, for zero, and for more than a million gigabytes.
    init?(_ text: String) {
        guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let number = text.dropLast(unit.name.count)
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }),
            parts.allSatisfy({ $0.utf8.count <= 9 }), let whole = UInt64(parts[0]),
            whole <= Self.most / unit.bytes
        else { return nil }
        var sum = whole * unit.bytes
        var place = unit.bytes
        for digit in parts.dropFirst().joined().utf8 {
            place /= 10
            sum += UInt64(digit - UInt8(ascii: "0")) * place
        }
        guard sum > 0, sum <= Self.most else { return nil }
        bytes = sum
    }
}
