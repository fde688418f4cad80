/// What budgets must know after a restart. A small value that is stored as a whole.
package struct LinkRecord: Codable, Hashable, Sendable {
    package var calendar = LinkCalendar()
    /// By class.
    package var usage: [String: LinkUsage] = [:]
    package var pause: LinkPause?

    package init() {}

    /// Whether these numbers can be: a damaged file may have others.
    package var isValid: Bool {
        calendar.isValid
            && (pause?.end).map { $0.magnitude < LinkCalendar.mostDays * UInt(LocalTime.daySeconds) } ?? true
    }
}

/// Which day it is, for budgets.
package struct LinkCalendar: Codable, Hashable, Sendable {
    /// Days since 1970-01-01, in the station's zone. While nobody knows the time, it continues from the last known day.
    package private(set) var day = 0
    /// Milliseconds since that day began: by the clock, or by running time.
    package private(set) var milliseconds: UInt64 = 0
    package private(set) var isKnown = false

    private static let dayMilliseconds = UInt64(LocalTime.daySeconds) * 1000

    /// `elapsed`: milliseconds of running time since the last call.
    mutating func advance(to local: LocalTime?, elapsed: UInt64) {
        isKnown = local != nil
        if let local {
            (day, milliseconds) = (local.day, UInt64(local.second) * 1000)
        } else {
            let sum = milliseconds + elapsed
            day += Int(sum / Self.dayMilliseconds)
            milliseconds = sum % Self.dayMilliseconds
        }
    }

    /// Two million years.
    fileprivate static let mostDays: UInt = 1_000_000_000

    fileprivate var isValid: Bool { day.magnitude < Self.mostDays && milliseconds < Self.dayMilliseconds }

    var millisecondsLeft: UInt64 { Self.dayMilliseconds - milliseconds }
}

/// The bytes that links of one class carried.
package struct LinkUsage: Codable, Hashable, Sendable {
    private var days: [Count] = []
    private var months: [Count] = []
    /// Bytes of a day that was counted by running time alone.
    private var unsettled: UInt64 = 0

    private struct Count: Codable, Hashable, Sendable {
        let number: Int
        var bytes: UInt64
    }

    /// Days and months that are remembered, those that were used last. A clock that jumps forth and back finds its days
    /// again, so that no day has its budget twice.
    private static let remembered = 4

    init() {}

    func bytes(ofDay day: Int) -> UInt64 { days.first { $0.number == day }?.bytes ?? 0 }

    func bytes(ofMonth month: Int) -> UInt64 { months.first { $0.number == month }?.bytes ?? 0 }

    mutating func add(_ bytes: UInt64, on calendar: LinkCalendar) {
        Self.add(bytes, to: calendar.day, &days)
        Self.add(bytes, to: Month.number(of: calendar.day), &months)
        if !calendar.isKnown { unsettled &+= bytes }
    }

    /// A day by running time ended, or the time became known. In the second case, what was counted without it counts
    /// for today, too: better too much than too little.
    mutating func settle(from old: LinkCalendar, to new: LinkCalendar) {
        guard unsettled > 0 else { return }
        if new.isKnown, new.day != old.day {
            Self.add(unsettled, to: new.day, &days)
            let month = Month.number(of: new.day)
            if month != Month.number(of: old.day) { Self.add(unsettled, to: month, &months) }
        }
        if new.isKnown || new.day != old.day { unsettled = 0 }
    }

    private static func add(_ bytes: UInt64, to number: Int, _ counts: inout [Count]) {
        var count = Count(number: number, bytes: 0)
        if let index = counts.firstIndex(where: { $0.number == number }) { count = counts.remove(at: index) }
        let (sum, overflow) = count.bytes.addingReportingOverflow(bytes)
        count.bytes = overflow ? .max : sum
        counts.append(count)
        if counts.count > remembered { counts.removeFirst() }
    }
}

/// Photos and thumbnails wait because a person said so.
package struct LinkPause: Codable, Hashable, Sendable {
    /// Milliseconds of running time until it ends.
    var milliseconds: UInt64
    /// When it ends by the corrected clock, as seconds since 1970 in the station's zone. Nil if nobody knew the time.
    var end: Int?

    /// Nil once it has ended, by one of the two clocks.
    func advanced(to local: LocalTime?, elapsed: UInt64) -> LinkPause? {
        guard milliseconds > elapsed else { return nil }
        var pause = self
        pause.milliseconds -= elapsed
        if let end, let local {
            let now = local.day * LocalTime.daySeconds + local.second
            guard now < end else { return nil }
            // A clock that was set back does not make it longer.
            pause.milliseconds = min(pause.milliseconds, UInt64(end - now) * 1000)
        }
        return pause
    }
}
