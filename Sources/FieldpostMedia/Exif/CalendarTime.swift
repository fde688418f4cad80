/// A date and a time of day in the Gregorian calendar, in no zone of its own.
package struct CalendarTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    /// 0 to 60: GPS receivers show leap seconds.
    package let second: Int
    package let millisecond: Int

    /// Nil unless such a day and time exist, in the years 1 to 9999.
    package init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int = 0
    ) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, of: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second), (0...999).contains(millisecond)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second, self.millisecond) = (hour, minute, second, millisecond)
    }

    /// Milliseconds since 1970 in UTC, if the time is this many minutes ahead of UTC.
    package func unixMilliseconds(offsetMinutes: Int) -> Int64 {
        let minutes = (daysSince1970 * 24 + hour) * 60 + minute - offsetMinutes
        return (Int64(minutes) * 60 + Int64(second)) * 1000 + Int64(millisecond)
    }

    private var daysSince1970: Int {
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400
        let months = (1..<month).reduce(0) { $0 + Self.days(inMonth: $1, of: year) }
        // 719,162 days lie between 0001-01-01 and 1970-01-01.
        return before * 365 + leapDays + months + day - 1 - 719_162
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}

extension CalendarTime {
    /// "2026:11:29 08:30:00", as Exif writes it (CP-3451, 4.6.5, DateTimeOriginal). Some programs write "-" in the date
    /// and "T" before the time. `subSeconds` are the digits after the decimal point.
    init?(exif text: String, subSeconds: String?) {
        guard let parts = Self.numbers(of: text, shape: "0000:00:00 00:00:00") else { return nil }
        let digits = (subSeconds ?? "").prefix { $0.isASCII && $0.isNumber }
        let milliseconds = Int((digits + "000").prefix(3)) ?? 0
        self.init(
            year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5],
            millisecond: milliseconds)
    }

    /// The numbers of a text that has a digit wherever `shape` has "0". For ":" it may also have "-", and for " " "T".
    static func numbers(of text: String, shape: String) -> [Int]? {
        guard text.utf8.count == shape.utf8.count else { return nil }
        var numbers = [0]
        for (byte, expected) in zip(text.utf8, shape.utf8) {
            switch (expected, byte) {
            case (UInt8(ascii: "0"), UInt8(ascii: "0")...UInt8(ascii: "9")):
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - UInt8(ascii: "0"))
            case (UInt8(ascii: ":"), UInt8(ascii: ":")), (UInt8(ascii: ":"), UInt8(ascii: "-")),
                (UInt8(ascii: " "), UInt8(ascii: " ")), (UInt8(ascii: " "), UInt8(ascii: "T")):
                numbers.append(0)
            default: return nil
            }
        }
        return numbers
    }
}
