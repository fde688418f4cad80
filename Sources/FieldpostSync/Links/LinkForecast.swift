import FieldpostCore

extension LinkBudget {
    /// When waiting photos will be through, in seconds from now, if nothing else is sent and no photo comes. Nil if
    /// that takes more than a year, or nobody can say: the rate is unknown, photos may not use this class, or they have
    /// their hours and nobody knows the time. `bytesPerSecond`: what the link carries when photos go.
    package mutating func secondsUntilThrough(
        photoBytes: UInt64, bytesPerSecond: UInt64, of name: String, at now: LinkTime
    ) -> UInt64? {
        guard photoBytes > 0 else { return 0 }
        // Also brings the calendar up to date.
        if case .wait(let wait) = permit(for: .photos, of: name, at: now), wait.milliseconds == nil { return nil }
        guard bytesPerSecond > 0 else { return nil }
        let policy = policy(of: name)
        var spent = spent(by: name)
        var left = photoBytes
        let start = UInt64(LocalTime.daySeconds) - (calendar.millisecondsLeft + 999) / 1000
        /// Seconds from the beginning of today.
        let earliest = start + ((pauseMilliseconds ?? 0) + 999) / 1000
        var day = calendar.day
        for index in 0..<UInt64(Self.mostDays) {
            let midnight = index * UInt64(LocalTime.daySeconds)
            var room = min(Self.room(policy.dayBytes, spent.day), Self.room(policy.monthBytes, spent.month))
            for window in policy.photoSeconds.isEmpty ? [0..<LocalTime.daySeconds] : policy.photoSeconds {
                let from = max(midnight + UInt64(window.lowerBound), earliest)
                let to = midnight + UInt64(window.upperBound)
                guard from < to else { continue }
                let (most, overflow) = bytesPerSecond.multipliedReportingOverflow(by: to - from)
                let bytes = min(overflow ? .max : most, room, left)
                left -= bytes
                guard left > 0 else { return from + (bytes + bytesPerSecond - 1) / bytesPerSecond - start }
                room -= bytes
                spent.month += bytes
            }
            spent.day = 0
            if Month.number(of: day + 1) != Month.number(of: day) { spent.month = 0 }
            day += 1
        }
        return nil
    }

    private static let mostDays = 366

    private static func room(_ budget: UInt64?, _ spent: UInt64) -> UInt64 {
        guard let budget else { return .max }
        let ceiling = LinkPolicy.ceiling(of: budget, for: .photos)
        return ceiling - min(ceiling, spent)
    }
}
