import Testing

@testable import FieldpostCore

struct StageTimerTests {
    typealias Event = StageTimer.Event

    static func timer(
        _ text: String, from start: String, _ events: [Event] = [], now: String, uncertainty: UInt64 = 0
    ) throws -> StageTimer {
        StageTimer(
            start: Instant(milliseconds: shanghai(start), uncertaintyMilliseconds: uncertainty), limit: try limit(text),
            calendar: .standard, events: events, now: shanghai(now))
    }

    static func paused(_ from: String, _ until: String?) -> Event {
        .paused(from: shanghai(from), until: until.map { shanghai($0) })
    }

    static func extended(_ at: String, to: String, until: String? = nil) -> Event {
        .extended(at: Instant(milliseconds: shanghai(at)), to: shanghai(to), until: until.map { shanghai($0) })
    }

    static func finished(_ at: String) -> Event { .finished(at: Instant(milliseconds: shanghai(at))) }

    @Test func `a stage runs, is due soon, and is overdue after the last millisecond`() throws {
        let start = "2018-03-05 09:00"
        let early = try Self.timer("5 office_hours", from: start, now: "2018-03-05 10:00")
        #expect(early.state == .running && !early.isDueSoon && early.millisecondsLeft == 4 * 3_600_000)
        #expect(shanghaiText(early.deadline) == "2018-03-05 16:00" && !early.wasOverdue && early.punctuality == nil)
        // The lunch break takes no time.
        #expect(
            try Self.timer("5 office_hours", from: start, now: "2018-03-05 13:00").millisecondsLeft == 2 * 3_600_000)
        let soon = try Self.timer("5 office_hours", from: start, now: "2018-03-05 15:00")
        #expect(soon.state == .running && soon.isDueSoon)
        let last = try Self.timer("5 office_hours", from: start, now: "2018-03-05 16:00")
        #expect(last.state == .running && last.millisecondsLeft == 0)
        let late = try Self.timer("5 office_hours", from: start, now: "2018-03-05 16:00:01")
        #expect(late.state == .overdue && late.wasOverdue && !late.isDueSoon && late.millisecondsLeft == 0)
    }

    @Test func `it finishes in time or late, and the first finish counts`() throws {
        let events = [Self.finished("2018-03-05 15:30"), Self.finished("2018-03-05 18:00")]
        let timely = try Self.timer("5 office_hours", from: "2018-03-05 09:00", events, now: "2018-03-09 09:00")
        #expect(timely.state == .finished && timely.punctuality == .onTime && timely.millisecondsLeft == 30 * 60_000)
        #expect(!timely.wasOverdue)
        let late = try Self.timer(
            "5 office_hours", from: "2018-03-05 09:00", [Self.finished("2018-03-05 18:00")], now: "2018-03-09 09:00")
        #expect(late.state == .finishedLate && late.punctuality == .late && late.wasOverdue)
    }

    @Test func `an uncertain start or end makes a stage on time, marked`() throws {
        let finish = Instant(milliseconds: shanghai("2018-03-05 16:00:02"), uncertaintyMilliseconds: 1500)
        func punctuality(_ uncertainty: UInt64, _ events: [Event] = []) throws -> Punctuality? {
            try Self.timer(
                "5 office_hours", from: "2018-03-05 09:00", events + [.finished(at: finish)], now: "2018-03-06 09:00",
                uncertainty: uncertainty
            ).punctuality
        }
        #expect(try punctuality(0) == .late)
        #expect(try punctuality(500) == .onTimeWithinUncertainty)
        // An extension names an instant: nothing is uncertain about it.
        #expect(
            try punctuality(500, [Self.extended("2018-03-05 10:00", to: "2018-03-05 16:00:01")])
                == .onTimeWithinUncertainty)
        let exact = Self.extended("2018-03-05 10:00", to: "2018-03-05 16:00:00")
        #expect(
            try punctuality(500, [exact]) == .onTimeWithinUncertainty, "an extension to the same instant moves nothing")
    }

    @Test func `while it is paused the clock stands, and then runs on in its own kind of time`() throws {
        let pause = Self.paused("2018-03-05 11:00", nil)
        let start = "2018-03-05 09:00"
        for now in ["2018-03-05 11:00", "2018-03-05 13:00", "2018-03-20 03:00"] {
            let paused = try Self.timer("5 office_hours", from: start, [pause], now: now)
            #expect(paused.state == .paused && paused.millisecondsLeft == 3 * 3_600_000, "\(now)")
            #expect(!paused.wasOverdue && !paused.isDueSoon)
        }
        // Paused from 11:00 on Monday to 17:00 on Tuesday: 3 hours are left.
        let ended = [Self.paused("2018-03-05 11:00", "2018-03-06 17:00")]
        let running = try Self.timer("5 office_hours", from: start, ended, now: "2018-03-06 17:00")
        #expect(running.state == .running && shanghaiText(running.deadline) == "2018-03-07 10:30")
        let urgent = try Self.timer("5 urgent_hours", from: start, ended, now: "2018-03-06 17:00")
        #expect(shanghaiText(urgent.deadline) == "2018-03-06 20:00")
        // 1 + 4 + 3.5 + 3 office hours were paused. Of these 11.5, Thursday has 7.5.
        let days = try Self.timer("2 working_days", from: start, ended, now: "2018-03-06 17:00")
        #expect(shanghaiText(days.deadline) == "2018-03-09 14:30")
        let calendarDays = try Self.timer("2 calendar_days", from: start, ended, now: "2018-03-06 17:00")
        #expect(shanghaiText(calendarDays.deadline) == "2018-03-09 06:00")
        // A pause at night costs no office time.
        let night = try Self.timer(
            "2 working_days", from: start, [Self.paused("2018-03-05 18:00", "2018-03-06 08:30")],
            now: "2018-03-06 17:00")
        #expect(shanghaiText(night.deadline) == "2018-03-07 18:00")
    }

    @Test func `pauses that overlap count once, and those outside the stage not at all`() throws {
        let once = [Self.paused("2018-03-05 10:00", "2018-03-05 12:00")]
        let twice = [
            Self.paused("2018-03-05 10:00", "2018-03-05 11:30"), Self.paused("2018-03-05 11:00", "2018-03-05 12:00"),
            Self.paused("2018-03-05 10:15", "2018-03-05 10:45"), Self.paused("2018-03-04 10:00", "2018-03-05 09:00"),
            // Backwards: this never was.
            Self.paused("2018-03-05 17:00", "2018-03-05 09:00"),
        ]
        for events in [once, twice] {
            let timer = try Self.timer("5 office_hours", from: "2018-03-05 09:00", events, now: "2018-03-05 12:30")
            #expect(shanghaiText(timer.deadline) == "2018-03-05 18:00")
        }
    }

    @Test func `a pause after the deadline does not mend it`() throws {
        let timer = try Self.timer(
            "1 urgent_hours", from: "2018-03-05 09:00", [Self.paused("2018-03-05 11:00", nil)], now: "2018-03-06 09:00")
        #expect(timer.state == .paused && timer.wasOverdue && shanghaiText(timer.deadline) == "2018-03-05 10:00")
        let planned = try Self.timer(
            "1 urgent_hours", from: "2018-03-05 09:00", [Self.paused("2018-03-05 11:00", "2018-03-05 12:00")],
            now: "2018-03-05 09:30")
        #expect(planned.state == .running && !planned.wasOverdue)
    }

    @Test func `a pause between office hours that leaves nothing is not late before it ends`() throws {
        let events = [
            Self.extended("2018-03-05 09:30", to: "2018-03-05 13:00"),
            Self.paused("2018-03-05 12:30", "2018-03-05 13:30"),
        ]
        let timer = try Self.timer("1 office_hours", from: "2018-03-05 09:00", events, now: "2018-03-05 13:15")
        #expect(timer.state == .paused && !timer.wasOverdue && shanghaiText(timer.deadline) == "2018-03-05 13:30")
    }

    @Test func `of extensions that stand side by side the latest counts, and former deadlines stay`() throws {
        let events = [
            Self.extended("2018-03-05 11:00", to: "2018-03-07 12:00"),
            Self.extended("2018-03-05 10:00", to: "2018-03-06 12:00"),
            Self.extended("2018-03-05 11:30", to: "2018-03-06 18:00"),
        ]
        let timer = try Self.timer("5 office_hours", from: "2018-03-05 09:00", events, now: "2018-03-05 12:00")
        #expect(
            timer.extensions.map { shanghaiText($0.formerDeadline) } == [
                "2018-03-05 16:00", "2018-03-06 12:00", "2018-03-07 12:00",
            ])
        #expect(shanghaiText(timer.deadline) == "2018-03-07 12:00" && timer.extensions.count == 3)
        #expect(timer.state == .running && !timer.wasOverdue)
    }

    @Test func `an extension replaces one that its author had seen, and never takes away what the limit gives`() throws
    {
        let start = "2018-03-05 09:00"
        // Somebody meant March, and wrote May.
        let wrong = Self.extended("2018-03-05 10:00", to: "2018-05-07 12:00", until: "2018-03-05 10:05")
        let right = Self.extended("2018-03-05 10:05", to: "2018-03-07 12:00")
        let timer = try Self.timer("5 office_hours", from: start, [right, wrong], now: "2018-03-05 12:00")
        #expect(shanghaiText(timer.deadline) == "2018-03-07 12:00")
        #expect(
            timer.extensions.map { shanghaiText($0.formerDeadline) } == ["2018-03-05 16:00", "2018-05-07 12:00"])
        let short = Self.extended("2018-03-05 10:05", to: "2018-03-05 11:00")
        let kept = try Self.timer("5 office_hours", from: start, [wrong, short], now: "2018-03-05 12:00")
        #expect(shanghaiText(kept.deadline) == "2018-03-05 16:00" && kept.state == .running)
        // One beside them stands: nobody who replaced the first had seen it.
        let beside = Self.extended("2018-03-05 10:03", to: "2018-03-09 12:00")
        let both = try Self.timer("5 office_hours", from: start, [wrong, right, beside], now: "2018-03-05 12:00")
        #expect(shanghaiText(both.deadline) == "2018-03-09 12:00")
        // What was replaced after the end counts: that was the deadline then.
        let late = Self.extended("2018-03-05 10:00", to: "2018-03-07 12:00", until: "2018-03-07 10:00")
        let done = try Self.timer(
            "5 office_hours", from: start, [late, Self.finished("2018-03-06 12:00")], now: "2018-03-09 09:00")
        #expect(done.state == .finished && shanghaiText(done.deadline) == "2018-03-07 12:00")
        // A pause moves both, and what is left after the replacement is what the second one has.
        let paused = try Self.timer(
            "5 office_hours", from: start, [wrong, right, Self.paused("2018-03-06 09:00", "2018-03-06 11:00")],
            now: "2018-03-06 12:00")
        #expect(shanghaiText(paused.deadline) == "2018-03-07 16:00")
    }

    @Test func `an extension after the deadline is allowed, and leaves the mark`() throws {
        let extended = Self.extended("2018-03-06 10:00", to: "2018-03-08 12:00")
        let timer = try Self.timer("5 office_hours", from: "2018-03-05 09:00", [extended], now: "2018-03-06 12:00")
        #expect(timer.state == .running && timer.wasOverdue && shanghaiText(timer.deadline) == "2018-03-08 12:00")
        let finished = try Self.timer(
            "5 office_hours", from: "2018-03-05 09:00", [extended, Self.finished("2018-03-07 12:00")],
            now: "2018-03-09 12:00")
        #expect(finished.state == .finished && finished.wasOverdue && finished.punctuality == .onTime)
        // Approved after the end of the stage: too late to change anything.
        let after = try Self.timer(
            "5 office_hours", from: "2018-03-05 09:00", [extended, Self.finished("2018-03-06 09:00")],
            now: "2018-03-09 12:00")
        #expect(after.state == .finishedLate && after.extensions.isEmpty)
    }

    @Test func `an extension in a pause moves on with the rest of the pause`() throws {
        let events = [
            Self.paused("2018-03-05 10:00", "2018-03-05 18:00"),
            Self.extended("2018-03-05 15:00", to: "2018-03-06 09:00"),
        ]
        let timer = try Self.timer("2 office_hours", from: "2018-03-05 09:00", events, now: "2018-03-05 18:00")
        // At 15:00, an hour was left, so the deadline was 16:00. Three more hours are paused after it.
        #expect(timer.extensions.map { shanghaiText($0.formerDeadline) } == ["2018-03-05 16:00"])
        #expect(shanghaiText(timer.deadline) == "2018-03-06 12:00")
    }

    @Test func `work that is done while the clock stands is done`() throws {
        let timer = try Self.timer(
            "5 office_hours", from: "2018-03-05 09:00",
            [Self.paused("2018-03-05 10:00", nil), Self.finished("2018-03-12 10:00")], now: "2018-03-20 10:00")
        #expect(timer.state == .finished && timer.punctuality == .onTime && timer.millisecondsLeft == 4 * 3_600_000)
    }
}

