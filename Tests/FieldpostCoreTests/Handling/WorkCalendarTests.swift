import Testing

@testable import FieldpostCore

struct CivilTimeTests {
    @Test func `a day has a number, a date and a weekday`() throws {
        let cases: [(String, Int64, Int)] = [
            ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2018-02-11", 17_573, 7), ("2020-02-29", 18_321, 6),
            ("2000-02-29", 11_016, 2), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
        ]
        for (text, number, weekday) in cases {
            let day = try #require(CivilDay(text: text))
            #expect(day.number == number && day.weekday == weekday && day.description == text, "\(text)")
        }
    }

    @Test func `every day of 800 years follows the one before it`() throws {
        var (year, month, day): (Int64, Int, Int) = (1600, 1, 1)
        var number = try #require(CivilDay(year: 1600, month: 1, day: 1)).number
        while year < 2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            let found = CivilDay(number: number)
            guard found.date == (year, month, day), CivilDay(year: year, month: month, day: day) == found else {
                Issue.record("\(number) is \(found)")
                return
            }
            number += 1
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test func `the day begins at 16:00 UTC`() {
        #expect(CivilTime(milliseconds: 57_599_999).day.number == 0)
        #expect(CivilTime(milliseconds: 57_599_999).minuteOfDay == 1439)
        #expect(CivilTime(milliseconds: 57_600_000).day.number == 1)
        #expect(CivilTime(milliseconds: 57_600_000).minuteOfDay == 0)
        #expect(CivilTime(milliseconds: -1).minuteOfDay == 7 * 60 + 59)
        #expect(CivilTime(milliseconds: 0).minuteOfDay == 8 * 60)
    }

    @Test(arguments: [
        "2018-02-29", "2018-13-01", "2018-00-10", "2018-04-31", "0000-01-01", "2018-2-01", "2018/02/01", "2018-02-01 ",
        "+018-02-01", "２０１８-02-01", "", "-2018-02-1",
    ])
    func `other texts are no dates`(text: String) { #expect(CivilDay(text: text) == nil) }

    @Test func `no number of milliseconds traps`() {
        for milliseconds in [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max] {
            let time = CivilTime(milliseconds: milliseconds)
            #expect((0..<CivilTime.dayMilliseconds).contains(time.millisecondOfDay))
            #expect(time.day.milliseconds(at: time.millisecondOfDay) == milliseconds)
            #expect((1...7).contains(time.day.weekday) && !time.day.description.isEmpty)
        }
        for number in [Int64.min, .max] {
            let day = CivilDay(number: number)
            #expect(day.milliseconds(at: 0) == number)
            #expect(!day.description.isEmpty && (1...7).contains(day.weekday))
        }
        #expect(CivilDay(number: -800_000).description == "-0221-09-04")
    }
}

struct WorkCalendarTests {
    static let lines = [
        "calendar\t1", "version\tv1", "known\t2018-01-01\t2018-12-31", "hours\t08:30\t12:00", "hours\t14:00\t18:00",
        "workday\t2018-02-11\t春节", "holiday\t2018-02-15\t春节",
    ]

    static func bytes(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [10] } }

    @Test func `the built-in calendar knows nine years`() throws {
        let calendar = WorkCalendar.standard
        #expect("\(calendar.known.lowerBound) \(calendar.known.upperBound)" == "2018-01-01 2026-12-31")
        #expect(calendar.specialDays.count == 223 && calendar.officeDayMilliseconds == 27_000_000)
        for (text, isWorked) in [
            ("2018-02-11", true), ("2018-02-15", false), ("2018-02-17", false), ("2018-02-24", true),
            ("2020-01-31", false), ("2020-02-01", false), ("2022-01-29", true), ("2025-10-08", false),
            ("2026-02-28", true), ("2026-03-02", true), ("2027-01-01", true),
        ] {
            #expect(calendar.isWorkingDay(try #require(CivilDay(text: text))) == isWorked, "\(text)")
        }
    }

    @Test func `a calendar has one text`() throws {
        #expect(WorkCalendar.standard.text == PackageResources.calendar_tsv)
        let calendar = try WorkCalendar(text: Self.bytes(Self.lines))
        #expect(calendar.text == Self.bytes(Self.lines))
        #expect(calendar.version == "v1" && calendar.specialDays.map(\.isWorked) == [true, false])
    }

    /// Each case changes one line, and names the line and a part of the reason.
    @Test(arguments: [
        (0, "calendar\t2", 1, "format"), (0, "Calendar\t1", 1, "format"),
        (1, "known\t2018-01-01\t2018-12-31", 2, "version"),
        (1, "version\t", 2, "empty"), (1, "version\tv1\tv2", 2, "3 cells"), (1, "version\tv\u{202E}1", 2, "U+202E"),
        (1, "version\tv1\r", 2, "control"), (2, "known\t2018-12-31\t2018-01-01", 3, "before"),
        (2, "known\t2018-01-01\t2018-02-30", 3, "no date"), (2, "hours\t08:30\t12:00", 3, "known"),
        (3, "hours\t8:30\t12:00", 4, "hh:mm"), (3, "hours\t08:30\t24:01", 4, "hh:mm"),
        (3, "hours\t08:60\t12:00", 4, "hh:mm"),
        (3, "hours\t12:00\t12:00", 4, "no earlier"), (3, "hours\t08:30\t14:00", 5, "have ended"),
        (3, "hours\t15:00\t16:00", 5, "have ended"), (4, "", 5, "empty"),
        (5, "workday\t2018-02-12\t春节", 6, "worked already"),
        (5, "holiday\t2018-02-11\t春节", 6, "free already"), (5, "workday\t2018-02-18\t春节", 7, "not after"),
        (6, "workday\t2018-02-11\t春节", 7, "not after"), (6, "holiday\t2019-02-15\t春节", 7, "none of the known"),
        (6, "holiday\t2018-02-15", 7, "2 cells"), (6, "free\t2018-02-15\t春节", 7, "not known here"),
        (6, "hours\t19:00\t20:00", 7, "before all days"),
    ])
    func `each error names its line and its reason`(line: Int, text: String, found: Int, reason: String) {
        var lines = Self.lines
        lines[line] = text
        let defect = #expect(throws: TextDefect.self) { try WorkCalendar(text: Self.bytes(lines)) }
        #expect(defect?.line == found && defect?.reason.contains(reason) == true, "\(String(describing: defect))")
    }

    @Test func `a text that is cut, too long or not UTF-8 is refused`() {
        let whole = Self.bytes(Self.lines)
        // With the first office hours, it is whole after each line.
        let ends = whole.indices.filter { whole[$0] == 10 }.dropFirst(3).map { $0 + 1 }
        for count in 0..<whole.count where !ends.contains(count) {
            #expect(throws: TextDefect.self, "\(count)") { try WorkCalendar(text: Array(whole[..<count])) }
        }
        #expect(throws: TextDefect.self) { try WorkCalendar(text: whole.map { $0 == 118 ? 0xFF : $0 }) }
        let long = Self.bytes(Self.lines) + Array(repeating: 10, count: Limits.calendarBytes)
        #expect(throws: TextDefect.self) { try WorkCalendar(text: long) }
    }

    @Test func `more days or hours than the limits allow are refused`() throws {
        func text(days: Int) throws -> [UInt8] {
            var day = try #require(CivilDay(text: "2000-01-01"))
            var lines = ["calendar\t1", "version\tv", "known\t2000-01-01\t2100-01-01", "hours\t00:00\t24:00"]
            while lines.count < 4 + days {
                if !day.isWeekend { lines.append("holiday\t\(day)\tx") }
                day = day.advanced(by: 1)
            }
            return Self.bytes(lines)
        }
        let most = try text(days: Limits.calendarDays)
        #expect(most.count <= Limits.calendarBytes)
        #expect(try WorkCalendar(text: most).specialDays.count == Limits.calendarDays)
        let defect = #expect(throws: TextDefect.self) { try WorkCalendar(text: text(days: Limits.calendarDays + 1)) }
        #expect(defect?.line == 5 + Limits.calendarDays)
        let hours = (0...Limits.officeIntervals).map { "hours\t0\($0):00\t0\($0):30" }
        let many = #expect(throws: TextDefect.self) {
            try WorkCalendar(text: Self.bytes(Array(Self.lines[..<3]) + hours))
        }
        #expect(many?.line == 4 + Limits.officeIntervals)
    }

