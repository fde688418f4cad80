import FieldpostAPI
import FieldpostClient

extension ProblemDetails {
    /// Why a gateway refused a row, in terms of the file: the row's id and its columns.
    func reason(for report: ReportInput) -> String {
        guard !report.row.isEmpty else { return sentence }
        if type == "urn:fieldpost:problem:key-reused" || type == "urn:fieldpost:problem:report-exists" {
            return "the id \(report.row) was imported before with other content, as report \(report.id). "
                + "Edit that report, or give the row another id"
        }
        let faults = (errors ?? []).map { fault in
            let field = fault.pointer?.split(separator: "/").last.map(String.init) ?? ""
            let column = report.columns[field] ?? field
            return column.isEmpty ? fault.detail : "column \(column): \(fault.detail)"
        }
        return faults.isEmpty ? sentence : faults.joined(separator: " ")
    }
}
