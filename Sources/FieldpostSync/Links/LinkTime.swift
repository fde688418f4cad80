import FieldpostCore

/// A moment, as budgets of links see it.
package struct LinkTime: Hashable, Sendable {
    /// Milliseconds of a clock that never goes backwards, within one process.
    package let runningMilliseconds: UInt64
    /// Nil while nobody knows the time: then days are counted by running time.
    package let local: LocalTime?

    package init(runningMilliseconds: UInt64, local: LocalTime?) {
        self.runningMilliseconds = runningMilliseconds
        self.local = local
    }
}

/// A time of the day in the station's own zone, by the corrected clock.
package struct LocalTime: Hashable, Sendable {
    /// Days since 1970-01-01.
    package let day: Int
    /// 0 ..< 86,400.
    package let second: Int

    package static let daySeconds = 86_400

    /// `unixMilliseconds`: of UTC. `offsetSeconds`: of the zone, positive to the east.
    package init(unixMilliseconds: Int64, offsetSeconds: Int) {
        // Rounded down, also before 1970.
        let whole = unixMilliseconds >= 0 ? unixMilliseconds / 1000 : (unixMilliseconds + 1) / 1000 - 1
        let seconds = Int(whole) + offsetSeconds
        second = (seconds % Self.daySeconds + Self.daySeconds) % Self.daySeconds
        day = (seconds - second) / Self.daySeconds
    }

    package init(day: Int, second: Int) {
        self.day = day
        self.second = second
    }
}

/// Months by the Gregorian calendar.
enum Month {
    /// Counts the months: the year times 12, and the month from 0. `day`: days since 1970-01-01.
    static func number(of day: Int) -> Int {
        let date = CivilDay(number: Int64(day)).date
        return Int(date.year) * 12 + date.month - 1
    }

    /// Days from `day` to the first day of the next month, at least 1.
    static func daysLeft(from day: Int) -> Int {
        let month = number(of: day)
        return (1...31).first { number(of: day + $0) != month } ?? 31
    }
}
