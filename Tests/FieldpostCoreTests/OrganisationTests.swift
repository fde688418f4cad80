import Testing

@testable import FieldpostCore

/// The texts of organisations and templates: one for each value, and a clear word about what is wrong.
struct OrganisationTests {
    private static let head = "organisation\t1\nversion\tv1\n"

    private static func defect(_ text: String) -> String? {
        do throws(TextDefect) {
            _ = try Organisation(text: Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    private static func defect(ofTemplates text: String) -> String? {
        do throws(TextDefect) {
            _ = try AnswerTemplates(text: Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `an organisation is read as it was written`() throws {
        let text =
            Self.head + "department\t市政\tWorks\nmember\t周静\nmember\t吴磊\ngroup\tcollector\t信息采集组\tCollectors\n"
            + "member\t周静\ngrid\t南坑一\t第一网格\nmember\t王敏\n"
        let organisation = try Organisation(text: Array(text.utf8))
        #expect(String(decoding: organisation.text, as: UTF8.self) == text)
        #expect(organisation.units(of: .department).map(\.members) == [["周静", "吴磊"]])
        #expect(organisation.units(of: .grid).first?.members == ["王敏"] && organisation.version == "v1")
        for built in [Organisation.standard] { #expect(try Organisation(text: built.text) == built) }
        #expect(Organisation.standard.units(of: .department).count > 20)
        #expect(Set(Organisation.standard.units.map(\.code)).isSuperset(of: ["collector", "handler", "坂田街道市政服务中心"]))
    }

    @Test(arguments: [
        ("organisation\t2\nversion\tv\n", "Line 1: It must be"), ("organisation\t1\n", "Line 2: It must give"),
        (head + "member\t周静\n", "Line 3: A member must stand below"),
        (head + "grid\ta\tb\nmember\tx\nmember\tx\n", "Line 5: “x” is there twice"),
        (head + "grid\ta\tb\ngrid\ta\tc\n", "Line 4: “a” is there twice"),
        (head + "grid\ta\n", "Line 3: It has 2 cells; it must have 3"),
        (head + "group\ta\tb\n", "Line 3: It has 3 cells; it must have 4"), (head + "team\ta\n", "Line 3: “team”"),
        (head + (0...Limits.organisationUnits).map { "grid\t\($0)\tx\n" }.joined(), "Line 1027: At most 1024"),
    ]) func `what is wrong in an organisation is named with its line`(text: String, start: String) {
        #expect(Self.defect(text)?.hasPrefix(start) == true, "\(Self.defect(text) ?? "nothing")")
    }

    @Test func `templates are read as they were written, and what is wrong is named`() throws {
        let built = AnswerTemplates.standard
        #expect(try AnswerTemplates(text: built.text) == built && built.templates.contains { $0.isPublic })
        let head = "templates\t1\nversion\tv1\n"
        for (text, start) in [
            ("templates\t2\n", "Line 1"), ("templates\t1\nclosed\tx\n", "Line 2"),
            (head + "template\tclosed\tpublic\n", "Line 3: It has 3 cells"),
            (head + "template\tdone\tpublic\tx\n", "Line 3: “done” is no step"),
            (head + "template\tclosed\tall\tx\n", "Line 3: “all” must be"),
            (head + "template\tclosed\tpublic\tx\ntemplate\tclosed\tinside\tx\n", "Line 4: This template is there"),
            (head + "words\tx\n", "Line 3: “words”"),
        ] {
            #expect(Self.defect(ofTemplates: text)?.hasPrefix(start) == true, "\(text)")
        }
        #expect(Self.defect(ofTemplates: head) == nil)
    }
}
