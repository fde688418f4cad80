import Testing

@testable import FieldpostCore

struct DeadlineTests {
    @Test(arguments: [
        // Office hours: through the lunch break, from it, from its edges, to its edge.
        ("2018-03-05 10:30", "5 office_hours", "2018-03-05 17:30"),
        ("2018-03-05 12:30", "1 office_hours", "2018-03-05 15:00"),
        ("2018-03-05 12:00", "1 office_hours", "2018-03-05 15:00"),
        ("2018-03-05 14:00", "1 office_hours", "2018-03-05 15:00"),
        ("2018-03-05 11:00", "1 office_hours", "2018-03-05 12:00"),
        ("2018-03-05 18:00", "1 office_hours", "2018-03-06 09:30"),
        ("2018-03-05 07:00", "1 office_hours", "2018-03-05 09:30"),
        ("2018-03-05 17:00", "1 office_hours", "2018-03-05 18:00"),
        // Over a weekend, over 春节, into a worked Sunday.
        ("2018-03-10 10:00", "1 office_hours", "2018-03-12 09:30"),
        ("2018-02-14 17:00", "8 office_hours", "2018-02-22 17:30"),
        ("2018-02-10 10:00", "1 office_hours", "2018-02-11 09:30"),
        ("2018-02-09 17:30", "15 office_hours", "2018-02-12 17:30"),
        // Working days.
        ("2018-03-05 00:00", "1 working_days", "2018-03-06 18:00"),
        ("2018-03-05 23:59", "1 working_days", "2018-03-06 18:00"),
        ("2018-03-05 18:00", "5 working_days", "2018-03-12 18:00"),
        ("2018-02-14 10:00", "1 working_days", "2018-02-22 18:00"),
        ("2018-02-14 10:00", "3 working_days", "2018-02-24 18:00"),
        ("2018-02-14 10:00", "4 working_days", "2018-02-26 18:00"),
        ("2018-02-10 10:00", "1 working_days", "2018-02-11 18:00"),
        ("2018-02-11 10:00", "1 working_days", "2018-02-12 18:00"),
        ("2018-12-28 16:00", "1 working_days", "2018-12-29 18:00"),
        ("2018-12-28 16:00", "2 working_days", "2019-01-02 18:00"),
        ("2020-02-28 16:00", "1 working_days", "2020-03-02 18:00"),
        // Round the clock.
        ("2018-02-15 23:00", "3 urgent_hours", "2018-02-16 02:00"),
        ("2018-12-31 22:30", "2 urgent_hours", "2019-01-01 00:30"),
        ("2020-02-28 12:00", "24 urgent_hours", "2020-02-29 12:00"),
        // Calendar days: to 24:00, which is 00:00 of the next day.
        ("2018-02-28 10:00", "1 calendar_days", "2018-03-02 00:00"),
        ("2020-02-28 10:00", "1 calendar_days", "2020-03-01 00:00"),
        ("2018-12-31 00:00", "1 calendar_days", "2019-01-02 00:00"),
        ("2018-02-15 23:59", "7 calendar_days", "2018-02-23 00:00"),
    ])
    func `a step is due`(start: String, text: String, expected: String) throws {
        let due = try limit(text).due(start: shanghai(start), calendar: .standard)
        #expect(shanghaiText(due.milliseconds) == expected)
        #expect(!due.isBeyondCalendar)
    }

    @Test func `beyond the calendar's years the week counts, and the answer says so`() throws {
        let start = shanghai("2026-12-31 10:00")
        let due = try limit("1 working_days").due(start: start, calendar: .standard)
        #expect(shanghaiText(due.milliseconds) == "2027-01-01 18:00" && due.isBeyondCalendar)
        #expect(try limit("1 office_hours").due(start: start, calendar: .standard).isBeyondCalendar == false)
        #expect(try limit("9 calendar_days").due(start: start, calendar: .standard).isBeyondCalendar == false)
        let early = try limit("1 office_hours").due(start: shanghai("2017-12-30 10:00"), calendar: .standard)
        #expect(shanghaiText(early.milliseconds) == "2018-01-02 09:30" && early.isBeyondCalendar)
    }

