/// The text of a calendar, in which it travels. Each calendar has exactly one:
///
///     calendar	1                     the format
///     version	cn-2018-2026.1
///     known	2018-01-01	2026-12-31    the first and the last day
///     hours	08:30	12:00             one line for each interval, in order
///     hours	14:00	18:00
///     holiday	2018-01-01	元旦           free, from Monday to Friday
///     workday	2018-02-11	春节           worked, on a weekend
///
/// Tabs stand between the cells. The days are in order.
extension WorkCalendar {
    /// Throws a `TextDefect` that names the line.
    package init(text: [UInt8]) throws(TextDefect) {
        let lines = try StrictLines(text, limit: Limits.calendarBytes).lines
        var version: String?
        var known: ClosedRange<CivilDay>?
        var hours: [OfficeInterval] = []
        var days: [SpecialDay] = []
        for (index, cells) in lines.enumerated() {
            do throws(Reason) {
                switch (index, cells[0]) {
                case (0, "calendar") where cells == ["calendar", "1"]: break
                case (0, _): throw Reason(text: "It must be “calendar”, a tab and “1”: another format is not known.")
                case (1, "version"): version = try Self.cells(cells, 2)[1]
                case (1, _): throw Reason(text: "It must give the version.")
                case (2, "known"): known = try Self.range(Self.cells(cells, 3))
                case (2, _): throw Reason(text: "It must give the first and the last day that are known.")
                case (_, "hours"):
                    guard days.isEmpty else { throw Reason(text: "Office hours must stand before all days.") }
                    hours.append(try Self.interval(Self.cells(cells, 3), after: hours))
                case (_, "holiday"), (_, "workday"):
                    guard !hours.isEmpty else { throw Reason(text: "Office hours must stand before all days.") }
                    guard days.count < Limits.calendarDays else {
                        throw Reason(text: "At most \(Limits.calendarDays) days may differ from the week.")
                    }
                    days.append(try Self.day(Self.cells(cells, 3), after: days.last?.day, in: known))
                default: throw Reason(text: "“\(cells[0])” is not known here.")
                }
            } catch {
                throw TextDefect(line: index + 1, error.text)
            }
        }
        guard let version, let known, !hours.isEmpty else {
            throw TextDefect(line: lines.count, "The text ends before the version, the known days and office hours.")
        }
        self.init(version: version, known: known, officeHours: hours, specialDays: days)
    }

    package var text: [UInt8] {
        var lines = ["calendar\t1", "version\t\(version)", "known\t\(known.lowerBound)\t\(known.upperBound)"]
        lines += officeHours.map { "hours\t\(Self.clock($0.start))\t\(Self.clock($0.end))" }
        lines += specialDays.map { "\($0.isWorked ? "workday" : "holiday")\t\($0.day)\t\($0.name)" }
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }

    private struct Reason: Error {
        let text: String
    }

    private static func cells(_ cells: [String], _ count: Int) throws(Reason) -> [String] {
        guard cells.count == count else { throw Reason(text: "It has \(cells.count) cells; it must have \(count).") }
        return cells
    }

    private static func date(_ cell: String) throws(Reason) -> CivilDay {
        guard let day = CivilDay(text: cell) else { throw Reason(text: "“\(cell)” is no date of the form yyyy-mm-dd.") }
        return day
    }

    private static func range(_ cells: [String]) throws(Reason) -> ClosedRange<CivilDay> {
        let (first, last) = (try date(cells[1]), try date(cells[2]))
        guard first <= last else { throw Reason(text: "The last day, \(last), is before the first one.") }
        return first...last
    }

    private static func interval(
        _ cells: [String], after others: [OfficeInterval]
    ) throws(Reason) -> OfficeInterval {
        guard others.count < Limits.officeIntervals else {
            throw Reason(text: "A day may have at most \(Limits.officeIntervals) intervals of office hours.")
        }
        let (start, end) = (try minutes(cells[1]), try minutes(cells[2]))
        guard start < end else { throw Reason(text: "The hours end at \(cells[2]), and begin no earlier.") }
        // Two that touch are one, and have another text.
        guard others.last.map({ $0.end < start }) ?? true else {
            throw Reason(text: "The hours must begin after those before them have ended.")
        }
        return OfficeInterval(start: start, end: end)
    }

    private static func day(
        _ cells: [String], after previous: CivilDay?, in known: ClosedRange<CivilDay>?
    ) throws(Reason) -> SpecialDay {
        let day = try date(cells[1])
        guard known?.contains(day) ?? false else { throw Reason(text: "\(day) is none of the known days.") }
        guard previous.map({ $0 < day }) ?? true else { throw Reason(text: "\(day) is not after the day before it.") }
        guard day.isWeekend == (cells[0] == "workday") else {
            throw Reason(
                text: day.isWeekend
                    ? "\(day) is on a weekend, and free already."
                    : "\(day) is from Monday to Friday, and worked already.")
        }
        return SpecialDay(day: day, name: cells[2])
    }

    /// "08:30"; "24:00" is the end of the day.
    private static func minutes(_ cell: String) throws(Reason) -> Int {
        let parts = cell.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
            (0...59).contains(minute), hour * 60 + minute <= 1440, clock(hour * 60 + minute) == cell
        else { throw Reason(text: "“\(cell)” is no time of the form hh:mm.") }
        return hour * 60 + minute
    }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return (hour < 10 ? "0" : "") + String(hour) + (minute < 10 ? ":0" : ":") + String(minute)
    }
}
