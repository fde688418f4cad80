import FieldpostCore
import Testing

struct SettingTests {
    @Test func `a text of any length that is allowed is cut at characters, and comes back whole`() {
        for unit in ["a", "é", "网", "😀", "a网😀"] {
            for bytes in [1, Limits.textBytes - 1, Limits.textBytes, Limits.textBytes + 1, Limits.settingBytes] {
                let text = String(repeating: unit, count: max(1, bytes / unit.utf8.count))
                guard let setting = CentralSetting(name: "calendar", text: text) else {
                    Issue.record("\(bytes) bytes of \(unit) are not taken")
                    continue
                }
                let change = setting.change
                #expect(change.notes.count <= Limits.settingParts)
                #expect(change.notes.allSatisfy { (1...Limits.textBytes).contains($0.text.utf8.count) })
                #expect(CentralSetting(change)?.text.utf8.elementsEqual(text.utf8) == true)
            }
        }
    }

    @Test func `names and texts that break a rule are refused`() {
        for name in ["", "Calendar", "日历", "a b", "a/b", String(repeating: "a", count: 65)] {
            #expect(CentralSetting(name: name, text: "x") == nil, "\(name)")
        }
        #expect(CentralSetting(name: "a", text: "") == nil)
        #expect(CentralSetting(name: "a", text: String(repeating: "a", count: Limits.settingBytes + 1)) == nil)
        #expect(CentralSetting(name: "office-hours_2", text: "x") != nil)
    }

    @Test func `a rule says what is wrong with a text, and a name without a rule takes any text`() throws {
        let rules = SettingRules(["calendar": { $0.isEmpty || $0.hasPrefix("2026") ? nil : "it has no year" }])
        #expect(rules.defect(of: try #require(CentralSetting(name: "calendar", text: "x"))) == "it has no year")
        #expect(rules.defect(of: try #require(CentralSetting(name: "calendar", text: "2026-10-01"))) == nil)
        #expect(rules.defect(of: try #require(CentralSetting(name: "other", text: "x"))) == nil)
    }
}
