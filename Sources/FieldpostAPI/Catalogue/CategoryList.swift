/// The categories of the catalogue that a node holds, or those that a search found, best first.
package struct CategoryList: Codable, Hashable, Sendable {
    /// The version that the catalogue's text names.
    package var version: String
    /// How cases name it: the id of the setting's version, or the version of the built-in catalogue.
    package var catalogue: String
    package var categories: [CategoryState]

    package init(version: String, catalogue: String, categories: [CategoryState]) {
        self.version = version
        self.catalogue = catalogue
        self.categories = categories
    }
}

/// A category of reports, and what handling them needs.
package struct CategoryState: Codable, Hashable, Sendable {
    package struct Major: Codable, Hashable, Sendable {
        package var code: String
        package var zh: String
        package var en: String

        package init(code: String, zh: String, en: String) {
            self.code = code
            self.zh = zh
            self.en = en
        }
    }

    /// A condition of filing a case.
    package struct Condition: Codable, Hashable, Sendable {
        package var condition: String
        /// Such as "4 urgent_hours".
        package var limit: String
        /// The same for people, such as "4 紧急工作时".
        package var zh: String

        package init(condition: String, limit: String, zh: String) {
            self.condition = condition
            self.limit = limit
            self.zh = zh
        }
    }

    package var code: String
    package var zh: String
    package var en: String
    package var major: Major
    /// Reports have it, and new ones should not.
    package var retired: Bool
    package var department: String
    package var words: [String]
    /// The usual one first.
    package var conditions: [Condition]

    package init(
        code: String, zh: String, en: String, major: Major, retired: Bool, department: String, words: [String],
        conditions: [Condition]
    ) {
        self.code = code
        self.zh = zh
        self.en = en
        self.major = major
        self.retired = retired
        self.department = department
        self.words = words
        self.conditions = conditions
    }
}
