/// When offices work: the hours of a working day, and the days that differ from the week (holidays, and weekend days
/// that are worked: 调休). A working week is Monday to Friday.
///
/// China announces its holidays year by year, so a calendar has a version, and its text travels. A case keeps the
/// version with which its deadlines were computed.
package struct WorkCalendar: Hashable, Sendable {
    /// A part of the day in which offices work, in minutes of the day: 0 ≤ start < end ≤ 1440.
    package struct OfficeInterval: Hashable, Sendable {
        package let start: Int
        package let end: Int
    }

    /// A day that differs from the week: free from Monday to Friday, or worked on a weekend.
    package struct SpecialDay: Hashable, Sendable {
        package let day: CivilDay
        /// Why, in Chinese, such as "春节".
        package let name: String

        package var isWorked: Bool { day.isWeekend }
    }

    package let version: String
    /// The days of which this calendar knows whether they differ. All others are as the week has them.
    package let known: ClosedRange<CivilDay>
    /// In order, apart from each other, at least one.
    package let officeHours: [OfficeInterval]
    /// In order, each day once, all in `known`.
    package let specialDays: [SpecialDay]
    /// Of each special day and all before it: worked ones less free ones. The first element stands for none.
    private let balance: [Int64]

    /// The caller has checked what the properties promise; see `init(text:)`.
    init(
        version: String, known: ClosedRange<CivilDay>, officeHours: [OfficeInterval], specialDays: [SpecialDay]
    ) {
        self.version = version
        self.known = known
        self.officeHours = officeHours
        self.specialDays = specialDays
        var sum: Int64 = 0
        balance =
            [0]
            + specialDays.map { special in
                sum += special.isWorked ? 1 : -1
                return sum
            }
    }

    /// The calendar of this build: the announcements of the State Council for 2018 to 2026.
    package static let standard: WorkCalendar = {
        do {
            return try WorkCalendar(text: PackageResources.calendar_tsv)
        } catch {
            preconditionFailure("the built-in calendar.tsv cannot be read: \(error)")
        }
    }()

    package func isWorkingDay(_ day: CivilDay) -> Bool {
        let index = firstSpecialDay(from: day)
        let isSpecial = index < specialDays.count && specialDays[index].day == day
        return day.isWeekend == isSpecial
    }

    /// Working days from some fixed day until this one, without it. Only differences matter.
    func workingDays(before day: CivilDay) -> Int64 {
        // 1970-01-01 was a Thursday: its week began 3 days before.
        let shifted = day.number + 3
        let week = shifted >= 0 ? shifted / 7 : (shifted - 6) / 7
        return week * 5 + min(shifted - week * 7, 5) + balance[firstSpecialDay(from: day)]
    }

    /// The working day before which there are so many.
    func workingDay(after count: Int64) -> CivilDay {
        // Special days move it by no more than their number of working days, and a week has five.
        let reach = Int64(specialDays.count) / 5 * 7 + 14
        let guess = count / 5 * 7 - 3
        var (low, high) = (guess - reach, guess + reach)
        // The last day before which there are no more: it is worked, because there are more before the next one.
        while low < high {
            let middle = low + (high - low + 1) / 2
            if workingDays(before: CivilDay(number: middle)) <= count { low = middle } else { high = middle - 1 }
        }
        return CivilDay(number: low)
    }

    /// The index of the first special day that is this day or later; the number of all when there is none.
    private func firstSpecialDay(from day: CivilDay) -> Int {
        var (low, high) = (0, specialDays.count)
        while low < high {
            let middle = (low + high) / 2
            if specialDays[middle].day < day { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
