/// How long a step of handling may take, in one of four kinds of time.
package struct HandlingLimit: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Hours round the clock, holidays too.
        case urgentHours = "urgent_hours"
        /// Hours in which offices work.
        case officeHours = "office_hours"
        /// Until the end of office hours of the n-th working day after the day of the start.
        case workingDays = "working_days"
        /// Until the end (24:00) of the n-th day after the day of the start.
        case calendarDays = "calendar_days"

        package var chinese: String {
            switch self {
            case .urgentHours: "紧急工作时"
            case .officeHours: "工作时"
            case .workingDays: "工作日"
            case .calendarDays: "自然日"
            }
        }

        /// The smallest and the largest amount.
        package var amounts: ClosedRange<Int> {
            switch self {
            case .urgentHours, .officeHours: 1...Limits.handlingHours
            case .workingDays, .calendarDays: 1...Limits.handlingDays
            }
        }

        /// Whether it depends on the calendar.
        package var usesCalendar: Bool { self == .officeHours || self == .workingDays }
    }

    package let kind: Kind
    package let amount: Int

    /// Nil when the amount is out of range.
    package init?(_ amount: Int, _ kind: Kind) {
        guard kind.amounts.contains(amount) else { return nil }
        self.kind = kind
        self.amount = amount
    }

    /// "8 office_hours": a number without leading zeros, one space, a kind. Nil for any other text.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = Int(parts[0]), String(amount) == parts[0],
            let kind = Kind(rawValue: String(parts[1]))
        else { return nil }
        self.init(amount, kind)
    }
}

extension HandlingLimit: CustomStringConvertible {
    package var description: String { "\(amount) \(kind.rawValue)" }
}

/// When a step is due.
package struct Deadline: Hashable, Sendable {
    /// Since 1970 (UTC). A step that ends in this millisecond is on time.
    package let milliseconds: Int64
    /// The calendar does not know all days up to it. It took those days as the week has them.
    package let isBeyondCalendar: Bool
}

extension HandlingLimit {
    /// When a step that starts then is due. It is never before the start, and later for a later start or a larger
    /// amount, or at the same instant. At the ends of time, it is the last instant that there is.
    package func due(start: Int64, calendar: WorkCalendar) -> Deadline {
        let due = dueMilliseconds(start: start, calendar: calendar)
        return Deadline(
            milliseconds: due, isBeyondCalendar: kind.usesCalendar && !calendar.knows(from: start, to: due))
    }

    private func dueMilliseconds(start: Int64, calendar: WorkCalendar) -> Int64 {
        let hours = Int64(amount) * 3_600_000
        let startDay = CivilTime(milliseconds: start).day
        switch kind {
        case .urgentHours: return start.saturatingAdd(hours)
        case .officeHours: return calendar.instant(atOfficeClock: calendar.officeClock(at: start).saturatingAdd(hours))
        case .workingDays:
            let before = calendar.workingDays(before: startDay.advanced(by: 1))
            return calendar.endOfOffice(on: calendar.workingDay(after: before + Int64(amount) - 1))
        case .calendarDays: return startDay.advanced(by: Int64(amount) + 1).milliseconds(at: 0)
        }
    }
}

/// The clock that a limit runs by, also after a pause: all time, or office hours alone.
struct HandlingClock {
    let kind: HandlingLimit.Kind
    let calendar: WorkCalendar

    /// What it shows, in milliseconds since some fixed instant.
    func reading(at milliseconds: Int64) -> Int64 {
        kind.usesCalendar ? calendar.officeClock(at: milliseconds) : milliseconds
    }

    /// What passes on it from one instant to a later one; 0 when it is not later.
    func time(from start: Int64, to end: Int64) -> Int64 {
        end <= start ? 0 : reading(at: end).saturatingSubtract(reading(at: start))
    }

    /// When so much has passed on it after an instant: that instant itself when it is nothing.
    func instant(_ time: Int64, after milliseconds: Int64) -> Int64 {
        guard time > 0 else { return milliseconds }
        guard kind.usesCalendar else { return milliseconds.saturatingAdd(time) }
        return calendar.instant(atOfficeClock: reading(at: milliseconds).saturatingAdd(time))
    }
}
