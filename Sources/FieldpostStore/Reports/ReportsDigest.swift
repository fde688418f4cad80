package import FieldpostCore

/// One digest over a set of reports, and the number of reports.
package struct ReportsDigest: Hashable, Sendable {
    package let digest: Hash256
    package let reports: Int

    package init(digest: Hash256, reports: Int) {
        self.digest = digest
        self.reports = reports
    }
}
