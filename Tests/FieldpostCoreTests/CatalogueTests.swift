import Foundation
import Testing

@testable import FieldpostCore

struct CatalogueTests {
    private static let text = """
        catalogue\t1
        version\tcn-1
        major\tSZ\t市政\tFacilities
        category\tSZ01\t井盖缺损\tManhole cover\t市政服务中心
        words\t窨井\t下水道盖\tjg
        condition\t缺失\t4 urgent_hours
        condition\t异响\t2 working_days
        category\tSZ02\t路灯故障\tStreet light\t城管局
        retired
        condition\t不亮\t2 working_days
        major\tAQ\t安全\tSafety
        category\tAQ01\t电动车上楼充电\tE-bike upstairs\t消安办
        words\t电瓶车\tddc
        condition\t正在充电\t2 urgent_hours

        """

    private static func catalogue(_ text: String = text) throws(TextDefect) -> Catalogue {
        try Catalogue(text: Array(text.utf8))
    }

    @Test func `the built-in catalogue has 10 majors and the 71 categories of the dictionary of entries`() throws {
        let catalogue = Catalogue.standard
        #expect(catalogue.majors.count == 10 && Set(catalogue.majors.map(\.code)).count == 10)
        #expect(catalogue.categories.count == 71)
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Protocol/dictionary/taxonomy.tsv")
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t").map(String.init)
        }
        #expect(rows.map { $0[3] } == catalogue.categories.map(\.code))
        #expect(rows.map { $0[4] } == catalogue.categories.map(\.chinese))
        for category in catalogue.categories {
            #expect(!category.words.isEmpty && !category.conditions.isEmpty && !category.isRetired, "\(category.code)")
            // Somebody who reports knows everyday words, and the filer a condition.
            #expect(category.words.contains { $0.utf8.allSatisfy { $0 < 0x80 } }, "\(category.code)")
        }
    }

    @Test func `limits belong to the condition`() throws {
        let category = try #require(Catalogue.standard["SZ01"])
        #expect(category.conditions.first?.limit == HandlingLimit(4, .urgentHours))
        #expect(category.condition("破损、下沉、异响")?.limit == HandlingLimit(2, .workingDays))
        #expect(category.condition("没有") == nil)
        #expect(Catalogue.standard["ZZ99"] == nil && Catalogue.standard[""] == nil)
        #expect(Set(Catalogue.standard.categories.flatMap(\.conditions).map(\.limit.kind)).count >= 3)
    }

    @Test func `a text is read and comes back byte for byte`() throws {
        let catalogue = try Self.catalogue()
        #expect(String(decoding: catalogue.text, as: UTF8.self) == Self.text)
        #expect(catalogue.version == "cn-1" && catalogue.categories.map(\.code) == ["SZ01", "SZ02", "AQ01"])
        #expect(catalogue.categories.map(\.isRetired) == [false, true, false])
        #expect(catalogue["SZ01"]?.words == ["窨井", "下水道盖", "jg"])
        #expect(catalogue["AQ01"]?.major.chinese == "安全")
        #expect(try Catalogue(text: Catalogue.standard.text) == Catalogue.standard)
    }

    @Test(arguments: [
        ("catalogue\t1", "catalogue\t2", "Line 1: It must be “catalogue”"),
        ("version\tcn-1\n", "", "Line 2: It must give the version."),
        ("version\tcn-1", "version\t", "Line 2: A cell is empty."),
        ("major\tSZ\t市政\tFacilities\n", "", "Line 3: A major must stand before"),
        ("major\tAQ\t安全\tSafety\n", "major\tXX\t空\tEmpty\nmajor\tAQ\t安全\tSafety\n", "Line 12: The major before it"),
        ("major\tAQ", "major\tSZ", "Line 11: “SZ” is there twice."),
        ("category\tAQ01", "category\tSZ01", "Line 12: “SZ01” is there twice."),
        ("category\tAQ01", "category\tAQ 01", "Line 12: “AQ 01” is no code"),
        ("\t消安办", "", "Line 12: It has 4 cells; it must have 5."),
        ("retired\ncondition\t不亮\t2 working_days", "condition\t不亮\t2 working_days\nretired", "Line 10: “retired” may"),
        ("retired\n", "retired\nretired\n", "Line 10: “retired” may stand once"),
        ("condition\t不亮\t2 working_days\n", "", "Line 10: The category SZ02 before it has no condition."),
        ("condition\t正在充电\t2 urgent_hours\n", "", "Line 13: The category AQ01 before it has no condition."),
        ("condition\t异响", "condition\t缺失", "Line 7: The condition “缺失” is there twice."),
        ("2 urgent_hours", "2 hours", "Line 14: “2 hours” is no limit"),
        ("4 urgent_hours", "04 urgent_hours", "Line 6: “04 urgent_hours” is no limit"),
        ("words\t窨井", "words\t窨井 盖", "Line 5: The word “窨井 盖” has a space."),
        ("words\t窨井", "words\tjg", "Line 5: The word “jg” is there twice."),
        ("words\t电瓶车\tddc\n", "words\n", "Line 13: It has 0 words"),
        ("words\t电瓶车\tddc\n", "words\tddc\nwords\t电瓶车\n", "Line 14: Words may stand once"),
        ("words\t电瓶车\tddc\n", "colour\tred\n", "Line 13: “colour” is not known here."),
        ("category\tAQ01\t电动车上楼充电\tE-bike upstairs\t消安办\n", "", "Line 12: Words may stand once"),
    ])
    func `a text with a fault is refused with its line`(part: String, other: String, reason: String) throws {
        #expect(Self.text.contains(part))
        let defect = #expect(throws: TextDefect.self) { _ = try Self.catalogue(Self.text.replacing(part, with: other)) }
        #expect(defect.map { $0.description.hasPrefix(reason) } == true, "\(String(describing: defect))")
    }

    @Test func `numbers of words, conditions and categories are bounded`() throws {
        let words = (0...Limits.categoryWords).map { "w\($0)" }.joined(separator: "\t")
        let conditions = (0...Limits.categoryConditions).map { "condition\tc\($0)\t1 urgent_hours\n" }.joined()
        let categories = (0...Limits.categories).map {
            "category\tX\($0)\ta\tb\tc\ncondition\td\t1 urgent_hours\n"
        }.joined()
        for (part, more) in [
            ("窨井\t下水道盖\tjg", words), ("condition\t缺失\t4 urgent_hours\n", conditions),
            ("category\tSZ01", categories + "category\tSZ01"),
        ] {
            let defect = #expect(throws: TextDefect.self) {
                _ = try Self.catalogue(Self.text.replacing(part, with: more))
            }
            #expect(defect?.reason.contains("at most") == true || defect?.reason.contains("are allowed") == true)
        }
    }

    @Test func `a category that a catalogue lacks stays known from the built-in one`() throws {
        let catalogue = try Self.catalogue()
        #expect(catalogue["HB01"] == nil && catalogue.known("HB01")?.chinese == "工业噪声")
        #expect(catalogue.known("AQ01")?.chinese == "电动车上楼充电")
        #expect(catalogue.known("ZZ99") == nil)
    }

    @Test(arguments: [
        ("ddc", "AQ01"), ("DDC", "AQ01"), ("充电", "AQ01"), ("井盖", "SZ01"), ("jg", "SZ01"), ("aq01", "AQ01"),
        ("下水道 缺失", "SZ01"), ("飞线", "AQ02"), ("manhole", "SZ01"), ("hld", "JT03"), ("红绿灯", "JT03"),
    ])
    func `a category is found by everyday words, names and initials`(query: String, code: String) {
        #expect(Catalogue.standard.search(query).first?.code == code)
    }

    @Test func `all parts of a query must occur, whole words come first, and retired ones are not found`() throws {
        let catalogue = try Self.catalogue()
        #expect(catalogue.search("电瓶车 井盖").isEmpty && catalogue.search("没有这样的").isEmpty)
        #expect(catalogue.search("路灯").isEmpty)
        #expect(catalogue.search(" ").map(\.code) == ["SZ01", "AQ01"])
        // 漏水 is a word of SZ06, and a part of words of others.
        let found = Catalogue.standard.search("漏水").map(\.code)
        #expect(found.first == "SZ06" && found.count > 1)
    }
}
