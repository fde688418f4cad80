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

    @Test func `the workflow runs from acceptance to closing, with three side stages`() {
        let stages = Workflow.standard.stages
        #expect(stages.filter { $0.kind != .side }.map(\.chinese) == ["受理", "立案", "派遣", "处置", "反馈", "核查", "结案"])
        #expect(stages.filter { $0.kind == .side }.map(\.chinese) == ["退回", "延时", "挂账"])
        #expect(Workflow.standard.first.code == "accepted")
        #expect(Workflow.standard["closed"]?.kind == .final)
        #expect(Workflow.standard["lost"] == nil)
    }

    @Test func `a work flow without stages is refused`() {
        #expect(Workflow(table: Table(tsv: [])) == nil)
        #expect(Workflow(table: Table(tsv: Array("code\tzh\ten\tkind\na\tb\tc\tnever\n".utf8))) == nil)
    }
}
