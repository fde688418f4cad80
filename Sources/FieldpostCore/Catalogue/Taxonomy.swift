/// The categories of reports: 10 major categories and 71 sub-categories. Each sub-category has a default department and
/// a due time.
///
/// The data is the product's `taxonomy.tsv`. An unknown code is kept and shown as unknown, never refused: a terminal
/// may be newer than its gateway.
package struct Taxonomy: Sendable {
    package struct Category: Hashable, Sendable {
        /// Such as "AQ01".
        package let code: String
        package let chinese: String
        package let english: String
        package let major: Major
        /// The department (zh-CN) that handles it unless a dispatcher chooses another.
        package let defaultDepartment: String
        package let dueHours: Int
    }

    package struct Major: Hashable, Sendable {
        /// Such as "AQ".
        package let code: String
        package let chinese: String
        package let english: String
    }

    /// In the order of the file.
    package let categories: [Category]
    private let byCode: [String: Category]

    /// The taxonomy of this build.
    package static let standard: Taxonomy = {
        guard let taxonomy = Taxonomy(table: Table(tsv: PackageResources.taxonomy_tsv)) else {
            preconditionFailure("the built-in taxonomy.tsv cannot be read")
        }
        return taxonomy
    }()

    package var majors: [Major] {
        categories.reduce(into: []) { majors, category in
            if majors.last != category.major { majors.append(category.major) }
        }
    }

    package subscript(code: String) -> Category? { byCode[code] }

    /// Nil when a row lacks a cell, or a code is there twice.
    init?(table: Table) {
        var categories: [Category] = []
        for row in table.rows {
            guard let code = row["sub_code"], let chinese = row["sub_zh"], let english = row["sub_en"],
                let majorCode = row["major_code"], let majorChinese = row["major_zh"],
                let majorEnglish = row["major_en"],
                let department = row["default_department_zh"], let hours = row["due_hours"].flatMap({ Int($0) })
            else { return nil }
            categories.append(
                Category(
                    code: code, chinese: chinese, english: english,
                    major: Major(code: majorCode, chinese: majorChinese, english: majorEnglish),
                    defaultDepartment: department, dueHours: hours))
        }
        self.categories = categories
        byCode = Dictionary(categories.map { ($0.code, $0) }) { first, _ in first }
        guard byCode.count == categories.count else { return nil }
    }
}
