package import FieldpostCore

/// The budgets of a node's links: what each class of links may carry and has carried. A value without a clock: each
/// call says what time it is.
///
/// - Reports never wait for a budget, an hour or a pause; only `LinkPolicy.lanes` can keep them off a link.
/// - All bytes count, of all lanes and in both directions.
/// - Days are those of the corrected clock, and days of running time while nobody knows the time.
/// - After a crash, up to `step` bytes of a class may be counted that were not sent. None that were sent are missing,
///   if the shell stores `record` each time `needsRecord` says so.
package struct LinkBudget: Sendable {
    private var policies: [String: LinkPolicy]
    private var state: LinkRecord
    /// The running time of the last call.
    private var last: UInt64
    /// By class: bytes that the stored record counts ahead.
    private var ahead: [String: UInt64] = [:]

    /// `record`: what was stored last.
    package init(policies: [String: LinkPolicy], record: LinkRecord = LinkRecord(), at now: LinkTime) {
        self.policies = policies
        state = record
        last = now.runningMilliseconds
        advance(to: now)
    }

    /// The settings changed. What was counted stays.
    package mutating func apply(_ policies: [String: LinkPolicy]) { self.policies = policies }

    // MARK: Questions and counts

    /// Whether a lane may use links of a class now. A class without settings has no limits.
    package mutating func permit(for lane: Lane, of name: String, at now: LinkTime) -> LanePermit {
        advance(to: now)
        let policy = policies[name] ?? .unlimited
        guard lane != .control else { return .unlimited }
        guard policy.lanes.contains(lane) else { return .wait(LinkWait(.lane, milliseconds: nil)) }
        guard lane >= .thumbnails else { return .unlimited }
        var waits: [LinkWait] = []
        if let pause = state.pause { waits.append(LinkWait(.paused, milliseconds: pause.milliseconds)) }
        if lane == .photos, let wait = hours(policy, now.local) { waits.append(wait) }
        var room = UInt64.max
        for budget in budgets(of: name, policy) {
            let ceiling = LinkPolicy.ceiling(of: budget.bytes, for: lane)
            if budget.spent < ceiling {
                room = min(room, ceiling - budget.spent)
            } else {
                waits.append(LinkWait(budget.reason, milliseconds: budget.millisecondsLeft))
            }
        }
        // The longest wait says when it goes on.
        let longest = waits.max { ($0.milliseconds ?? .max) < ($1.milliseconds ?? .max) }
        return longest.map { .wait($0) } ?? .bytes(room)
    }

    /// Bytes went over a link, in either direction.
    package mutating func count(_ bytes: Int, of name: String, at now: LinkTime) {
        guard bytes > 0 else { return }
        advance(to: now)
        state.usage[name, default: LinkUsage()].add(UInt64(bytes), on: state.calendar)
        let ahead = ahead[name] ?? 0
        self.ahead[name] = ahead - min(ahead, UInt64(bytes))
    }

    // MARK: Pause

    /// Photos and thumbnails wait for so long, on all links. A new pause replaces the last one.
    package mutating func pause(milliseconds: UInt64, at now: LinkTime) {
        advance(to: now)
        let end = now.local.map { $0.day * LocalTime.daySeconds + $0.second + Int(milliseconds / 1000) }
        state.pause = LinkPause(milliseconds: milliseconds, end: end)
    }

    package mutating func resume(at now: LinkTime) {
        advance(to: now)
        state.pause = nil
    }

    // MARK: What is stored

    /// Whether `record` must be stored soon: half of what the last one counted ahead is used up.
    package var needsRecord: Bool {
        ahead.contains { name, bytes in bytes < step(of: name) / 2 }
    }

    /// What to store. It counts a little ahead for the classes in use, so that it need not be stored for each frame.
    package mutating func record(at now: LinkTime) -> LinkRecord {
        advance(to: now)
        var record = state
        for name in ahead.keys {
            record.usage[name]?.add(step(of: name), on: state.calendar)
            ahead[name] = step(of: name)
        }
        return record
    }

    /// What to store before an orderly end: exact.
    package mutating func lastRecord(at now: LinkTime) -> LinkRecord {
        advance(to: now)
        return state
    }

    /// Bytes that a record counts ahead: a five hundredth of the budget, 64 KiB to 4 MiB.
    private func step(of name: String) -> UInt64 {
        let policy = policies[name] ?? .unlimited
        let least = min(policy.dayBytes ?? .max, policy.monthBytes ?? .max)
        return min(Limits.linkRecordMostBytes, max(Limits.linkRecordBytes, least / 500))
    }

    // MARK: Views, as of the last call that said what time it is

    /// Milliseconds until a pause ends.
    package var pauseMilliseconds: UInt64? { state.pause?.milliseconds }

    package var calendar: LinkCalendar { state.calendar }

    /// Bytes of this day and this month.
    package func spent(by name: String) -> (day: UInt64, month: UInt64) {
        let usage = state.usage[name] ?? LinkUsage()
        return (usage.bytes(ofDay: state.calendar.day), usage.bytes(ofMonth: Month.number(of: state.calendar.day)))
    }

    /// The classes that have settings or carried something.
    package var names: [String] { Set(policies.keys).union(state.usage.keys).sorted() }

    package func policy(of name: String) -> LinkPolicy { policies[name] ?? .unlimited }

    // MARK: Time

    /// Time passes. All that take a time call this.
    package mutating func advance(to now: LinkTime) {
        let elapsed = now.runningMilliseconds > last ? now.runningMilliseconds - last : 0
        last = max(last, now.runningMilliseconds)
        let before = state.calendar
        state.calendar.advance(to: now.local, elapsed: elapsed)
        if before.day != state.calendar.day || before.isKnown != state.calendar.isKnown {
            for name in state.usage.keys { state.usage[name]?.settle(from: before, to: state.calendar) }
        }
        state.pause = state.pause?.advanced(to: now.local, elapsed: elapsed)
    }

    private func hours(_ policy: LinkPolicy, _ local: LocalTime?) -> LinkWait? {
        guard !policy.photoSeconds.isEmpty else { return nil }
        guard let local else { return LinkWait(.unknownTime, milliseconds: nil) }
        guard !policy.photoSeconds.contains(where: { $0.contains(local.second) }) else { return nil }
        let next =
            policy.photoSeconds.first { $0.lowerBound > local.second }?.lowerBound
            ?? policy.photoSeconds[0].lowerBound + LocalTime.daySeconds
        return LinkWait(.hours, milliseconds: UInt64(next - local.second) * 1000)
    }

    private func budgets(
        of name: String, _ policy: LinkPolicy
    ) -> [(reason: LinkWait.Reason, bytes: UInt64, spent: UInt64, millisecondsLeft: UInt64)] {
        let (spent, left) = (spent(by: name), state.calendar.millisecondsLeft)
        var budgets: [(LinkWait.Reason, UInt64, UInt64, UInt64)] = []
        if let bytes = policy.dayBytes { budgets.append((.dayBudget, bytes, spent.day, left)) }
        if let bytes = policy.monthBytes {
            let days = UInt64(Month.daysLeft(from: state.calendar.day) - 1)
            budgets.append((.monthBudget, bytes, spent.month, left + days * UInt64(LocalTime.daySeconds) * 1000))
        }
        return budgets
    }
}
