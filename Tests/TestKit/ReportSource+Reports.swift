package import FieldpostClient

extension ReportSource {
    /// Its rows that are reports.
    package var reports: [ReportInput] {
        compactMap { row in if case .report(let report) = row { report } else { nil } }
    }
}
