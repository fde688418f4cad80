import FieldpostCore
import FieldpostSync
import Testing

/// Budgets of links, by single rules.
struct LinkBudgetTests {
    private static let megabyte: UInt64 = 1_000_000
    private static let day = LocalTime.daySeconds

    /// The second of a day at which a test stands; running time goes along.
    private static func at(day: Int = 20_000, hour: Double, isKnown: Bool = true) -> LinkTime {
        let second = Int(hour * 3600)
        return LinkTime(
            runningMilliseconds: UInt64((day - 19_000) * Self.day + second) * 1000,
            local: isKnown ? LocalTime(day: day, second: second) : nil)
    }

    private static func budget(_ policy: LinkPolicy, _ record: LinkRecord = LinkRecord()) -> LinkBudget {
        LinkBudget(policies: ["lte": policy], record: record, at: at(day: 19_000, hour: 0, isKnown: false))
    }

    @Test func `a class without settings has no limits`() {
        var budget = Self.budget(LinkPolicy(dayBytes: 1))
        budget.count(.max, of: "wifi", at: Self.at(hour: 1))
        for lane in Lane.allCases {
            #expect(budget.permit(for: lane, of: "wifi", at: Self.at(hour: 1)) == .unlimited)
        }
    }

    @Test func `photos stop half a hundredth before the end of a day's budget, thumbnails at it, reports never`() {
        var budget = Self.budget(LinkPolicy(dayBytes: 50 * Self.megabyte))
        let now = Self.at(hour: 12)
        #expect(budget.permit(for: .photos, of: "lte", at: now) == .bytes(49_750_000))
        budget.count(49_000_000, of: "lte", at: now)
        #expect(budget.permit(for: .photos, of: "lte", at: now) == .bytes(750_000))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: now) == .bytes(1_000_000))
        budget.count(750_000, of: "lte", at: now)
        let tomorrow = LinkWait(.dayBudget, milliseconds: UInt64(12 * 3600 * 1000))
        #expect(budget.permit(for: .photos, of: "lte", at: now) == .wait(tomorrow))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: now) == .bytes(250_000))
        budget.count(90_000_000, of: "lte", at: now)
        #expect(budget.permit(for: .thumbnails, of: "lte", at: now) == .wait(tomorrow))
        for lane in [Lane.control, .urgent, .entries] {
            #expect(budget.permit(for: lane, of: "lte", at: now) == .unlimited)
        }
        #expect(budget.permit(for: .photos, of: "lte", at: Self.at(day: 20_001, hour: 0)) == .bytes(49_750_000))
    }