    @Test func `a limit has a range and one text`() {
        for kind in HandlingLimit.Kind.allCases {
            for amount in [1, 7, kind.amounts.upperBound] {
                let limit = HandlingLimit(amount, kind)
                #expect(limit != nil && limit.map { HandlingLimit(text: $0.description) } == limit)
            }
            #expect(HandlingLimit(0, kind) == nil && HandlingLimit(-1, kind) == nil)
            #expect(HandlingLimit(kind.amounts.upperBound + 1, kind) == nil && HandlingLimit(.max, kind) == nil)
        }
        for text in [
            "", "8", "8 hours", "08 office_hours", "+8 office_hours", "8  office_hours", " 8 office_hours",
            "8 office_hours ", "8.5 office_hours", "0 working_days", "３ working_days",
            "99999999999999999999 working_days",
        ] {
            #expect(HandlingLimit(text: text) == nil, "\(text)")
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `a due time follows its start, and grows with start and amount`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let limit = HandlingLimit.random(using: &generator)
            let start = Int64.randomStart(using: &generator, from: "2016-01-01", to: "2030-01-01")
            let later = start + Int64.random(in: 0...Int64(1 << (generator.next() % 38)), using: &generator)
            let due = limit.due(start: start, calendar: .standard).milliseconds
            #expect(due > start, "seed \(seed): \(limit) from \(start)")
            #expect(
                limit.due(start: later, calendar: .standard).milliseconds >= due,
                "seed \(seed): \(limit) \(start) \(later)")
            guard let longer = HandlingLimit(limit.amount + 1, limit.kind) else { continue }
            #expect(longer.due(start: start, calendar: .standard).milliseconds > due, "seed \(seed): \(limit) \(start)")
        }
    }

    @Test func `no start traps, and no calendar`() throws {
        let always = WorkCalendarTests.bytes([
            "calendar\t1", "version\tv", "known\t2018-01-01\t2018-12-31", "hours\t00:00\t24:00",
        ])
        let hardly = WorkCalendarTests.bytes([
            "calendar\t1", "version\tv", "known\t2018-01-01\t2018-12-31", "hours\t23:59\t24:00",
        ])
        for calendar in [.standard, try WorkCalendar(text: always), try WorkCalendar(text: hardly)] {
            for kind in HandlingLimit.Kind.allCases {
                for amount in [1, kind.amounts.upperBound] {
                    for start in [Int64.min, .min + 1, 0, .max - 1, .max] {
                        let limit = try #require(HandlingLimit(amount, kind))
                        #expect(limit.due(start: start, calendar: calendar).milliseconds >= start, "\(limit) \(start)")
                    }
                }
            }
        }
    }

    @Test func `a step is on time within the uncertainty, and marked`() {
        func punctuality(_ milliseconds: Int64, _ uncertainty: UInt64, _ ofDeadline: UInt64 = 0) -> Punctuality {
            Instant(milliseconds: milliseconds, uncertaintyMilliseconds: uncertainty)
                .punctuality(deadline: 1000, deadlineUncertaintyMilliseconds: ofDeadline)
        }
        #expect(punctuality(1000, 0) == .onTime && punctuality(1001, 0) == .late)
        #expect(punctuality(900, 100) == .onTime && punctuality(901, 100) == .onTimeWithinUncertainty)
        #expect(punctuality(1100, 100) == .onTimeWithinUncertainty && punctuality(1101, 100) == .late)
        #expect(punctuality(1110, 100, 10) == .onTimeWithinUncertainty && punctuality(1111, 100, 10) == .late)
        #expect(punctuality(.max, .max) == .onTimeWithinUncertainty && punctuality(.min, .max, .max).isOnTime)
        #expect(Punctuality.onTimeWithinUncertainty.isOnTime && !Punctuality.late.isOnTime)
    }
}
