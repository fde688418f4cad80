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
        let rules = SettingRules([
            "calendar": { text, former in text.hasPrefix(former ?? "2026") ? nil : "It has no year." }
        ])
        func defect(_ name: String, _ text: String, replacing former: String? = nil) throws -> String? {
            rules.defect(of: try #require(CentralSetting(name: name, text: text)), replacing: former)
        }
        #expect(try defect("calendar", "x") == "It has no year.")
        #expect(try defect("calendar", "2026-10-01") == nil)
        #expect(try defect("calendar", "2026-10-01", replacing: "2027") == "It has no year.")
        #expect(try defect("other", "x") == nil)
    }

    @Test func `the rules of this program name the line that is wrong in a calendar or catalogue`() throws {
        func defect(_ name: String, _ text: String, replacing former: String? = nil) throws -> String? {
            SettingRules.standard.defect(
                of: try #require(CentralSetting(name: name, text: text)), replacing: former)
        }
        for name in [
            CentralSetting.calendar, CentralSetting.catalogue, CentralSetting.organisation, CentralSetting.templates,
        ] {
            let builtIn = try #require(CentralSetting.builtIn(name))
            #expect(try defect(name, builtIn) == nil)
            #expect(try defect(name, builtIn + "holiday\t2026-13-01\tx\n")?.hasPrefix("Line ") == true)
        }
        #expect(try defect("calendar", "x\n")?.hasPrefix("Line 1: It must be “calendar”") == true)
        #expect(CentralSetting.builtIn("other") == nil)
    }

    @Test func `a catalogue keeps each category of the one before it, retired or not`() throws {
        func defect(_ text: String, replacing former: String?) throws -> String? {
            SettingRules.standard.defect(
                of: try #require(CentralSetting(name: "catalogue", text: text)), replacing: former)
        }
        let small = "catalogue\t1\nversion\tv2\nmajor\tXX\t新类\tNew\n"
        let (one, two) = (
            "category\tXX01\t充电桩\tCharger\t物业\ncondition\t损坏\t1 working_days\n",
            "category\tXX02\t快递柜\tLocker\t物业\nretired\ncondition\t损坏\t1 working_days\n"
        )
        #expect(try defect(small + one, replacing: nil) == nil)
        #expect(try defect(small + one + two, replacing: small + one) == nil)
        #expect(try defect(small + two, replacing: small + one)?.hasPrefix("It lacks the category XX01") == true)
        // Those that are built in stay known anyway.
        #expect(try defect(small + one, replacing: CentralSetting.builtIn("catalogue")) == nil)
        // A text that nobody can read any more holds nobody up.
        #expect(try defect(small + one, replacing: "x") == nil)
    }
}
