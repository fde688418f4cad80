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

    /// The meaning of a stage.
    init(stage code: String) {
        let stage = Workflow.standard[code]
        self.code = code
        known = stage != nil
        zh = stage?.chinese
        en = stage?.english
    }

    /// The meaning of a category. `catalogue`: the newest one that this node holds.
    init(category code: String, _ catalogue: Catalogue) {
        let category = catalogue.known(code)
        self.code = code
        known = category != nil
        zh = category?.chinese
        en = category?.english
        major = category.map { Major(code: $0.major.code, zh: $0.major.chinese, en: $0.major.english) }
    }

    /// Returns nil for fields without a code.
    init?(_ field: FieldName, _ value: FieldValue, _ catalogue: Catalogue) {
        guard case .text(let code) = value else { return nil }
        switch field {
        case .category: self.init(category: code, catalogue)
        case .stage: self.init(stage: code)
        default: return nil
        }
    }
}
