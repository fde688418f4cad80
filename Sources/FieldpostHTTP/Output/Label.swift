import FieldpostCore

/// What a code stands for: a category or a stage, in words. A code this program does not know is shown as unknown.
struct Label: Encodable {
    let code: String
    let known: Bool
    var zh: String?
    var en: String?
    /// Of a category.
    var major: Major?

    struct Major: Encodable {
        let code: String
        let zh: String
        let en: String
    }

    /// Nil for fields that hold no code.
    init?(_ field: FieldName, _ value: FieldValue) {
        guard case .text(let code) = value else { return nil }
        self.code = code
        switch field {
        case .category:
            let category = Taxonomy.standard[code]
            known = category != nil
            zh = category?.chinese
            en = category?.english
            major = category.map { Major(code: $0.major.code, zh: $0.major.chinese, en: $0.major.english) }
        case .stage:
            let stage = Workflow.standard[code]
            known = stage != nil
            zh = stage?.chinese
            en = stage?.english
        default: return nil
        }
    }
}