    @Test func `the number of working days and its inverse agree with a plain count`() throws {
        let calendar = WorkCalendar.standard
        var day = try #require(CivilDay(text: "2017-06-01"))
        var count = calendar.workingDays(before: day)
        while day.description < "2028-01-01" {
            #expect(calendar.workingDays(before: day) == count, "\(day)")
            if calendar.isWorkingDay(day) {
                #expect(calendar.workingDay(after: count) == day)
                count += 1
            }
            day = day.advanced(by: 1)
        }
    }

    @Test func `office minutes leave out the lunch break, nights and holidays`() {
        let calendar = WorkCalendar.standard
        func minutes(_ from: String, _ to: String) -> Int64 {
            calendar.officeMinutes(from: shanghai(from), to: shanghai(to))
        }
        #expect(minutes("2018-03-05 08:00", "2018-03-05 19:00") == 450)
        #expect(minutes("2018-03-05 11:59", "2018-03-05 14:01") == 2)
        #expect(minutes("2018-03-05 12:00", "2018-03-05 14:00") == 0)
        #expect(minutes("2018-02-14 17:00", "2018-02-22 09:00") == 90)
        #expect(minutes("2018-02-10 00:00", "2018-02-12 00:00") == 450)
        #expect(minutes("2018-03-06 09:00", "2018-03-05 09:00") == 0)
        #expect(calendar.officeMinutes(from: .min, to: .max) > 0)
    }
}
