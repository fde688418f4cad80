/// Finds the rounds of each stage that has a time (Protocol/HANDLING.md, section 3: the time of a stage). Only steps at
/// a known time count, and no step ends a round whose start it had not seen, unless the two agree (2.3).
struct RoundFinder {
    let stages: TimedStages
    /// All steps in causal order.
    let steps: [CaseStep]
    let items: [MergeItem]
    /// The step that is shown.
    let shown: CaseStep?
    private let suspensions: [Suspension]
    /// What each step that moves the case says, by its dot.
    private let branches: [Dot: Case.Branch]

    private struct Suspension {
        let ends: [CaseStep]
        let event: StageTimer.Event
    }

    init(_ steps: [CaseStep], among items: [MergeItem], shown: CaseStep?, stages: TimedStages = .standard) {
        self.stages = stages
        self.steps = steps
        self.items = items
        self.shown = shown
        suspensions = Self.suspensions(among: steps, at: shown?.code)
        branches = Dictionary(
            steps.filter(\.moves).map { ($0.item.dots[0], Case.Branch($0, among: items)) }) { first, _ in first }
    }

    /// In the order of the stages, then of the steps that start them.
    var rounds: [StageRound] {
        guard !steps.isEmpty else { return [] }
        return stages.stages.flatMap { stage in
            if stage.code == .closing { return whole(stage).map { [$0] } ?? [] }
            let starts = steps.filter { $0.moves && stage.starts.contains($0.code) }.suffix(Limits.stageRounds)
            return starts.compactMap { round(of: stage, from: $0, among: Array(starts)) }
        }
    }

    /// The whole case: from its last filing to the end that is shown. It goes on if the case was reopened.
    private func whole(_ stage: TimedStage) -> StageRound? {
        let starts = steps.filter { $0.moves && stage.starts.contains($0.code) && $0.time != nil }
        guard let start = starts.last(where: { limit(of: stage, from: $0) != nil }) else { return nil }
        let ended = shown.flatMap { stage.finishes.contains($0.code) || stage.stops.contains($0.code) ? $0 : nil }
        if let ended, ended.time == nil { return nil }
        return round(
            stage, from: start, number: 1, isPresent: true, end: ended,
            extensions: steps.filter { !start.item.covers($0.item) })
    }

    private func round(of stage: TimedStage, from start: CaseStep, among starts: [CaseStep]) -> StageRound? {
        let later = starts.filter { start.isBefore($0) }
        // What somebody did who had seen a later round belongs to that one.
        let own = steps.filter { step in
            !later.contains { $0.isBefore(step) || $0.item.dots == step.item.dots } && !step.isBefore(start)
                && step.item.dots != start.item.dots
        }
        let ending = stage.finishes.union(stage.stops)
        let ends = own.filter { $0.moves && ending.contains($0.code) && isEnd($0, of: start) }
        let finishes = ends.filter { stage.finishes.contains($0.code) }
        let stops = ends.filter { stage.stops.contains($0.code) } + later
        let end = finishes.isEmpty ? stops.firstInTime : finishes.firstInTime
        // It ended, and nobody can say when.
        if end == nil, !finishes.isEmpty || !stops.isEmpty { return nil }
        return round(
            stage, from: start, number: 1 + starts.count { $0.isBefore(start) }, isPresent: later.isEmpty, end: end,
            extensions: own)
    }

    private func round(
        _ stage: TimedStage, from start: CaseStep, number: Int, isPresent: Bool, end: CaseStep?,
        extensions own: [CaseStep]
    ) -> StageRound? {
        guard let time = start.time, let (limit, calendar) = limit(of: stage, from: start) else { return nil }
        let department = stage.code == .closing ? "" : branches[start.item.dots[0]]?.department ?? ""
        var events: Set<StageTimer.Event> = []
        if stage.isSuspended {
            for suspension in suspensions where !suspension.ends.contains(where: { $0.isBefore(start) }) {
                events.insert(suspension.event)
            }
        }
        if stage.isExtended { events.formUnion(extensions(among: own, for: department)) }
        if let at = end?.time { events.insert(.finished(at: at)) }
        return StageRound(
            stage: stage.code, entry: start.item.id, step: start.code, department: department, number: number,
            isPresent: isPresent, isStopped: end.map { !stage.finishes.contains($0.code) } ?? false,
            clock: CaseClock(start: time, limit: limit, calendar: calendar, events: events))
    }

