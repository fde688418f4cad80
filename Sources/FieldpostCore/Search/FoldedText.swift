/// A text as search sees it: folded scalars. Letters are lower case, full-width forms are ordinary ones, and whatever
/// separates words is one space.
package struct FoldedText: Sendable {
    package private(set) var scalars: [UInt32] = []

    /// Between two pieces of text. No phrase crosses it.
    private static let space: UInt32 = 0x20
    private static let gap: UInt32 = 0x0A

    package init() {}

    package init(_ text: String, limit: Int = .max) { append(text, limit: limit) }

    /// `folded`: a part of another one.
    init(folded: [UInt32]) { scalars = folded }

    /// Adds a piece. No phrase reaches from one piece into the next. `limit`: scalars of all pieces together; the rest
    /// of the text is left out.
    package mutating func append(_ text: String, limit: Int = .max) {
        if !scalars.isEmpty { scalars.append(Self.gap) }
        for scalar in text.unicodeScalars {
            guard scalars.count < limit else { break }
            take(scalar)
        }
    }

    /// Whether nothing in it can be searched for.
    package var isEmpty: Bool { scalars.allSatisfy { $0 == Self.space || $0 == Self.gap } }

    private mutating func take(_ scalar: Unicode.Scalar) {
        var value = scalar.value
        if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
        switch value {
        case 0x61...0x7A, 0x30...0x39, 0x4E00...0x9FFF: scalars.append(value)
        case 0x41...0x5A: scalars.append(value + 0x20)
        case 0..<0x80: separate()
        default: takeRare(scalar)
        }
    }

    private mutating func takeRare(_ scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        // Such as a zero-width joiner: it is not seen.
        case .format: break
        case .nonspacingMark where (0xFE00...0xFE0F).contains(scalar.value): break
        case .uppercaseLetter, .titlecaseLetter:
            for lower in scalar.properties.lowercaseMapping.unicodeScalars { scalars.append(lower.value) }
        case .lowercaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark,
            .decimalNumber, .letterNumber, .otherNumber, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            scalars.append(scalar.value)
        default: separate()
        }
    }

    private mutating func separate() {
        if let last = scalars.last, last != Self.space, last != Self.gap { scalars.append(Self.space) }
    }

    // MARK: Scalars

    static func isSeparator(_ scalar: UInt32) -> Bool { scalar == space || scalar == gap }

    /// Scripts with spaces between words: found by the beginnings of words. All others, such as Chinese, are found by
    /// characters and by pairs of them.
    static func isOfWord(_ scalar: UInt32) -> Bool { scalar < 0x2190 && !isSeparator(scalar) }

    /// Calls `word` with each word, and `run` with each run of other characters.
    func split(word: (ArraySlice<UInt32>) -> Void, run: (ArraySlice<UInt32>) -> Void) {
        var start = 0
        while start < scalars.count {
            let first = scalars[start]
            guard !Self.isSeparator(first) else {
                start += 1
                continue
            }
            let isWord = Self.isOfWord(first)
            var end = start + 1
            while end < scalars.count, !Self.isSeparator(scalars[end]), Self.isOfWord(scalars[end]) == isWord {
                end += 1
            }
            if isWord { word(scalars[start..<end]) } else { run(scalars[start..<end]) }
            start = end
        }
    }

    /// Whether a phrase occurs in it. A phrase that begins with a word must begin where a word begins, and the last
    /// word of a phrase may go on: "aq" finds "AQ01", and "01" does not.
    func contains(_ phrase: ArraySlice<UInt32>) -> Bool {
        guard let first = phrase.first, phrase.count <= scalars.count else { return false }
        let beginsWord = Self.isOfWord(first)
        for start in 0...(scalars.count - phrase.count) where scalars[start] == first {
            if beginsWord, start > 0, Self.isOfWord(scalars[start - 1]) { continue }
            if scalars[start..<start + phrase.count].elementsEqual(phrase) { return true }
        }
        return false
    }
}
