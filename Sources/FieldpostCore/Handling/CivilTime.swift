/// A day by the Gregorian calendar. For deadlines it is one in Asia/Shanghai, which is always 8 hours ahead of UTC.
/// (China has had no daylight saving time since 1991, and deadlines of earlier years are of no interest.)
///
/// Every day of which a millisecond fits into `Int64` has a number, and nothing here traps on any of them.
package struct CivilDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, at most 2^38 before or after it. That is twice as far as milliseconds in `Int64` reach,
    /// and leaves room for what is computed from it.
    package let number: Int64

    /// A number beyond the limits becomes the nearest one.
    package init(number: Int64) { self.number = min(max(number, -1 << 38), 1 << 38) }

    package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

    /// 1 is Monday, 7 is Sunday.
    package var weekday: Int { Int((number % 7 + 10) % 7) + 1 }

    package var isWeekend: Bool { weekday > 5 }

    func advanced(by days: Int64) -> CivilDay { CivilDay(number: number.saturatingAdd(days)) }

    /// Midnight and some milliseconds later, in milliseconds since 1970 (UTC). What no `Int64` can hold becomes the
    /// nearest that one can.
    package func milliseconds(at millisecondOfDay: Int64) -> Int64 {
        let (midnight, overflow) = number.multipliedReportingOverflow(by: CivilTime.dayMilliseconds)
        guard !overflow else { return number < 0 ? .min : .max }
        return midnight.saturatingAdd(millisecondOfDay - CivilTime.offsetMilliseconds)
    }
}

/// What a clock on a wall in Asia/Shanghai shows.
package struct CivilTime: Hashable, Sendable {
    package static let offsetMilliseconds: Int64 = 8 * 3_600_000
    package static let minuteMilliseconds: Int64 = 60_000
    package static let dayMilliseconds: Int64 = 86_400_000

    package let day: CivilDay
    /// 0 up to, and without, `dayMilliseconds`.
    package let millisecondOfDay: Int64

    /// Milliseconds since 1970 (UTC).
    package init(milliseconds: Int64) {
        var (number, rest) = milliseconds.quotientAndRemainder(dividingBy: Self.dayMilliseconds)
        if rest < 0 { (number, rest) = (number - 1, rest + Self.dayMilliseconds) }
        rest += Self.offsetMilliseconds
        if rest >= Self.dayMilliseconds { (number, rest) = (number + 1, rest - Self.dayMilliseconds) }
        day = CivilDay(number: number)
        millisecondOfDay = rest
    }

    package var minuteOfDay: Int { Int(millisecondOfDay / Self.minuteMilliseconds) }
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras of 400 years that begin on 1 March.
extension CivilDay {
    package var date: (year: Int64, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * month + 2) / 5) + 1
        let year = yearOfEra + era * 400
        return month < 10 ? (year, Int(month) + 3, day) : (year + 1, Int(month) - 9, day)
    }

    /// Nil when the month has no such day, or the year is not in 1 … 9999.
    package init?(year: Int64, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shiftedYear = month > 2 ? year : year - 1
        let (era, yearOfEra) = shiftedYear.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
        // A day beyond the end of its month has become one of the next month.
        guard date.month == month, date.day == day else { return nil }
    }

    /// Exactly "yyyy-mm-dd", or nil.
    package init?(text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 10, digits[4] == UInt8(ascii: "-"), digits[7] == UInt8(ascii: "-"),
            let year = Self.number(digits[0..<4]), let month = Self.number(digits[5..<7]),
            let day = Self.number(digits[8..<10])
        else { return nil }
        self.init(year: Int64(year), month: month, day: day)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(Int?(0)) { value, digit in
            guard let value, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            return value * 10 + Int(digit - UInt8(ascii: "0"))
        }
    }
}

extension CivilDay: CustomStringConvertible {
    /// "yyyy-mm-dd". Years beyond 9999 have more digits, and years before 0 a sign.
    package var description: String {
        let (year, month, day) = date
        return (year < 0 ? "-" : "") + Self.padded(year.magnitude, to: 4) + "-" + Self.padded(UInt64(month), to: 2)
            + "-" + Self.padded(UInt64(day), to: 2)
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// The sum, or the nearest number that there is.
    package func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    package func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
