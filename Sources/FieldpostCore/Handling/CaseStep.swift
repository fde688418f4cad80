/// One step of handling as the merge sees it.
struct CaseStep {
    let item: MergeItem
    /// The code of the step. Nil for a change of the department or the assignee alone.
    let stage: Workflow.Stage?
    /// The code as the entry has it. This program may not know it.
    let code: String
    /// Whether the case moves to the stage. Otherwise it is a side step.
    let moves: Bool

    /// Nil for an entry that handles nothing. What the field `stage` says counts before what a trace says. A side step
    /// in the field `stage` does not move the case.
    init?(_ item: MergeItem) {
        let change = item.entry.change
        guard item.entry.kind == .change else { return nil }
        let set = change.fields[.stage].flatMap(\.text)
        guard let code = set ?? change.traces.first(where: { !$0.stage.isEmpty })?.stage else { return nil }
        self.item = item
        self.code = code
        stage = Workflow.standard[code]
        moves = set != nil && stage?.kind != .side
    }

    var trace: Trace? { item.entry.change.traces.first { $0.stage.hasSameBytes(as: code) } }

    /// How far the case has come with it, for display: see `Workflow.Stage.precedence`.
    var precedence: Int { stage?.precedence ?? 1 }

    /// Whether it is on the usual way.
    var isOnTheWay: Bool { stage?.kind == .step || stage?.kind == .final }
}

extension FieldValue {
    /// Nil for another type, and for an empty text.
    fileprivate var text: String? { if case .text(let text) = self, !text.isEmpty { text } else { nil } }
}
