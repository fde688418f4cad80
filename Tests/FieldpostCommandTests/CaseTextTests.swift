import FieldpostClient
import Foundation
import Testing

@testable import fieldpost

/// What `fieldpost case` and `fieldpost indicators` print of a node's answer.
@Suite struct CaseTextTests {
    private func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test func `A case shows the present rounds of its stages`() throws {
        let shown = try json(
            #"""
            {"report": "r", "stage": "dispatched", "label": {"zh": "派遣"}, "open": true, "branches": [], "next": [],
             "stages": [
              {"stage": "handling", "zh": "处置", "round": 1, "present": false, "state": "finished", "deadline": "d0",
               "ended_at": "e", "left_ms": 0, "former_deadlines": [], "due_soon": false, "was_overdue": false,
               "within_uncertainty": false},
              {"stage": "handling", "zh": "处置", "department": "市政", "round": 2, "present": true, "state": "running",
               "deadline": "d2", "left_ms": 5430000, "former_deadlines": [{"deadline": "d1"}], "due_soon": true,
               "was_overdue": true, "within_uncertainty": false},
              {"stage": "closing", "zh": "结案", "round": 1, "present": true, "state": "finished", "deadline": "d3",
               "ended_at": "e", "left_ms": 0, "former_deadlines": [], "due_soon": false, "was_overdue": false,
               "within_uncertainty": true}]}
            """#)
        #expect(
            CaseText.text(shown) == """
                r  派遣 dispatched
                  处置 handling 2 (市政)  due d2  running, 90 min left, due soon, was overdue, before d1
                  结案 closing  due d3  finished, on time as far as the clocks tell
                  next: nothing

                """)
    }

    @Test func `Figures say what they are made of, and leave out those that say nothing`() throws {
        let shown = try json(
            #"""
            {"period": {"text": "2018-05", "counted_until": "u"}, "reports": 4,
             "indicators": [{"code": "a", "zh": "按期结案率"}, {"code": "b", "zh": "满意率"}, {"code": "c", "zh": "差"}],
             "rows": [
              {"scope": "all", "counts": {"closed": 1, "closing_due": 3}, "figures":
               {"a": {"value": 0.33333, "numerator": 1, "denominator": 3}, "b": {"numerator": 0, "denominator": 0},
                "c": {"value": -0.105}}},
              {"scope": "named", "name": "市政\n!! 伪", "counts": {}, "figures": {}},
              {"scope": "unnamed", "counts": {}, "figures": {}}, {"scope": "further", "counts": {}, "figures": {}}]}
            """#)
        let lines = IndicatorsText.figures(shown).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.prefix(5) == [
                "2018-05: 4 reports, counted until u", "", "all", "    33.3 %  1 / 3  按期结案率 a", "   -10.5 %  差 c",
            ])
        #expect(lines[5] == "  closed 1, closing_due 3" && !lines.contains { $0.hasPrefix("!!") })
        #expect(lines.contains("(without a name)") && lines.contains("(further names together)"))
    }
}