    @Test func `a month's budget ends with the month`() {
        var budget = Self.budget(LinkPolicy(dayBytes: 100, monthBytes: 150))
        // 2024-10-30 and 31.
        budget.count(100, of: "lte", at: Self.at(day: 20_026, hour: 5))
        budget.count(50, of: "lte", at: Self.at(day: 20_027, hour: 5))
        let wait = LinkWait(.monthBudget, milliseconds: UInt64(19 * 3600 * 1000))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: Self.at(day: 20_027, hour: 5)) == .wait(wait))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: Self.at(day: 20_028, hour: 0)) == .bytes(100))
    }

    @Test func `a link carries the lanes of its settings and control`() {
        var budget = Self.budget(LinkPolicy(lanes: [.urgent]))
        let now = Self.at(hour: 1)
        let refused = Lane.allCases.filter { budget.permit(for: $0, of: "lte", at: now) != .unlimited }
        #expect(refused == [.entries, .thumbnails, .photos])
        #expect(budget.permit(for: .entries, of: "lte", at: now) == .wait(LinkWait(.lane, milliseconds: nil)))
        budget.apply([:])
        #expect(budget.permit(for: .entries, of: "lte", at: now) == .unlimited)
    }

    @Test(arguments: [
        (0.0, 1), (5.99, 1), (6.0, 0), (11.0, 0), (12.0, 1), (12.49, 1), (12.5, 0), (21.99, 0), (22.0, 1), (23.99, 1),
    ])
    func `photos have their hours, also over midnight`(hour: Double, isOpen: Int) {
        let hours = [(start: 22 * 3600, end: 6 * 3600), (start: 12 * 3600, end: 12 * 3600 + 1800)]
        var budget = Self.budget(LinkPolicy(photoHours: hours))
        let permit = budget.permit(for: .photos, of: "lte", at: Self.at(hour: hour))
        let seconds = (hour < 12 ? 12 : 22) * 3600 - Int(hour * 3600)
        let wait = LinkWait(.hours, milliseconds: UInt64(max(0, seconds)) * 1000)
        #expect(permit == (isOpen == 1 ? .unlimited : .wait(wait)))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: Self.at(hour: hour)) == .unlimited)
        let unknown = budget.permit(for: .photos, of: "lte", at: Self.at(hour: hour, isKnown: false))
        #expect(unknown == .wait(LinkWait(.unknownTime, milliseconds: nil)))
    }

    @Test func `a pause holds photos and thumbnails on every link, and ends by itself or by a person`() {
        var budget = Self.budget(.unlimited)
        budget.pause(milliseconds: 4 * 3_600_000, at: Self.at(hour: 8))
        let rest = LinkWait(.paused, milliseconds: 3_600_000)
        for lane in [Lane.thumbnails, .photos] {
            #expect(budget.permit(for: lane, of: "wifi", at: Self.at(hour: 11)) == .wait(rest))
        }
        #expect(budget.permit(for: .entries, of: "wifi", at: Self.at(hour: 11)) == .unlimited)
        #expect(budget.permit(for: .photos, of: "wifi", at: Self.at(hour: 12)) == .unlimited)
        budget.pause(milliseconds: 4 * 3_600_000, at: Self.at(hour: 13))
        budget.resume(at: Self.at(hour: 14))
        #expect(budget.permit(for: .photos, of: "wifi", at: Self.at(hour: 14)) == .unlimited)
    }

    @Test func `a pause goes on after a restart, by the clock where it is known`() {
        var first = Self.budget(.unlimited)
        first.pause(milliseconds: 4 * 3_600_000, at: Self.at(hour: 8))
        let record = first.record(at: Self.at(hour: 9))
        // Running time begins again at 0.
        let unknown = LinkTime(runningMilliseconds: 1, local: nil)
        var second = LinkBudget(policies: [:], record: record, at: unknown)
        #expect(
            second.permit(for: .photos, of: "lte", at: unknown) == .wait(LinkWait(.paused, milliseconds: 3 * 3_600_000))
        )
        let known = LinkTime(runningMilliseconds: 1000, local: LocalTime(day: 20_000, second: 12 * 3600))
        #expect(second.permit(for: .photos, of: "lte", at: known) == .unlimited)
    }

    @Test
    func `without a clock a day is one of running time, and what it carried counts for today once today is known`() {
        var budget = Self.budget(LinkPolicy(dayBytes: 100))
        let hour: UInt64 = 3_600_000
        func running(_ hours: UInt64) -> LinkTime { LinkTime(runningMilliseconds: hours * hour, local: nil) }
        budget.count(100, of: "lte", at: running(1))
        let wait = LinkWait(.dayBudget, milliseconds: 23 * hour)
        #expect(budget.permit(for: .thumbnails, of: "lte", at: running(1)) == .wait(wait))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: running(24)) == .bytes(100))
        budget.count(60, of: "lte", at: running(25))
        let known = LinkTime(runningMilliseconds: 26 * hour, local: LocalTime(day: 20_000, second: 5))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: known) == .bytes(40))
        let tomorrow = LinkTime(runningMilliseconds: 50 * hour, local: LocalTime(day: 20_001, second: 5))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: tomorrow) == .bytes(100))
    }

    @Test func `a restart without a clock goes on with the last known day`() {
        var first = Self.budget(LinkPolicy(dayBytes: 100))
        first.count(100, of: "lte", at: Self.at(hour: 20))
        let record = first.lastRecord(at: Self.at(hour: 20))
        func running(_ hours: UInt64) -> LinkTime { LinkTime(runningMilliseconds: hours * 3_600_000, local: nil) }
        var second = LinkBudget(policies: ["lte": LinkPolicy(dayBytes: 100)], record: record, at: running(0))
        let wait = LinkWait(.dayBudget, milliseconds: 4 * 3_600_000)
        #expect(second.permit(for: .thumbnails, of: "lte", at: running(0)) == .wait(wait))
        #expect(second.permit(for: .thumbnails, of: "lte", at: running(4)) == .bytes(100))
    }

    @Test func `a clock that jumps forth and back gives no day its budget twice`() {
        var budget = Self.budget(LinkPolicy(dayBytes: 100))
        budget.count(100, of: "lte", at: Self.at(day: 20_000, hour: 1))
        budget.count(70, of: "lte", at: Self.at(day: 20_001, hour: 1))
        for _ in 0..<5 {
            let back = budget.permit(for: .thumbnails, of: "lte", at: Self.at(day: 20_000, hour: 1))
            #expect(back == .wait(LinkWait(.dayBudget, milliseconds: UInt64(23 * 3_600_000))))
            #expect(budget.permit(for: .thumbnails, of: "lte", at: Self.at(day: 20_001, hour: 1)) == .bytes(30))
        }
        // A clock that was years ahead does not hold up the days until then.
        budget.count(100, of: "lte", at: Self.at(day: 25_000, hour: 1))
        #expect(budget.permit(for: .thumbnails, of: "lte", at: Self.at(day: 20_002, hour: 1)) == .bytes(100))
    }

    @Test func `a month is that of the calendar`() {
        // Days whose month begins on them: 1970-01, 1972-03, 2000-03, 2024-02, 2024-03, 2100-03, 1969-12.
        let starts = [0, 790, 11_017, 19_754, 19_783, 47_541, -31]
        for start in starts {
            var budget = Self.budget(LinkPolicy(monthBytes: 100))
            func permit(_ day: Int) -> LanePermit {
                budget.permit(
                    for: .thumbnails, of: "lte",
                    at: LinkTime(runningMilliseconds: 1, local: LocalTime(day: day, second: 0)))
            }
            budget.count(
                100, of: "lte", at: LinkTime(runningMilliseconds: 1, local: LocalTime(day: start - 1, second: 0)))
            #expect(permit(start - 1) == .wait(LinkWait(.monthBudget, milliseconds: 86_400_000)), "\(start)")
            #expect(permit(start) == .bytes(100), "\(start)")
        }
    }

    @Test func `local time is that of the zone, before 1970 too`() {
        let hour = 3600
        #expect(LocalTime(unixMilliseconds: 0, offsetSeconds: 8 * hour) == LocalTime(day: 0, second: 8 * hour))
        #expect(LocalTime(unixMilliseconds: -1, offsetSeconds: 0) == LocalTime(day: -1, second: 86_399))
        #expect(LocalTime(unixMilliseconds: 86_399_999, offsetSeconds: 1) == LocalTime(day: 1, second: 0))
        #expect(LocalTime(unixMilliseconds: 0, offsetSeconds: -hour) == LocalTime(day: -1, second: 23 * hour))
        for extreme in [Int64.min, .max] {
            let time = LocalTime(unixMilliseconds: extreme, offsetSeconds: 0)
            var budget = Self.budget(LinkPolicy(monthBytes: 1, photoHours: [(0, 60)]))
            _ = budget.permit(for: .photos, of: "lte", at: LinkTime(runningMilliseconds: 1, local: time))
        }
    }

    // MARK: Forecasts

    @Test func `photos are through when the budget and the hours let them`() {
        var budget = Self.budget(LinkPolicy(dayBytes: 50 * Self.megabyte, photoHours: [(22 * 3600, 6 * 3600)]))
        func seconds(_ megabytes: UInt64, _ rate: UInt64 = 100_000) -> UInt64? {
            budget.secondsUntilThrough(
                photoBytes: megabytes * Self.megabyte, bytesPerSecond: rate, of: "lte", at: Self.at(hour: 20))
        }
        #expect(seconds(0) == 0)
        #expect(seconds(10) == 2 * 3600 + 100)
        // Today until the budget is used, then from midnight on.
        #expect(seconds(60) == 4 * 3600 + 103)
        #expect(seconds(150) == 4 * 3600 + 2 * 86_400 + 8)
        #expect(seconds(10, 0) == nil)
        #expect(seconds(1_000_000) == nil)
        budget.count(45_000_000, of: "lte", at: Self.at(hour: 20))
        #expect(seconds(10) == 4 * 3600 + 53)
        budget.pause(milliseconds: 3 * 3_600_000, at: Self.at(hour: 20))
        #expect(seconds(1) == 3 * 3600 + 10)
        #expect(seconds(10) == 4 * 3600 + 53)
    }

    @Test func `a forecast says nothing where nobody knows`() {
        var closed = Self.budget(LinkPolicy(lanes: [.entries]))
        #expect(closed.secondsUntilThrough(photoBytes: 1, bytesPerSecond: 1, of: "lte", at: Self.at(hour: 1)) == nil)
        var timed = Self.budget(LinkPolicy(photoHours: [(0, 60)]))
        let now = Self.at(hour: 1, isKnown: false)
        #expect(timed.secondsUntilThrough(photoBytes: 1, bytesPerSecond: 1, of: "lte", at: now) == nil)
    }
}
