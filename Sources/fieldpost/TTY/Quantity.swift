import Foundation

/// Numbers in a form that people read easily.
enum Quantity {
    /// 1234567 → "1,234,567".
    static func count(_ number: some BinaryInteger) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// With its noun: "1 report", "2 reports". `many`: an irregular plural.
    static func count(_ number: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// 1536 → "1.5 KiB".
    static func bytes(_ number: some BinaryInteger) -> String {
        var value = Double(number)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        return unit == "B" ? "\(number) B" : "\(String(format: "%.1f", value)) \(unit)"
    }

    /// 631411212000 → "20 years 3 days", 90500 → "1 min 30 s", 120 → "120 ms": the two largest units. A year has 365
    /// days and a quarter.
    static func span(milliseconds: UInt64) -> String {
        guard milliseconds >= 10_000 else {
            return milliseconds < 1000
                ? "\(milliseconds) ms" : "\(String(format: "%.1f", Double(milliseconds) / 1000)) s"
        }
        let seconds = milliseconds / 1000
        let year: UInt64 = 31_557_600
        guard seconds >= year else { return duration(seconds: seconds) }
        let days = seconds % year / 86_400
        return count(seconds / year, "year") + (days > 0 ? " " + count(days, "day") : "")
    }

    /// 3725 → "1 h 2 min": the two largest units.
    static func duration(seconds: some BinaryInteger) -> String {
        let units: [(String, Int)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
        var rest = Int(clamping: seconds)
        var parts: [String] = []
        for (name, size) in units {
            let amount = rest / size
            rest %= size
            if amount > 0 { parts.append("\(amount) \(name)") } else if !parts.isEmpty { break }
        }
        return parts.isEmpty ? "0 s" : parts.prefix(2).joined(separator: " ")
    }
}
