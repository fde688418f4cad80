import Testing

@testable import FieldpostCore

/// Which texts a question finds, and that the terms of the index miss none of them.
struct SearchTests {
    private static func report(_ text: String, notes: [String] = [], fields: [FieldName: FieldValue] = [:]) -> Report {
        let change = Change(
            fields: fields.merging([.text: .text(text)]) { old, _ in old }, notes: notes.map { Note(text: $0) })
        return Report(
            id: ReportID(7),
            folding: [
                Entry(
                    id: EntryID(7), dot: Dot(Samples.origin(1), 1), report: ReportID(7), previousSeq: 0,
                    context: VersionVector(), depth: 1, author: "", stamp: .unknown, change: change)
            ])
    }

    private static func finds(_ question: String, _ report: Report) throws -> Bool {
        let asked = try #require(SearchQuestion(question, catalogue: .standard))
        let answer = asked.isAnswered(by: report)
        let document = SearchDocument(report)
        if let first = report.history.first.flatMap({ SearchDocument(first: $0) }) { #expect(first == document) }
        let candidate = asked.parts.allSatisfy { part in
            part.terms.allSatisfy(document.holds) || part.categoryTerms.contains(where: document.holds)
        }
        // The index may name a report too many, never one too few.
        #expect(!answer || candidate, "\(question)")
        return answer
    }

    @Test(arguments: [
        ("三单元楼道内有电动车充电", "电"), ("三单元楼道内有电动车充电", "楼道"), ("三单元楼道内有电动车充电", "电动车充"),
        ("井盖松动", "井盖"), ("井盖松动", "盖松动"), ("𠮷祥路口积水", "𠮷祥"), ("𠮷祥路口积水", "𠮷"), ("路口🚧施工", "🚧"),
        ("A栋3单元", "a栋3单"), ("Ａ栋３单元", "a栋3"), ("A栋3单元", "Ａ栋"), ("占用消防通道,请处理", "消防通道 处理"),
        ("占用消防通道", "通道，占用"), ("Broken STREET lamp", "street la"), ("Broken STREET lamp", "lam bro"),
        ("设备 T-1742 离线", "t 17"), ("设备T-1742离线", "t-174"), ("ÄRGER am Tor", "ärg"), ("zero\u{200D}width", "zerowidth"),
        ("前\0后", "前"), ("前\0后", "前 后"), ("ひらがなとカナ", "がなと"), ("한국어 민원", "국어"), ("深圳市坪山区", "坪山"),
    ])
    func `is found`(text: String, question: String) throws {
        #expect(try Self.finds(question, Self.report(text)))
        #expect(try Self.finds(question, Self.report("别的", notes: ["较早", text])))
    }

    @Test(arguments: [
        ("三单元楼道内有电动车充电", "单道"), ("井盖松动", "盖井"), ("井，盖", "井盖"), ("前\0后", "前后"), ("BAQ01", "aq01"),
        ("AQ01", "q01"), ("Broken lamp", "lampx"), ("A栋3单元", "a栋单元"), ("电动车", "电动 自行车"), ("𠮷祥", "吉祥"),
        ("13单元", "3单元"),
    ])
    func `is not found`(text: String, question: String) throws {
        #expect(try !Self.finds(question, Self.report(text)))
    }

    @Test func `no phrase reaches from one note into the next`() throws {
        #expect(try !Self.finds("井盖", Self.report("井", notes: ["盖"])))
        #expect(try Self.finds("井 盖", Self.report("井", notes: ["盖"])))
    }

    @Test func `names of categories, grids and departments are searched`() throws {
        let report = Self.report(
            "请处理", fields: [.category: .text("AQ01"), .grid: .text("BT-03"), .department: .text("坪山交通运输局")])
        let name = try #require(Catalogue.standard["AQ01"]?.chinese)
        for question in [name, String(name.prefix(2)), "aq0", "bt 03", "交通运输", "处理 " + name] {
            #expect(try Self.finds(question, report), "\(question)")
        }
        let other = try #require(Catalogue.standard.categories.last { !$0.chinese.contains(name.prefix(1)) })
        #expect(try !Self.finds(other.chinese, report))
    }

    @Test func `of a very long text the beginning is searched, and then the latest notes`() throws {
        let long = String(repeating: "路灯不亮", count: Limits.searchedCharacters / 4)
        #expect(try Self.finds("灯不亮路", Self.report(long + "井盖")))
        #expect(try !Self.finds("井盖", Self.report(long + "井盖")))
        let notes = ["最早"] + Array(repeating: long, count: 2) + ["井盖松动"]
        #expect(try Self.finds("井盖", Self.report("短", notes: notes)))
        #expect(try !Self.finds("最早", Self.report("短", notes: notes)))
        #expect(SearchDocument(Self.report(long, notes: notes)).terms.count < 2 * Limits.searchedCharacters)
    }

    @Test func `a question without letters, with too many parts or too long is none`() {
        for text in ["", " ", "，。", "\0", String(repeating: "a ", count: 17), String(repeating: "井", count: 86)] {
            #expect(SearchQuestion(text, catalogue: .standard) == nil)
        }
        #expect(SearchQuestion(String(repeating: "a ", count: 16), catalogue: .standard)?.parts.count == 16)
    }

    /// Random texts against a search for each pair of positions.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every piece of a text is found`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let letters = Array("井盖松动电车AQ01a3 ，\0𠮷🚧éß한カ")
        for _ in 0..<60 {
            let count = Int.random(in: 1...24, using: &random)
            let text = (0..<count).map { _ in letters.randomElement(using: &random) ?? "井" }
            let report = Self.report(String(text))
            let start = Int.random(in: 0..<count, using: &random)
            let piece = String(text[start...min(count - 1, start + Int.random(in: 0..<5, using: &random))])
            guard let asked = SearchQuestion(piece, catalogue: .standard) else { continue }
            let before = start > 0 ? FoldedText(String(text[start - 1])).scalars.last : nil
            let first = FoldedText(piece).scalars.first
            // A piece that begins within a word is no beginning.
            let cuts = before.map(FoldedText.isOfWord) == true && first.map(FoldedText.isOfWord) == true
            #expect(try Self.finds(piece, report) || cuts, "\(String(text)) \(piece) \(asked.parts.count)")
        }
    }
}
