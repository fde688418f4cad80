/// How people find a category: by everyday words, by parts of its names, or by initials of pinyin.
extension Catalogue {
    /// The categories in which every part of the query occurs, without retired ones. Parts are separated by spaces.
    /// Those that have a part as a whole word or code come first, then those with a word that begins with it. Upper and
    /// lower case are the same.
    package func search(_ query: String) -> [Category] {
        let parts = query.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        var found: [[Category]] = [[], [], []]
        for category in categories where !category.isRetired {
            let texts = category.texts
            let ranks = parts.compactMap { part in texts.compactMap { Self.rank(of: part, in: $0) }.min() }
            if ranks.count == parts.count { found[ranks.max() ?? 0].append(category) }
        }
        return Array(found.joined())
    }

    /// 0: it is the text. 1: the text begins with it. 2: it is somewhere in the text. Nil: it is not.
    private static func rank(of part: String, in text: String) -> Int? {
        if text == part { return 0 }
        if text.hasPrefix(part) { return 1 }
        return text.contains(part) ? 2 : nil
    }
}

extension Catalogue.Category {
    /// All by which it can be found, in lower case.
    fileprivate var texts: [String] {
        ([code, chinese, english, major.chinese, department] + words + conditions.map(\.name)).map { $0.lowercased() }
    }
}
