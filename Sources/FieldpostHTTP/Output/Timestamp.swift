/// Date and time as text (RFC 3339), and as milliseconds since 1970-01-01T00:00:00Z, for the years 0000 to 9999.
///
/// Foundation's formatters accept other forms than those of the RFC, and cost more than the rest of an intake.
package enum Timestamp {
    private static let dayMilliseconds: Int64 = 86_400_000
    /// 0000-01-01T00:00:00.000Z … 9999-12-31T23:59:59.999Z.
    private static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// UTC with milliseconds. Nil for years that do not fit four digits.
    package static func text(_ milliseconds: Int64) -> String? {
        guard range.contains(milliseconds) else { return nil }
        let days = Int((milliseconds - range.lowerBound) / dayMilliseconds)
        let rest = Int((milliseconds - range.lowerBound) % dayMilliseconds)
        let (year, month, day) = date(days)
        return String(unsafeUninitializedCapacity: 24) { bytes in
            var count = 0
            func write(_ number: Int, _ digits: Int, _ end: UInt8) {
                var number = number
                for place in (count..<count + digits).reversed() {
                    bytes[place] = UInt8(ascii: "0") + UInt8(number % 10)
                    number /= 10
                }
                bytes[count + digits] = end
                count += digits + 1
            }
            write(year, 4, UInt8(ascii: "-"))
            write(month, 2, UInt8(ascii: "-"))
            write(day, 2, UInt8(ascii: "T"))
            write(rest / 3_600_000, 2, UInt8(ascii: ":"))
            write(rest / 60_000 % 60, 2, UInt8(ascii: ":"))
            write(rest / 1000 % 60, 2, UInt8(ascii: "."))
            write(rest % 1000, 3, UInt8(ascii: "Z"))
            return count
        }
    }

    /// Returns nil if the text is not a date-time of RFC 3339. Digits after the millisecond are dropped. A leap second
    /// counts as the first second of the next minute.
    package static func milliseconds(_ text: String) -> Int64? {
        var scanner = Scanner(rest: text.utf8[...])
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("Tt"), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2),
            (1...12).contains(month), (1...length(of: month, in: year)).contains(day),
            hour < 24, minute < 60, second <= 60,
            let fraction = scanner.fraction(), let offset = scanner.offsetMinutes(), scanner.rest.isEmpty
        else { return nil }
        let seconds = (hour * 60 + minute - offset) * 60 + second
        let days = daysBefore(year) + (1..<month).reduce(0) { $0 + length(of: $1, in: year) } + day - 1
        let result = range.lowerBound + Int64(days) * dayMilliseconds + Int64(seconds * 1000 + fraction)
        return range.contains(result) ? result : nil
    }

    /// Year, month and day for a number of days since 0000-01-01.
    private static func date(_ days: Int) -> (Int, Int, Int) {
        var year = days / 366
        while daysBefore(year + 1) <= days { year += 1 }
        var rest = days - daysBefore(year)
        var month = 1
        while rest >= length(of: month, in: year) {
            rest -= length(of: month, in: year)
            month += 1
        }
        return (year, month, rest + 1)
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// Days from 0000-01-01 to the first day of the year. Every fourth year before it is a leap year, except three of
    /// four centuries.
    private static func daysBefore(_ year: Int) -> Int {
        year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private struct Scanner {
        var rest: Substring.UTF8View

        mutating func take(_ characters: StaticString) -> Bool {
            guard let first = rest.first, characters.withUTF8Buffer({ $0.contains(first) }) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ count: Int) -> Int? {
            let digits = rest.prefix(count)
            guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest.removeFirst(count)
            return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }

        /// The milliseconds of an optional fraction. Nil if no digit follows the dot.
        mutating func fraction() -> Int? {
            guard take(".") else { return 0 }
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            return (0..<3).reduce(0) { sum, place in
                sum * 10 + (digits.dropFirst(place).first.map { Int($0 - 0x30) } ?? 0)
            }
        }

        mutating func offsetMinutes() -> Int? {
            if take("Zz") { return 0 }
            let isEast = rest.first == UInt8(ascii: "+")
            guard take("+-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
            else { return nil }
            return (isEast ? 1 : -1) * (hours * 60 + minutes)
        }
    }
}
