import FieldpostClient

/// The output of `fieldpost doctor`.
enum DoctorText {
    static func text(_ findings: [Finding]) -> String {
        let width = findings.map(\.subject.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let head = DisplayWidth.pad(finding.grade.rawValue, columns: 7) + "  "
            lines.append(head + DisplayWidth.pad(finding.subject, columns: width) + "  " + finding.text)
            if let mend = finding.mend { lines.append(String(repeating: " ", count: 11 + width) + "-> " + mend) }
        }
        let (warnings, faults) = (count(findings, .warning), count(findings, .fault))
        lines.append(
            warnings + faults == 0
                ? "All is well." : "\(Quantity.count(faults, "fault")), \(Quantity.count(warnings, "warning")).")
        return lines.map { $0.visibleLine + "\n" }.joined()
    }

    static func object(_ findings: [Finding]) -> JSONValue {
        let list = findings.map { finding in
            var members: [String: JSONValue] = [
                "subject": .text(finding.subject), "grade": .text(finding.grade.rawValue), "text": .text(finding.text),
            ]
            members["mend"] = finding.mend.map { .text($0) }
            return JSONValue.object(members)
        }
        return .object([
            "findings": .list(list), "grade": .text((findings.map(\.grade).max() ?? .ok).rawValue),
            "warnings": .integer(Int64(count(findings, .warning))), "faults": .integer(Int64(count(findings, .fault))),
        ])
    }

    private static func count(_ findings: [Finding], _ grade: Finding.Grade) -> Int {
        findings.count { $0.grade == grade }
    }
}
