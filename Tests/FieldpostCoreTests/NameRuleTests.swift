import FieldpostCore
import Testing

struct NameRuleTests {
    @Test(arguments: ["station-12", "东坡站", "P-7", "网格员 01", "站　点", "é", "e\u{301}", "😀", "10014", "a/b", "Ω"])
    func `names of people and machines are valid`(name: String) {
        #expect(NameRule.defect(name) == nil)
        #expect(Enrollment.defect(ofName: name) == nil && Access.defect(ofName: name) == nil)
        #expect(Enrollment.defect(ofGrids: [name]) == nil)
    }

    @Test(arguments: [
        "", " ", " a", "a ", "　a", "a\t", "a\tb", "a\nb", "a\u{7F}", "a\u{85}", "a\u{1B}[2J", "\u{202E}gw",
        "a\u{202A}b",
        "a\u{2066}b", "a\u{2069}", "a\u{200B}b", "a\u{200D}b", "a\u{FEFF}b", "a\u{2060}", "a\u{AD}b", "a\u{A0}b",
        "a\u{2003}b", "a\u{2028}b", "a\u{3164}", "a\u{E0041}", "a\u{FE0F}", "a\u{61C}b", "a\u{0}b",
    ])
    func `a name with invisible characters or direction marks is invalid`(name: String) {
        #expect(NameRule.defect(name) != nil)
        #expect(Enrollment.defect(ofName: name) != nil && Access.defect(ofName: name) != nil)
        #expect(Enrollment.defect(ofGrids: ["10014", name]) != nil)
        #expect(NameRule.shown(name, else: "a3f0") == "a3f0")
    }

    @Test func `a defect is described in words, within one line`() {
        #expect(NameRule.defect("\u{202E}gw") == "contains U+202E, an invisible character")
        #expect(NameRule.defect("a\tb") == "contains U+0009, a control character")
        #expect(NameRule.defect(String(repeating: "格", count: 86)) == "takes 258 bytes; at most 256 are allowed")
    }
}
