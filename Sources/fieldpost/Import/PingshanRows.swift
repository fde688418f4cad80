import FieldpostClient
import FieldpostCore
import FieldpostHTTP

/// The format of the Pingshan service events: one row for each case, with type, place, department and source.
///
/// Known traps: "-" means no value. Many rows have the same second, so ids come only from REC_ID. One unit id has two
/// names, so the name is used as it is.
enum PingshanRows {
    private static let needed = [
        "REC_ID", "CREATE_TIME", "STREET_NAME", "COMMUNITY_ID", "COMMUNITY_NAME", "EVENT_TYPE_NAME", "MAIN_TYPE_NAME",
        "SUB_TYPE_NAME", "DISPOSE_UNIT_NAME", "EVENT_SRC_NAME",
    ]

    private static let columns = [
        "channel": "EVENT_SRC_NAME", "category": "SUB_TYPE_NAME", "captured_at": "CREATE_TIME", "grid": "COMMUNITY_ID",
        "department": "DISPOSE_UNIT_NAME",
    ]

    static func fits(_ columns: [String]) -> Bool { needed.allSatisfy(columns.contains) }

    static func source(
        _ document: CSVDocument, source: String?, categories: PingshanCategories, messages: MessageTexts?
    ) -> ReportSource {
        ReportSource(name: source ?? "", count: document.records.count) { index in
            let record = document.records[index]
            if let defect = record.defect { return .refused(line: record.line, reason: defect) }
            let cells = document.cells(of: record).filter { !$0.value.isEmpty && $0.value != "-" }
            return map(cells, line: record.line, source: source, categories: categories, messages: messages)
        }
    }

    private static func map(
        _ cells: [String: String], line: Int, source: String?, categories: PingshanCategories, messages: MessageTexts?
    ) -> ReportSource.Row {
        guard let row = cells["REC_ID"] else { return .refused(line: line, reason: "column REC_ID is empty") }
        guard let time = cells["CREATE_TIME"].flatMap(capturedAt) else {
            return .refused(line: line, reason: "column CREATE_TIME does not contain a time like 2018-02-08 15:34:40")
        }
        let type = ["EVENT_TYPE_NAME", "MAIN_TYPE_NAME", "SUB_TYPE_NAME"].map { cells[$0] ?? "-" }
        guard let code = categories[type] else {
            return .refused(
                line: line,
                reason:
                    "columns EVENT_TYPE_NAME, MAIN_TYPE_NAME and SUB_TYPE_NAME have a type that is not in the map: "
                    + type.joined(separator: " / "))
        }
        let choice = ReportIdentity.bits("choice", "", row)
        var report = ReportInput(
            id: source.map { ReportIdentity.report(source: $0, row: row) } ?? ReportIdentity.report(cells: cells),
            fields: [:], street: cells["STREET_NAME"] ?? "", community: cells["COMMUNITY_NAME"] ?? "", line: line,
            row: row, cells: cells, columns: columns)
        report.set(.channel, cells["EVENT_SRC_NAME"] == "美丽深圳" ? "suishoupai" : "app")
        report.set(.category, code)
        report.set(
            .text,
            messages?.text(choice) ?? "\(report.street)\(report.community)：\(type.suffix(2).joined(separator: "，"))")
        report.set(.capturedAt, time)
        setSender(of: &report, community: cells["COMMUNITY_ID"] ?? "", choice: choice)
        report.set(.priority, isUrgent(code) ? "urgent" : "normal")
        report.set(.grid, cells["COMMUNITY_ID"])
        report.set(.department, cells["DISPOSE_UNIT_NAME"])
        CommunityPlace.locate(&report, community: report.community, choice: choice)
        return .report(report)
    }

    /// The data do not name a sender. Each community gets forty invented phones, each with its owner's number.
    private static func setSender(of report: inout ReportInput, community: String, choice: UInt128) {
        let number = Int(choice >> 64 & 0xFFFF) % 40
        report.set(.device, "phone-\(community)-\(number)")
        report.set(.reporter, "市民\(community)-\(number)")
    }

    private static func isUrgent(_ code: String) -> Bool {
        guard let category = Catalogue.standard[code], let usual = category.conditions.first?.limit else {
            return false
        }
        return category.major.code == "AQ" && usual.kind == .urgentHours && usual.amount <= 4
    }

    /// "2018-02-08 15:34:40", local time of China → RFC 3339. Nil for any other form.
    private static func capturedAt(_ text: String) -> String? {
        let form = "0000-00-00 00:00:00"
        guard text.utf8.count == form.utf8.count,
            zip(text.utf8, form.utf8).allSatisfy({ $1 == UInt8(ascii: "0") ? (48...57).contains($0) : $0 == $1 })
        else { return nil }
        let time = text.replacing(" ", with: "T") + "+08:00"
        return Timestamp.milliseconds(time) == nil ? nil : time
    }
}
