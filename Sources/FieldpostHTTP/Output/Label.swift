import FieldpostCore

/// The meaning of a code, in words: of a category or a stage. A code that this program does not know is marked as
/// unknown.
struct Label: Encodable {
    let code: String
    let known: Bool
    var zh: String?
    var en: String?
    /// The major category of a category.
    var major: Major?

    struct Major: Encodable {
        let code: String
        let zh: String
        let en: String
    }

    /// The meaning of what an attachment shows.
    init(role: String) {
        let found = AttachmentRole(rawValue: role)
        code = role
        known = found != nil
        zh = found?.chinese
        en = found?.english
    }

    /// Returns nil for fields without a code.
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