    /// The limit that the starting step froze, or the last one that its author had seen, or the last one of all, or
    /// that of the table; and the version of the calendar that was named with it.
    private func limit(of stage: TimedStage, from start: CaseStep) -> (HandlingLimit, calendar: String)? {
        let calendar = { (step: CaseStep) in step.trace?.calendar ?? "" }
        let frozen = steps.filter { stage.frozenBy.contains($0.code) && $0.frozenLimit != nil }
        let seen = frozen.last { $0.item.dots == start.item.dots } ?? frozen.last { $0.isBefore(start) }
        if let step = seen ?? (stage.limit == nil ? frozen.last : nil), let limit = step.frozenLimit {
            return (limit, calendar(step))
        }
        // The table names no calendar: that of the last filing counts, if there is one.
        let filing = steps.last { $0.frozenLimit != nil && ($0.isBefore(start) || $0.item.dots == start.item.dots) }
        return stage.limit.map { ($0, filing.map(calendar) ?? "") }
    }

    /// Whether a step counts as an end for a round: its author had seen the start, or neither had seen the other and
    /// both can be right.
    private func isEnd(_ step: CaseStep, of start: CaseStep) -> Bool {
        if start.isBefore(step) { return true }
        guard !step.item.covers(start.item), !start.item.covers(step.item) else { return false }
        guard let end = branches[step.item.dots[0]], let start = branches[start.item.dots[0]] else { return false }
        return !end.contradicts(start)
    }

    /// Extensions at a known time, each until one that replaces it. One that names another department does not count.
    private func extensions(among own: [CaseStep], for department: String) -> [StageTimer.Event] {
        let extensions = own.filter { step in
            guard step.code == "extended", step.time != nil, let trace = step.trace else { return false }
            let named = trace.department
            return trace.untilMilliseconds != 0
                && (named.isEmpty || department.isEmpty || named.hasSameBytes(as: department))
        }
        return extensions.compactMap { step in
            guard let at = step.time, let to = step.trace?.untilMilliseconds else { return nil }
            let replacing = extensions.filter {
                step.isBefore($0) && (!department.isEmpty || $0.replaces(step))
            }
            return .extended(at: at, to: to, until: replacing.firstInTime?.time?.milliseconds)
        }
    }

    /// Each lasts until the first step that saw it and ends it. It counts for nothing if the work was finished beside
    /// it (2.4).
    private static func suspensions(among steps: [CaseStep], at shown: String?) -> [Suspension] {
        steps.compactMap { step in
            guard step.code == "suspended", let from = step.time?.milliseconds else { return nil }
            let ends = steps.filter { Case.endsSuspension($0.code) && step.isBefore($0) }
            let until = ends.firstInTime?.time?.milliseconds
            if until == nil, !ends.isEmpty || shown.map(Case.finishesWork) ?? false { return nil }
            return Suspension(ends: ends, event: .paused(from: from, until: until))
        }
    }
}

extension CaseStep {
    /// When it was taken. Nil if nobody could say.
    fileprivate var time: Instant? {
        guard let trace, trace.timeMilliseconds != 0 else { return nil }
        return Instant(
            milliseconds: trace.timeMilliseconds, uncertaintyMilliseconds: trace.uncertaintyMilliseconds)
    }

    fileprivate var frozenLimit: HandlingLimit? { trace.flatMap { HandlingLimit(text: $0.limit) } }

    /// Whether this extension counts for all departments that another one, which its author had seen, counts for.
    func replaces(_ other: CaseStep) -> Bool {
        guard let named = trace?.department, !named.isEmpty else { return true }
        return named.hasSameBytes(as: other.trace?.department ?? "")
    }

    /// Whether the author of another step had seen this one. Of two that claim to have seen each other, neither had.
    func isBefore(_ other: CaseStep) -> Bool {
        other.item.covers(item) && !item.covers(other.item)
    }
}

extension [CaseStep] {
    /// Of those at a known time. Of several at once, the first one in causal order.
    fileprivate var firstInTime: CaseStep? {
        compactMap { step in step.time.map { (step, $0) } }.min { $0.1 < $1.1 }?.0
    }
}
