/// Office time: a clock that runs in office hours and stands at all other times.
extension WorkCalendar {
    /// Office milliseconds of one working day.
    package var officeDayMilliseconds: Int64 {
        officeHours.reduce(0) { $0 + Int64($1.end - $1.start) } * CivilTime.minuteMilliseconds
    }

    /// What the clock of office time shows, in milliseconds since some fixed instant. Only differences matter.
    func officeClock(at milliseconds: Int64) -> Int64 {
        let time = CivilTime(milliseconds: milliseconds)
        let days = workingDays(before: time.day) * officeDayMilliseconds
        guard isWorkingDay(time.day) else { return days }
        return officeHours.reduce(days) { sum, interval in
            let (start, end) = interval.milliseconds
            return sum + min(max(time.millisecondOfDay - start, 0), end - start)
        }
    }

    /// The first instant at which the clock of office time shows this.
    func instant(atOfficeClock clock: Int64) -> Int64 {
        let perDay = officeDayMilliseconds
        // What is reached with the last minute of a day is reached on that day.
        let before = clock.saturatingSubtract(1)
        let count = before >= 0 ? before / perDay : (before - perDay + 1) / perDay
        var rest = clock - count * perDay
        let day = workingDay(after: count)
        for interval in officeHours {
            let (start, end) = interval.milliseconds
            if rest <= end - start { return day.milliseconds(at: start + rest) }
            rest -= end - start
        }
        return endOfOffice(on: day)
    }

    func endOfOffice(on day: CivilDay) -> Int64 {
        day.milliseconds(at: officeHours.last.map(\.milliseconds.end) ?? CivilTime.dayMilliseconds)
    }

    /// Whole office minutes from one instant to a later one; 0 when it is not later.
    package func officeMinutes(from start: Int64, to end: Int64) -> Int64 {
        guard start < end else { return 0 }
        return officeClock(at: end).saturatingSubtract(officeClock(at: start)) / CivilTime.minuteMilliseconds
    }

    /// Whether every day from one instant to another is one that this calendar knows.
    func knows(from start: Int64, to end: Int64) -> Bool {
        known.contains(CivilTime(milliseconds: start).day) && known.contains(CivilTime(milliseconds: end).day)
    }
}

extension WorkCalendar.OfficeInterval {
    /// Milliseconds of the day.
    var milliseconds: (start: Int64, end: Int64) {
        (Int64(start) * CivilTime.minuteMilliseconds, Int64(end) * CivilTime.minuteMilliseconds)
    }
}
