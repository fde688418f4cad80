/// Limits of the handling of cases.
extension Limits {
    /// How far a clock may be wrong that the system keeps synchronized (timesyncd polls every 34 minutes at most, and a
    /// crystal drifts by 100 ppm), in milliseconds.
    package static let synchronizedMilliseconds: UInt64 = 500

    // MARK: Deadlines

    /// The longest limit of a step in hours and in days: a year, and ten years.
    package static let handlingHours = 8_784
    package static let handlingDays = 3_660
    /// Bytes of a calendar's text: it travels as one text value. The built-in one has 6 KiB for nine years.
    package static let calendarBytes = textBytes
    /// Days in it that differ from the week: 25 a year, so 40 years.
    package static let calendarDays = 1024
    /// Office hours of one day: intervals.
    package static let officeIntervals = 8

    /// Bytes of the table of stages that have a time. The built-in one has 1 KiB.
    package static let timerTableBytes = textBytes
    /// Rounds of one stage that are told apart: the last ones.
    package static let stageRounds = 16

    // MARK: Indicators

    /// Bytes of the table of indicators: it travels as one text value. The built-in one has 3 KiB.
    package static let indicatorTableBytes = textBytes
    package static let indicators = 64
    /// Bytes of one formula. A parenthesis in it may hold another one, and each level takes a few hundred bytes of
    /// stack.
    package static let formulaBytes = 256
    /// Departments, groups and grids that one evaluation counts apart, of each. Cases of further ones are counted
    /// together. With the periods, that is at most 25 MiB.
    package static let indicatorGroups = 2048
    /// Periods that one evaluation counts apart: the days of a month.
    package static let indicatorPeriods = 32
    /// Reports that one read of a walk through all folds at most, if it does not take `readMilliseconds` before.
    package static let scanReports = 256
    /// Evaluations of indicators at once, over HTTP and over the admin socket each. One reads all reports, and keeps a
    /// core busy.
    package static let indicatorEvaluations = 1
    /// A page of the cases behind a figure ends after so many milliseconds, full or not.
    package static let indicatorPageMilliseconds = 2_000
}
