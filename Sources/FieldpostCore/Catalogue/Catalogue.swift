/// The categories of reports, with what handling them needs: the department in charge, the conditions of filing a case
/// and their limits, and words by which people find a category. It is a setting, and has a text (`Catalogue+Text`).
///
/// A report may have any category. One that no catalogue has is kept and shown as unknown, never refused: a terminal
/// may be newer than its gateway.
package struct Catalogue: Hashable, Sendable {
    package struct Category: Hashable, Sendable {
        /// Such as "AQ01".
        package let code: String
        package let chinese: String
        package let english: String
        package let major: Major
        /// Reports have it, and new ones should not. It stays here so that it stays known.
        package let isRetired: Bool
        /// The department (zh-CN) that handles it unless a dispatcher chooses another.
        package let department: String
        /// Everyday words and initials of pinyin, such as "井盖" and "jg".
        package let words: [String]
        /// The usual one first. At least one.
        package let conditions: [Condition]

        /// Nil if no condition has this name.
        package func condition(_ name: String) -> Condition? { conditions.first { $0.name.hasSameBytes(as: name) } }
    }

    package struct Major: Hashable, Sendable {
        /// Such as "AQ".
        package let code: String
        package let chinese: String
        package let english: String
    }

    /// A condition under which a case is filed (立案条件). Limits depend on it: a missing manhole cover is urgent, a
    /// noisy one is not.
    package struct Condition: Hashable, Sendable {
        package let name: String
        package let limit: HandlingLimit
    }

    package let version: String
    /// In the order of the text. Those of a major stand together.
    package let categories: [Category]
    private let indexes: [String: Int]

    /// The caller has checked what the properties promise, and that no code is there twice; see `init(text:)`.
    init(version: String, categories: [Category]) {
        self.version = version
        self.categories = categories
        indexes = Dictionary(uniqueKeysWithValues: zip(categories.map(\.code), categories.indices))
    }

    /// The catalogue of this build: 10 majors and 71 categories.
    package static let standard: Catalogue = {
        do {
            return try Catalogue(text: PackageResources.catalogue_tsv)
        } catch {
            preconditionFailure("the built-in catalogue.tsv cannot be read: \(error)")
        }
    }()

    package var majors: [Major] {
        categories.reduce(into: []) { majors, category in
            if majors.last != category.major { majors.append(category.major) }
        }
    }

    package subscript(code: String) -> Category? { indexes[code].map { categories[$0] } }

    /// The category of a report. One that this catalogue lacks is taken from the built-in one: reports that have it
    /// stay readable, whatever the newest catalogue says.
    package func known(_ code: String) -> Category? { self[code] ?? Self.standard[code] }
}
