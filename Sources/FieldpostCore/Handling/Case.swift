/// A report as it is handled. It is derived from the report's entries alone, so it is the same on every node that holds
/// them, in whatever order they came (Protocol/HANDLING.md, section 2).
///
/// No step is undone by one whose author had not seen it: it stands as a branch, and is listed as a dispute if both
/// cannot be right.
package struct Case: Hashable, Sendable {
    /// The steps that moved the case and that no later such step has seen. In the order of precedence: the first is
    /// shown. Empty as long as nobody took a step.
    package let branches: [Branch]
    /// Pairs of branches that cannot both be right, as indexes of `branches`, the lesser first. A step that saw both
    /// ends the dispute.
    package let disputes: [Dispute]
    /// The standing suspension. Nil while the time runs.
    package let suspension: Mark?
    /// The standing extensions of the present time, the latest deadline first: it counts. Concurrent ones are all here.
    package let extensions: [Mark]
    /// The standing claims and assignments of the present task. Several when people took it at once.
    package let assignees: [Mark]
    /// How often each step was taken, by code.
    package let counts: [String: Int]
    /// The rounds of the stages that have a time, at which the whole case is the last.
    package let rounds: [StageRound]
    /// Notes and photos that came after a closing step, or beside it: whoever closed the case had not seen them.
    package let unseenAtClosing: [EntryID]

    /// One place at which the case stands.
    package struct Branch: Hashable, Sendable {
        package let entry: EntryID
        package let author: String
        /// The code of its stage. This program may not know it.
        package let stage: String
        /// The department in charge, as far as the step's author knew, or as it was set since. Empty if there is none.
        package let department: String
        /// Nil for a step that was set without one.
        package let trace: Trace?
    }

    package struct Dispute: Hashable, Sendable {
        package let first: Int
        package let second: Int
    }

    /// A side step.
    package struct Mark: Hashable, Sendable {
        package let entry: EntryID
        package let author: String
        package let trace: Trace
    }

    /// The code of the stage that is shown: that of the first branch, or the first stage of all.
    package var stage: String { branches.first?.stage ?? Workflow.standard.first.code }

    /// The time of the whole case. Nil if it was not filed with a limit.
    package var clock: CaseClock? { rounds.last { $0.stage == .closing }?.clock }

    package var isOpen: Bool {
        guard let kind = Workflow.standard[stage]?.kind else { return true }
        return kind != .final && kind != .end
    }

    /// The departments that have something to do: one for each branch that is with a department.
    package var departments: [String] {
        let working = branches.filter { Self.work.contains($0.stage) && !$0.department.isEmpty }
        return working.reduce(into: []) { departments, branch in
            if !departments.contains(branch.department) { departments.append(branch.department) }
        }
    }

    private static let work: Set<String> = ["dispatched", "handling", "rework"]

    /// The steps that are usual next: those of every branch, so that each side of a dispute can go on or be settled.
    package var next: [Workflow.Stage] {
        let stages = branches.isEmpty ? [stage] : branches.map(\.stage)
        return Workflow.standard.stages.filter { step in
            if step.code == "resumed" { return suspension != nil }
            if step.code == "suspended", suspension != nil { return false }
            return stages.contains { step.from.contains($0) } || branches.isEmpty && step.from.isEmpty
        }
    }

    package init(folding entries: some Sequence<Entry>) {
        self.init(Fold(entries))
    }

    init(_ fold: Fold) { self.init(fold.items) }

    /// From the items of a report in causal order. Those that do not handle it (`MergeItem.handles`) matter only for
    /// `unseenAtClosing`.
    init(_ items: [MergeItem]) {
        let all = items.compactMap(CaseStep.init)
        // What follows looks at pairs of steps.
        let steps = Array(all.suffix(Limits.foldedSteps))
        let standing = Self.standing(of: steps.filter(\.moves))
        let branches = standing.map { Branch($0, among: items) }
        let shown = branches.first?.stage ?? Workflow.standard.first.code
        self.branches = branches
        disputes = Self.disputes(among: branches)
        suspension = Self.suspension(among: steps, at: shown)
        extensions = Self.extensions(among: steps)
        assignees = Self.assignees(among: steps)
        counts = all.reduce(into: [:]) { $0[$1.code, default: 0] += 1 }
        rounds = RoundFinder(steps, among: items, shown: standing.first).rounds
        unseenAtClosing = shown == "closed" ? Self.unseen(by: standing, among: items) : []
    }

    /// From the entries that handle a report (`MergeItem.handles`). Nil if there are so many that it would cost too
    /// much to fold them again for each further one.
    static func ofFew(_ items: [MergeItem]) -> Case? {
        items.count > Limits.summarizedSteps ? nil : Case(items)
    }

    /// The steps that no other one has seen, in the order of precedence, then as all writes are shown (9.6).
    private static func standing(of steps: [CaseStep]) -> [CaseStep] {
        let dots = Set(Standing.of(steps.map(\.item)).standing.map { $0.dots[0] })
        return steps.filter { dots.contains($0.item.dots[0]) }.sorted {
            let (left, right) = ($0.item, $1.item)
            if $0.precedence != $1.precedence { return $0.precedence > $1.precedence }
            if left.depth != right.depth { return left.depth > right.depth }
            return left.id != right.id ? left.id > right.id : left.dots[0] < right.dots[0]
        }
    }

    private static func disputes(among branches: [Branch]) -> [Dispute] {
        branches.indices.flatMap { first in
            branches.indices.filter { $0 > first && branches[first].contradicts(branches[$0]) }.map {
                Dispute(first: first, second: $0)
            }
        }
    }

    /// A suspension ends with a step that saw it and resumes the case or finishes the work. Finishing the work beside
    /// it wins: the time stood still in vain.
    private static func suspension(among steps: [CaseStep], at shown: String) -> Mark? {
        guard !finishesWork(shown) else { return nil }
        return marks(among: steps, of: "suspended") { end, _ in endsSuspension(end.code) }.last
    }

    static func endsSuspension(_ code: String) -> Bool { code == "resumed" || finishesWork(code) }

    /// Whether nothing is left after this step that could be suspended.
    static func finishesWork(_ code: String) -> Bool { ends.contains(code) }

    private static let ends: Set<String> = ["feedback", "verified", "closed", "voided", "merged"]

    /// An extension counts until a step that saw it starts a new time.
    private static func extensions(among steps: [CaseStep]) -> [Mark] {
        marks(among: steps, of: "extended") { end, extended in
            newTime.contains(end.code) && (end.code != "extended" || end.replaces(extended))
        }.sorted { $0.trace.untilMilliseconds > $1.trace.untilMilliseconds }
    }

    private static let newTime: Set<String> = ["extended", "dispatched", "rework", "reopened"]

    /// A claim or assignment counts until a step that saw it gives the task to another, or begins another task.
    private static func assignees(among steps: [CaseStep]) -> [Mark] {
        let ending: Set<String> = [
            "claimed", "assigned", "dispatched", "returned", "rework", "reopened", "feedback", "verified", "closed",
            "inspected", "absent", "voided", "merged",
        ]
        return marks(among: steps, of: "claimed", "assigned") { end, _ in ending.contains(end.code) }
    }

    /// The marks of some codes that no step which has seen them ends, in causal order.
    private static func marks(
        among steps: [CaseStep], of codes: String..., endedBy isEnd: (_ step: CaseStep, _ mark: CaseStep) -> Bool
    ) -> [Mark] {
        steps.compactMap { step in
            guard codes.contains(step.code), let trace = step.trace else { return nil }
            let isEnded = steps.contains { step.isBefore($0) && isEnd($0, step) }
            return isEnded ? nil : Mark(entry: step.item.id, author: step.item.entry.author, trace: trace)
        }
    }

    /// Notes and attachments that some closing step had not seen.
    private static func unseen(by standing: [CaseStep], among items: [MergeItem]) -> [EntryID] {
        let closings = standing.filter { $0.code == "closed" }
        return items.filter { item in
            let change = item.entry.change
            guard !change.notes.isEmpty || !change.attachments.isEmpty else { return false }
            return closings.contains { $0.item.dots != item.dots && !$0.item.covers(item) }
        }.map(\.id)
    }
}

extension Case.Branch {
    init(_ step: CaseStep, among items: [MergeItem]) {
        entry = step.item.id
        author = step.item.entry.author
        stage = step.code
        trace = step.trace
        let known = items.filter { other in
            let fields = other.entry.change.fields
            guard fields[.department] != nil else { return false }
            return other.dots == step.item.dots || step.item.covers(other)
                || fields[.stage] == nil && other.covers(step.item)
        }
        let register = Register(of: .department, in: known)
        if case .text(let text) = register?.winner.value { department = text } else { department = "" }
    }

    /// Whether two steps, neither of which saw the other, cannot both be right.
    ///
    /// Steps on the usual way agree if one goes further than the other, unless one of them ends the case or they are
    /// with different departments. All others agree only if they say the same.
    func contradicts(_ other: Case.Branch) -> Bool {
        let kinds = [stage, other.stage].map { Workflow.standard[$0]?.kind }
        let departments = [department, other.department].filter { !$0.isEmpty }
        if departments.count == 2, !departments[0].hasSameBytes(as: departments[1]) { return true }
        if stage.hasSameBytes(as: other.stage) { return false }
        return kinds != [.step, .step]
    }
}
