/// A text that reports are searched for. Its parts are separated by spaces or punctuation, and a report must have all
/// of them, in any order: each in its texts, or in the name of its category.
package struct SearchQuestion: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        let scalars: [UInt32]
        /// A report that has the part has all of these.
        package let terms: [UInt32]
        /// Of the categories whose names have it.
        let categories: Set<String>
        /// The terms of these.
        package let categoryTerms: [UInt32]
    }

    package let parts: [Part]

    /// Nil if the text has nothing that can be searched for, or too much.
    package init?(_ text: String, catalogue: Catalogue) {
        let folded = FoldedText(text)
        let pieces = folded.scalars.split(whereSeparator: FoldedText.isSeparator)
        guard !pieces.isEmpty, pieces.count <= Limits.searchedParts, text.utf8.count <= Limits.shortTextBytes else {
            return nil
        }
        let names = catalogue.categories.map { (code: $0.code, name: FoldedText($0.chinese)) }
        let english = catalogue.categories.map { (code: $0.code, name: FoldedText($0.english)) }
        parts = pieces.map { piece in
            let codes = (names + english).filter { $0.name.contains(piece) }.map(\.code)
            return Part(
                scalars: Array(piece), terms: Self.terms(of: piece), categories: Set(codes),
                categoryTerms: Set(codes).sorted().map { SearchTerm.value($0, of: .category) })
        }
    }

    private static func terms(of piece: ArraySlice<UInt32>) -> [UInt32] {
        var terms: [UInt32] = []
        FoldedText(folded: Array(piece)).split { word in
            terms.append(SearchTerm.beginning(word))
        } run: { run in
            guard run.count > 1 else {
                terms += run.map(SearchTerm.character)
                return
            }
            terms += zip(run, run.dropFirst()).map(SearchTerm.pair)
        }
        return terms
    }

    /// Whether a report has all parts.
    package func isAnswered(by report: Report) -> Bool {
        guard report.isFoundBySearch else { return false }
        let text = report.searchedText
        let category = report.text(of: .category)
        return parts.allSatisfy { part in
            category.map(part.categories.contains) == true || text.contains(part.scalars[...])
        }
    }
}
