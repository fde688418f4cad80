package import FieldpostCore
import Foundation
import GRDB

/// Which reports a listing shows. All given conditions must hold for the value that is shown (the winner).
package struct ReportQuery: Hashable, Sendable {
    /// Field → required value. Only `ReportQuery.fields`.
    package var matching: [FieldName: String] = [:]
    /// True: only reports with a field in conflict. False: only reports without one.
    package var conflict: Bool?
    /// Only reports that arrived before this one (`ReportPage.next` of the page before).
    package var before: Int64?
    /// 1…`Limits.pageReports`.
    package var limit = Limits.pageReportsDefault

    package init() {}

    /// The fields that listings can be filtered by: columns of `reports`.
    package static let fields: [FieldName] = [.channel, .category, .priority, .grid, .stage, .department]
}

/// Reports in order of arrival here, newest first.
package struct ReportPage: Sendable {
    package let reports: [ReportOverview]
    /// The value for `ReportQuery.before` of the next page. Nil on the last page.
    package let next: Int64?
}

extension ReportQuery {
    /// The numbers of the reports asked for, and one more if there is another page.
    func numbers(_ db: Database) throws -> [Int64] {
        var conditions = ["NOT pruned"]
        var arguments = StatementArguments()
        for (field, value) in matching.sorted(by: { $0.key < $1.key }) {
            precondition(Self.fields.contains(field), "reports cannot be filtered by \(field.rawValue)")
            conditions.append("\(field.rawValue) = ?")
            arguments += [value]
        }
        if let conflict {
            conditions.append("conflict = ?")
            arguments += [conflict]
        }
        if let before {
            conditions.append("number < ?")
            arguments += [before]
        }
        let filter = conditions.joined(separator: " AND ")
        arguments += [limit + 1]
        return try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE \(filter) ORDER BY number DESC LIMIT ?", arguments: arguments)
    }
}
