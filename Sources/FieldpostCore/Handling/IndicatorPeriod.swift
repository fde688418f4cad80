/// A stretch of time for which indicators are given, such as a month in Asia/Shanghai.
package struct IndicatorPeriod: Hashable, Sendable {
    /// Milliseconds since 1970 (UTC): the first one, and the first one after it.
    package let start: Int64
    package let end: Int64

    package init(start: Int64, end: Int64) {
        self.start = start
        self.end = max(start, end)
    }

    /// Whole days in Asia/Shanghai, both included.
    package init(days: ClosedRange<CivilDay>) {
        self.init(
            start: days.lowerBound.milliseconds(at: 0), end: days.upperBound.advanced(by: 1).milliseconds(at: 0))
    }

    /// "2026", "2026-11", "2026-11-30", or two days with a slash between them: "2026-11-01/2026-11-15". Nil for any
    /// other text.
    package init?(text: String) {
        if let slash = text.firstIndex(of: "/") {
            guard let first = CivilDay(text: text[..<slash]),
                let last = CivilDay(text: text[text.index(after: slash)...]),
                first <= last
            else { return nil }
            self.init(days: first...last)
            return
        }
        // Of a year or a month, the first and the last day; months differ in their last one.
        let firsts = [text, text + "-01", text + "-01-01"].compactMap { CivilDay(text: $0) }
        let lasts = [text] + ["31", "30", "29", "28"].map { text + "-" + $0 } + [text + "-12-31"]
        guard let first = firsts.first, let last = lasts.compactMap({ CivilDay(text: $0) }).first else { return nil }
        self.init(days: first...last)
    }

    package func contains(_ milliseconds: Int64) -> Bool { start <= milliseconds && milliseconds < end }

    /// The part of it that has passed. Without this, cases that are due tomorrow would make this month look bad.
    package func past(now: Int64) -> IndicatorPeriod { IndicatorPeriod(start: start, end: min(end, now)) }
}
