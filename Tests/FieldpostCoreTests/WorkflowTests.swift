import Testing

@testable import FieldpostCore

struct WorkflowTests {
    @Test func `the workflow runs from acceptance to closing, with ways back, other ends and side steps`() {
        let stages = Workflow.standard.stages
        func names(_ kinds: Workflow.Kind...) -> [String] {
            stages.filter { kinds.contains($0.kind) }.map(\.chinese)
        }
        #expect(names(.step, .final) == ["受理", "核实", "立案", "派遣", "处置", "反馈", "核查", "结案"])
        #expect(names(.back) == ["核实不通过", "退回", "返工", "重新处理"])
        #expect(names(.end) == ["作废", "并案"])
        #expect(names(.side) == ["延时", "挂账", "恢复", "督办", "指派", "认领", "无法核查"])
        #expect(Workflow.standard.first.code == "accepted")
        #expect(Workflow.standard["closed"]?.kind == .final)
        #expect(Workflow.standard["lost"] == nil)
        let known = Set(stages.map(\.code))
        #expect(stages.allSatisfy { known.isSuperset(of: $0.from) && !$0.actors.isEmpty })
        #expect(stages.filter { $0.from.isEmpty }.map(\.code) == ["accepted"])
    }

    @Test func `a workflow that lacks a cell, has an unknown word or a code twice is refused`() {
        let header = "code\tzh\ten\tkind\tprecedence\tfrom\twho\tneeds\tpublic_zh\tpublic_en\n"
        func table(_ rows: String...) -> Workflow? {
            Workflow(table: Table(tsv: Array((header + rows.joined(separator: "\n")).utf8)))
        }
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher\treason\t-\t-")?.stages.count == 1)
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher\treason\t甲")?.stages.count == nil)
        let words = table("a\tb\tc\tstep\t1\t-\tdispatcher\treason\t甲\tA")?.stages.first?.publicWords
        #expect(words == Workflow.PublicWords(chinese: "甲", english: "A"))
        #expect(table() == nil)
        #expect(table("a\tb\tc\tnever\t1\t-\tdispatcher\t-\t-\t-") == nil)
        #expect(table("a\tb\tc\tstep\t0\t-\tdispatcher\t-\t-\t-") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\tnobody\t-\t-\t-") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher\tmoney\t-\t-") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher\t-\t-") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\t-\t-\t-\t-", "a\tb\tc\tstep\t2\t-\t-\t-\t-\t-") == nil)
    }
}
