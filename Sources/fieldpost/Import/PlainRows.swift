import FieldpostCore

/// The plain form: a header of the API's field names, at least `id` and `channel`; an empty cell stands for nothing.
enum PlainRows {
    private static let location = ["lat", "lon", "datum", "accuracy"]
    private static let texts = [
        "channel", "category", "text", "captured_at", "device", "reporter", "priority", "grid", "department", "stage",
    ]
    private static let known = ["id"] + location + texts

    static func fits(_ columns: [String]) -> Bool { ["id", "channel"].allSatisfy(columns.contains) }

    /// Throws `.unknownColumn` or `.repeatedColumn` for a header that would lose cells.
    static func source(
        _ document: CSVDocument, name: String, path: String
    ) throws(ReportSourceError) -> ReportSource {
        var seen: Set<String> = []
        for column in document.columns {
            guard known.contains(column) else {
                throw .unknownColumn(path: path, column: column, hint: NearMiss.question(column, among: known))
            }
            guard seen.insert(column).inserted else { throw .repeatedColumn(path: path, column: column) }
        }
        return ReportSource(name: name, count: document.records.count) { index in
            let record = document.records[index]
            if let defect = record.defect { return .refused(line: record.line, reason: defect) }
            return map(document.cells(of: record).filter { !$0.value.isEmpty }, line: record.line, name: name)
        }
    }

    private static func map(_ cells: [String: String], line: Int, name: String) -> ReportSource.Row {
        guard let row = cells["id"] else { return .refused(line: line, reason: "has no id") }
        // An id that is a UUID was minted by a terminal and stays; any other text is the row's own name.
        var report = ReportInput(
            id: ReportID(text: row) ?? ReportIdentity.report(source: name, row: row), fields: [:],
            street: cells["grid"] ?? "", line: line)
        for name in texts {
            if let text = cells[name] { report.fields[name] = .text(text) }
        }
        guard location.contains(where: { cells[$0] != nil }) else { return .report(report) }
        guard let latitude = degrees(cells["lat"], 90), let longitude = degrees(cells["lon"], 180) else {
            return .refused(line: line, reason: "has no lat and lon in decimal degrees")
        }
        let accuracy = cells["accuracy"].map { Double($0) } ?? 0
        guard let accuracy, accuracy.isFinite, accuracy >= 0 else {
            return .refused(line: line, reason: "has an accuracy that is no number of metres")
        }
        report.setLocation(
            latitude: latitude, longitude: longitude, datum: cells["datum"] ?? "wgs84", accuracy: accuracy)
        return .report(report)
    }

    private static func degrees(_ text: String?, _ bound: Double) -> Double? {
        guard let number = text.flatMap({ Double($0) }), number.isFinite, abs(number) <= bound else { return nil }
        return number
    }
}
