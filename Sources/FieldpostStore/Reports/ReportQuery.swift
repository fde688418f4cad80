package import FieldpostCore

/// Which reports a listing shows. All given conditions must hold for the value that is shown (the winner).
package struct ReportQuery: Hashable, Sendable {
    /// Field → required value. Only `ReportQuery.fields`.
    package var matching: [FieldName: String] = [:]
    /// Only reports with one of these grids. Nil: all. For a caller who may see no others.
    package var grids: Set<String>?
    /// True: only reports with a field in conflict. False: only reports without one.
    package var conflict: Bool?
    /// True: only reports for which nobody took a step of handling.
    package var isUntouched = false
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

    package init(reports: [ReportOverview], next: Int64?) {
        self.reports = reports
        self.next = next
    }
}
