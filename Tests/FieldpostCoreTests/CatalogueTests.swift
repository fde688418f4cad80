import Testing

@testable import FieldpostCore

struct CatalogueTests {
    @Test func `the taxonomy has 10 major categories and 71 below them`() {
        #expect(Taxonomy.standard.majors.count == 10)
        #expect(Taxonomy.standard.categories.count == 71)
        #expect(Set(Taxonomy.standard.majors.map(\.code)).count == 10)
    }

    @Test func `a category names its department and its time`() throws {
        let category = try #require(Taxonomy.standard["AQ01"])
        #expect(category.major.code == "AQ")
        #expect(category.chinese == "电动车违规上楼充电")
        #expect(category.dueHours == 2)
        #expect(Taxonomy.standard.categories.allSatisfy { !$0.defaultDepartment.isEmpty && $0.dueHours > 0 })
    }

    @Test func `an unknown code has no category`() {
        #expect(Taxonomy.standard["ZZ99"] == nil)
        #expect(Taxonomy.standard[""] == nil)
    }

    @Test func `a table with a missing cell or a code twice is refused`() {
        let header = "major_code\tmajor_zh\tmajor_en\tsub_code\tsub_zh\tsub_en\tdefault_department_zh\tdue_hours\n"
        let row = "A\ta\ta\tA1\tb\tb\td\t2\n"
        #expect(Taxonomy(table: Table(tsv: Array((header + row).utf8))) != nil)
        #expect(Taxonomy(table: Table(tsv: Array((header + row + row).utf8))) == nil)
        #expect(Taxonomy(table: Table(tsv: Array((header + "A\ta\ta\tA1\tb\tb\td\n").utf8))) == nil)
        #expect(Taxonomy(table: Table(tsv: Array((header + "A\ta\ta\tA1\tb\tb\td\tsoon\n").utf8))) == nil)
    }

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
        let header = "code\tzh\ten\tkind\tprecedence\tfrom\twho\tneeds\n"
        func table(_ rows: String...) -> Workflow? {
            Workflow(table: Table(tsv: Array((header + rows.joined(separator: "\n")).utf8)))
        }
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher\treason")?.stages.count == 1)
        #expect(table() == nil)
        #expect(table("a\tb\tc\tnever\t1\t-\tdispatcher\t-") == nil)
        #expect(table("a\tb\tc\tstep\t0\t-\tdispatcher\t-") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\tnobody\t-") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher\tmoney") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\tdispatcher") == nil)
        #expect(table("a\tb\tc\tstep\t1\t-\t-\t-", "a\tb\tc\tstep\t2\t-\t-\t-") == nil)
    }
}
