/// The text of a catalogue, in which it travels. Each catalogue has exactly one:
///
///     catalogue	1                            the format
///     version	cn-bantian-2026.1
///     major	SZ	市政	Municipal facilities    its categories follow
///     category	SZ01	井盖缺损	Manhole cover missing or damaged	坂田街道市政服务中心
///     retired                                 only if no new report should have the category
///     words	井盖	下水道盖	jg                  optional: by which people find it
///     condition	缺失	4 urgent_hours            at least one: under which a case is filed, and its limit
///
/// Tabs stand between the cells.
extension Catalogue {
    /// Throws a `TextDefect` that names the line.
    package init(text: [UInt8]) throws(TextDefect) {
        let lines = try StrictLines(text, limit: Limits.settingBytes).lines
        var reading = CatalogueReading()
        for (index, cells) in lines.enumerated() {
            do throws(CatalogueReading.Reason) {
                try reading.take(cells, at: index)
            } catch {
                throw TextDefect(line: index + 1, error.text)
            }
        }
        do throws(CatalogueReading.Reason) {
            self = try reading.finished()
        } catch {
            throw TextDefect(line: lines.count, error.text)
        }
    }

    package var text: [UInt8] {
        var lines = ["catalogue\t1", "version\t\(version)"]
        var major: Major?
        for category in categories {
            if category.major != major {
                major = category.major
                lines.append("major\t\(category.major.code)\t\(category.major.chinese)\t\(category.major.english)")
            }
            lines.append("category\t\(category.code)\t\(category.chinese)\t\(category.english)\t\(category.department)")
            if category.isRetired { lines.append("retired") }
            if !category.words.isEmpty { lines.append((["words"] + category.words).joined(separator: "\t")) }
            lines += category.conditions.map { "condition\t\($0.name)\t\($0.limit)" }
        }
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}

/// A catalogue of which some lines were read.
private struct CatalogueReading {
    struct Reason: Error {
        let text: String
    }

    private var version: String?
    private var majors: [Catalogue.Major] = []
    private var categories: [Catalogue.Category] = []
    private var codes: Set<String> = []
    /// The category that is being read.
    private var open: Open?

    private struct Open {
        let code: String
        let chinese: String
        let english: String
        let department: String
        var isRetired = false
        var words: [String] = []
        var conditions: [Catalogue.Condition] = []
    }

    mutating func take(_ cells: [String], at index: Int) throws(Reason) {
        switch (index, cells[0]) {
        case (0, "catalogue") where cells == ["catalogue", "1"]: break
        case (0, _): throw Reason(text: "It must be “catalogue”, a tab and “1”: another format is not known.")
        case (1, "version"): version = try Self.cells(cells, 2)[1]
        case (1, _): throw Reason(text: "It must give the version.")
        case (_, "major"): try take(major: try Self.cells(cells, 4))
        case (_, "category"): try take(category: try Self.cells(cells, 5))
        case (_, "retired"): try retire(try Self.cells(cells, 1))
        case (_, "words"): try take(words: Array(cells.dropFirst()))
        case (_, "condition"): try take(condition: try Self.cells(cells, 3))
        default: throw Reason(text: "“\(cells[0])” is not known here.")
        }
    }

    mutating func finished() throws(Reason) -> Catalogue {
        try close()
        guard let version, let last = categories.last, last.major == majors.last else {
            throw Reason(text: "The text ends before the version, a major and a category of it.")
        }
        return Catalogue(version: version, categories: categories)
    }

    private mutating func take(major cells: [String]) throws(Reason) {
        try close()
        guard majors.isEmpty || categories.last?.major == majors.last else {
            throw Reason(text: "The major before it has no category.")
        }
        try Self.check(code: cells[1])
        guard !majors.contains(where: { $0.code == cells[1] }) else {
            throw Reason(text: "“\(cells[1])” is there twice.")
        }
        majors.append(Catalogue.Major(code: cells[1], chinese: cells[2], english: cells[3]))
    }

    private mutating func take(category cells: [String]) throws(Reason) {
        try close()
        guard !majors.isEmpty else { throw Reason(text: "A major must stand before all categories.") }
        guard categories.count < Limits.categories else {
            throw Reason(text: "At most \(Limits.categories) categories are allowed.")
        }
        try Self.check(code: cells[1])
        guard codes.insert(cells[1]).inserted else { throw Reason(text: "“\(cells[1])” is there twice.") }
        open = Open(code: cells[1], chinese: cells[2], english: cells[3], department: cells[4])
    }

    private mutating func retire(_ cells: [String]) throws(Reason) {
        guard var open, !open.isRetired, open.words.isEmpty, open.conditions.isEmpty else {
            throw Reason(text: "“retired” may stand once, directly after its category.")
        }
        open.isRetired = true
        self.open = open
    }

    private mutating func take(words: [String]) throws(Reason) {
        guard var open, open.words.isEmpty, open.conditions.isEmpty else {
            throw Reason(text: "Words may stand once in a category, before its conditions.")
        }
        guard (1...Limits.categoryWords).contains(words.count) else {
            throw Reason(text: "It has \(words.count) words; 1 to \(Limits.categoryWords) are allowed.")
        }
        for word in words {
            // A query is cut at spaces, so nobody would find it.
            guard !word.contains(where: \.isWhitespace) else { throw Reason(text: "The word “\(word)” has a space.") }
            guard !open.words.contains(word) else { throw Reason(text: "The word “\(word)” is there twice.") }
            open.words.append(word)
        }
        self.open = open
    }

    private mutating func take(condition cells: [String]) throws(Reason) {
        guard var open else { throw Reason(text: "A condition must stand after its category.") }
        guard open.conditions.count < Limits.categoryConditions else {
            throw Reason(text: "A category may have at most \(Limits.categoryConditions) conditions.")
        }
        guard !open.conditions.contains(where: { $0.name.hasSameBytes(as: cells[1]) }) else {
            throw Reason(text: "The condition “\(cells[1])” is there twice.")
        }
        guard let limit = HandlingLimit(text: cells[2]) else {
            throw Reason(text: "“\(cells[2])” is no limit: it must be like “8 office_hours”.")
        }
        open.conditions.append(Catalogue.Condition(name: cells[1], limit: limit))
        self.open = open
    }

    /// Ends the category that is being read.
    private mutating func close() throws(Reason) {
        guard let open, let major = majors.last else { return }
        guard !open.conditions.isEmpty else {
            throw Reason(text: "The category \(open.code) before it has no condition.")
        }
        categories.append(
            Catalogue.Category(
                code: open.code, chinese: open.chinese, english: open.english, major: major, isRetired: open.isRetired,
                department: open.department, words: open.words, conditions: open.conditions))
        self.open = nil
    }

    private static func cells(_ cells: [String], _ count: Int) throws(Reason) -> [String] {
        guard cells.count == count else { throw Reason(text: "It has \(cells.count) cells; it must have \(count).") }
        return cells
    }

    private static func check(code: String) throws(Reason) {
        let isCode =
            code.utf8.count <= Limits.categoryCodeBytes
            && code.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isCode else {
            throw Reason(
                text: "“\(code)” is no code: it may have 1 to \(Limits.categoryCodeBytes) of A–Z, a–z, 0–9, _ and -.")
        }
    }
}
