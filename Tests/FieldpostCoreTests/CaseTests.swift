import Testing

@testable import FieldpostCore

/// Cases as people on several nodes handle them, each with what it knows. The single rules are in the vectors.
struct CaseTests {
    @Test(arguments: [UInt64](1...60)) func `a case is the same in any order, grouping and repetition`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let entries = Town(seed: seed).entries
        let expected = Case(folding: entries)
        for _ in 0..<5 {
            let repeats = (0..<4).compactMap { _ in entries.randomElement(using: &random) }
            #expect(Case(folding: (entries + repeats).shuffled(using: &random)) == expected, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64](1...60)) func `no step is undone by one whose author had not seen it`(seed: UInt64) {
        let entries = Town(seed: seed).entries
        let handled = Case(folding: entries)
        let moves = entries.filter { $0.change.fields[.stage] != nil }
        for move in moves where !moves.contains(where: { $0.context.covers(move.dot) }) {
            #expect(handled.branches.contains { $0.entry == move.id }, "seed \(seed)")
        }
        #expect(handled.branches.isEmpty == moves.isEmpty, "seed \(seed)")
        #expect(handled.counts.values.reduce(0, +) == entries.count { !$0.change.traces.isEmpty }, "seed \(seed)")
    }

    @Test(arguments: [UInt64](1...60)) func `whoever has seen all can settle it`(seed: UInt64) {
        let entries = Town(seed: seed).entries
        let handled = Case(folding: entries)
        let report = Report(id: Samples.report, folding: entries)
        #expect(!handled.next.isEmpty, "seed \(seed): \(handled.stage)")
        for step in handled.next where step.kind != .side {
            let settling = Samples.entry(
                9999, at: 200, 1, seen: report.version.context, depth: report.version.depth + 1,
                Change(
                    fields: [.stage: .text(step.code)], traces: [Trace(stage: step.code, department: "", text: "定")]))
            let after = Case(folding: entries + [settling])
            #expect(after.branches.map(\.stage) == [step.code] && after.disputes.isEmpty, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64](1...60)) func `the field shows the stage of the case`(seed: UInt64) {
        let entries = Town(seed: seed).entries
        let shown = Report(id: Samples.report, folding: entries).text(of: .stage)
        let branches = Case(folding: entries).branches
        #expect(branches.isEmpty || shown == branches[0].stage, "seed \(seed)")
    }

    @Test func `the towns have disputes, suspensions, extensions, claims and late photos`() {
        let cases = (1...60).map { Case(folding: Town(seed: $0).entries) }
        #expect(cases.count { !$0.disputes.isEmpty } > 5)
        #expect(cases.count { $0.suspension != nil } > 2)
        #expect(cases.count { !$0.extensions.isEmpty } > 2)
        #expect(cases.count { $0.assignees.count > 1 } > 0)
        #expect(cases.count { !$0.unseenAtClosing.isEmpty } > 0)
        #expect(cases.count { !$0.isOpen } > 5)
        #expect(Set(cases.map(\.stage)).count > 6)
    }

    @Test func `departments that have something to do are those of the branches`() {
        let entries = [
            Samples.entry(1, at: 1, 1, step("dispatched", "市政")),
            Samples.entry(2, at: 2, 1, step("dispatched", "消防")),
        ]
        #expect(Case(folding: entries).departments == ["消防", "市政"])
        let done = Samples.entry(3, at: 3, 1, seen: Samples.vector((1, 1)), depth: 2, step("feedback"))
        #expect(Case(folding: entries + [done]).departments == ["消防"])
    }

    @Test func `what is next follows the stage, and a suspended case can be resumed`() {
        func next(_ entries: Entry...) -> Set<String> { Set(Case(folding: entries).next.map(\.code)) }
        #expect(next().contains("accepted") && next().contains("inspected"))
        let passed = Samples.entry(1, at: 1, 1, step("dispatched", "市政"))
        #expect(next(passed).isSuperset(of: ["handling", "feedback", "returned", "extended", "suspended"]))
        #expect(next(passed).isDisjoint(with: ["closed", "resumed", "reopened"]))
        let waits = Samples.entry(
            2, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2,
            Change(traces: [Trace(stage: "suspended", department: "", text: "等材料")]))
        #expect(next(passed, waits).contains("resumed") && !next(passed, waits).contains("suspended"))
        #expect(next(Samples.entry(1, at: 1, 1, step("closed"))) == ["reopened"])
    }

    private func step(_ code: String, _ department: String = "") -> Change { Town.step(code, department) }
}

/// Some nodes handle one report. Each takes a step that is usual next as far as it knows, and sometimes tells others.
struct Town {
    private(set) var entries: [Entry] = []

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var known: [[Entry]] = Array(repeating: [], count: 4)
        var last = [UInt64](repeating: 0, count: 4)
        for number in 0..<UInt64.random(in: 4...30, using: &random) {
            let node = Int.random(in: 0..<known.count, using: &random)
            let next = Case(folding: known[node]).next
            let change: Change
            if Int.random(in: 0..<6, using: &random) == 0 || next.isEmpty {
                change = Change(notes: [Note(text: "\(number)")])
            } else {
                let step = next.randomElement(using: &random) ?? next[0]
                let department = step.code == "dispatched" ? ["市政", "消防"].randomElement(using: &random) ?? "" : ""
                change = step.kind == .side ? Self.side(step.code, number) : Self.step(step.code, department)
            }
            let seen = Report(id: Samples.report, folding: known[node]).version
            let entry = Samples.entry(
                UInt128(number) + 1, at: UInt8(node), last[node] + 1, after: last[node], seen: seen.context,
                depth: seen.depth + 1, change)
            last[node] += 1
            entries.append(entry)
            known[node].append(entry)
            if Bool.random(using: &random) {
                let other = Int.random(in: 0..<known.count, using: &random)
                known[other] += known[node].filter { !known[other].contains($0) }
            }
        }
    }

    static func step(_ code: String, _ department: String) -> Change {
        var fields: [FieldName: FieldValue] = [.stage: .text(code)]
        if !department.isEmpty { fields[.department] = .text(department) }
        return Change(fields: fields, traces: [Trace(stage: code, department: department, text: "")])
    }

    private static func side(_ code: String, _ number: UInt64) -> Change {
        Change(traces: [
            Trace(
                stage: code, department: "", text: "", assignee: "\(number)",
                untilMilliseconds: Int64(number) * 86_400_000)
        ])
    }
}