struct StageTimerPropertyTests {
    struct World {
        let start: Instant
        let limit: HandlingLimit
        var events: [StageTimer.Event] = []
        let now: Int64

        init(using generator: inout SeededGenerator) {
            start = Instant(
                milliseconds: .randomStart(using: &generator, to: "2026-06-30"),
                uncertaintyMilliseconds: generator.next() % 3 == 0 ? generator.next() % 600_000 : 0)
            limit = .random(using: &generator)
            let base = start.milliseconds
            func instant() -> Int64 { base + Int64.random(in: -86_400_000...30 * 86_400_000, using: &generator) }
            now = instant()
            for _ in 0..<generator.next() % 7 {
                switch generator.next() % 5 {
                case 0, 1: events.append(.paused(from: instant(), until: instant()))
                case 2: events.append(.paused(from: instant(), until: nil))
                case 3:
                    events.append(
                        .extended(
                            at: Instant(milliseconds: instant(), uncertaintyMilliseconds: generator.next() % 9_000),
                            to: instant(), until: generator.next() % 2 == 0 ? instant() : nil))
                default: events.append(.finished(at: Instant(milliseconds: instant())))
                }
            }
        }

        func timer(_ events: [StageTimer.Event], now: Int64? = nil) -> StageTimer {
            StageTimer(start: start, limit: limit, calendar: .standard, events: events, now: now ?? self.now)
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `the order of events, and events that come twice, change nothing`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let world = World(using: &generator)
            let timer = world.timer(world.events)
            for _ in 0..<4 {
                let again = world.events.shuffled(using: &generator) + world.events.prefix(2)
                #expect(world.timer(again) == timer, "seed \(seed): \(world)")
            }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `pauses and extensions only delay a deadline, and time goes on`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var world = World(using: &generator)
            world.events.removeAll { if case .finished = $0 { true } else { false } }
            let timer = world.timer(world.events)
            let plain = world.limit.due(start: world.start.milliseconds, calendar: .standard).milliseconds
            #expect(timer.deadline >= plain, "seed \(seed): \(world)")
            #expect(timer.extensions.allSatisfy { $0.formerDeadline >= plain }, "seed \(seed): \(world)")
            let from = world.start.milliseconds + Int64.random(in: 0...20 * 86_400_000, using: &generator)
            let pause = StageTimer.Event.paused(
                from: from, until: from + Int64.random(in: 0...9_000_000, using: &generator))
            #expect(
                world.timer(world.events + [pause]).deadline >= timer.deadline, "seed \(seed): \(world) and \(pause)")
            let later = world.timer(world.events, now: world.now + 3_600_000)
            #expect(later.deadline >= timer.deadline, "seed \(seed): \(world)")
            #expect(
                later.millisecondsLeft <= timer.millisecondsLeft || later.deadline > timer.deadline,
                "seed \(seed): \(world)")
            #expect(!timer.wasOverdue || later.wasOverdue || later.deadline > timer.deadline, "seed \(seed): \(world)")
        }
    }

    @Test func `no events trap`() throws {
        let edges = [Int64.min, .min + 1, 0, .max - 1, .max]
        for start in edges {
            for kind in HandlingLimit.Kind.allCases {
                let limit = try #require(HandlingLimit(3, kind))
                for (a, b) in edges.flatMap({ a in edges.map { (a, $0) } }) {
                    let events: [StageTimer.Event] = [
                        .paused(from: a, until: b),
                        .extended(at: Instant(milliseconds: b, uncertaintyMilliseconds: .max), to: a, until: b),
                        .extended(at: Instant(milliseconds: a), to: b, until: nil), .paused(from: b, until: nil),
                    ]
                    for now in edges {
                        let timer = StageTimer(
                            start: Instant(milliseconds: start, uncertaintyMilliseconds: .max), limit: limit,
                            calendar: .standard, events: events + [.finished(at: Instant(milliseconds: b))], now: now)
                        #expect(timer.deadline >= start)
                        let open = StageTimer(
                            start: Instant(milliseconds: start), limit: limit, calendar: .standard, events: events,
                            now: now)
                        #expect(open.deadline >= start)
                    }
                }
            }
        }
    }
}
