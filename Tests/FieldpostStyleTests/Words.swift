import Foundation

/// Terms that the field's standard ones replaced. They stay out of identifiers, texts that people read, headings and
/// names of the API, so that each thing has one name everywhere.
enum Words {
    static let replacements = [
        "life": "incarnation", "lives": "incarnations", "renewal": "incarnation start", "rot": "corruption",
        "rotten": "corrupt", "rotted": "corrupt", "rots": "becomes corrupt", "parting": "divergence",
        "partings": "divergences", "recall": "fetch", "recalls": "fetches", "recalled": "fetched",
        "recalling": "fetching", "allowance": "budget", "lobby": "pending connections",
        "enrol": "enroll", "enrols": "enrolls", "enrolment": "enrollment", "enrolments": "enrollments",
        "act": "audit event", "acts": "audit events", "readership": "scope",
    ]

    /// Migrations that were written under the old terms keep them.
    static let exempt: Set<String> = ["Sources/FieldpostJournal/Opening/Schema.swift"]

    /// The words of a line: camel case and snake case are taken apart, and letters alone count.
    static func words(of line: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = ""
        for character in line {
            let continues = character.isASCII && character.isLetter
            if !continues || character.isUppercase && word.last?.isLowercase == true {
                if !word.isEmpty { words.append(word.lowercased()) }
                word = ""
            }
            if continues { word.append(character) }
        }
        return words + (word.isEmpty ? [] : [word.lowercased()])
    }

    /// In code, with the texts in it, and not in comments.
    static func outdated(in file: SourceFile) -> [String] {
        guard file.target != nil, !exempt.contains(file.path) else { return [] }
        return file.code.enumerated().flatMap { index, line in
            outdated(in: line).map { "\(file.path):\(index + 1): \($0)" }
        }
    }

    static func outdated(in line: some StringProtocol) -> [String] {
        words(of: line).compactMap { word in replacements[word].map { "“\(word)” is “\($0)” now" } }
    }
}
