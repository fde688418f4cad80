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
    /// True: only reports that their reporters took back. False: only others.
    package var isHidden = false
    /// Conditions that the search index answers.
    package var search = ReportSearch()
    /// Only reports that arrived before this one (`ReportPage.next` of the page before).
    package var before: Int64?
    /// 1…`Limits.pageReports`.
    package var limit = Limits.pageReportsDefault

    package init() {}

    /// The fields that listings can be filtered by: columns of `reports`.
    package static let fields: [FieldName] = FieldName.listed
}

/// Reports in order of arrival here, newest first.
package struct ReportPage: Sendable {
    package let reports: [ReportOverview]
    /// The value for `ReportQuery.before` of the next page. Nil on the last page. A page of a search may be shorter
    /// than its limit, even empty, and have a next one.
    package let next: Int64?
    /// False for a search while its index is behind (`SearchLag`).
    package let isComplete: Bool

    package init(reports: [ReportOverview], next: Int64?, isComplete: Bool = true) {
        self.reports = reports
        self.next = next
        self.isComplete = isComplete
    }
}
