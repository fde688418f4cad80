import FieldpostClient
import FieldpostCore
import FieldpostHTTP

/// The plain format: a header with the API's field names, at least `id` and `channel`. An empty cell means no value.
enum PlainRows {
    private static let location = ["lat", "lon", "datum", "accuracy"]
    private static let texts = [
        "channel", "category", "text", "captured_at", "device", "reporter", "priority", "grid", "department", "stage",
    ]
    private static let known = ["id"] + location + texts

    static func fits(_ columns: [String]) -> Bool { ["id", "channel"].allSatisfy(columns.contains) }

    /// Throws `.unknownColumn` or `.repeatedColumn` for a header that would lose cells.
    static func source(
        _ document: CSVDocument, source: String?, path: String
    ) throws(ReportSourceError) -> ReportSource {
        var seen: Set<String> = []
        for column in document.columns {
            guard known.contains(column) else {
                throw .unknownColumn(path: path, column: column, hint: NearMiss.question(column, among: known))
            }
            guard seen.insert(column).inserted else { throw .repeatedColumn(path: path, column: column) }
        }
        return ReportSource(name: source ?? "", count: document.records.count) { index in
            let record = document.records[index]
            if let defect = record.defect { return .refused(line: record.line, reason: defect) }
            return map(document.cells(of: record).filter { !$0.value.isEmpty }, line: record.line, source: source)
        }
    }

    private static func map(_ given: [String: String], line: Int, source: String?) -> ReportSource.Row {
        var cells = given
        guard let row = cells["id"] else { return .refused(line: line, reason: "column id is empty") }
        // An id that is a UUID was minted by a terminal and becomes the report's id. Any other text only names the row.
        let minted = ReportID(text: row)
        if let minted { cells["id"] = minted.description }
        var report = ReportInput(
            id: minted ?? source.map { ReportIdentity.report(source: $0, row: row) }
                ?? ReportIdentity.report(cells: cells),
            fields: [:], street: cells["grid"] ?? "", line: line, row: minted?.description ?? row, cells: cells)
        if let time = cells["captured_at"], Timestamp.milliseconds(time) == nil {
            let form = "a date and time with a time zone, such as 2018-05-01T08:30:00+08:00"
            return .refused(line: line, reason: "column captured_at does not contain \(form)")
        }
        if let datum = cells["datum"], Location.Datum(rawValue: datum) == nil {
            let known = Location.Datum.allCases.map(\.rawValue).joined(separator: ", ")
            return .refused(line: line, reason: "column datum must be one of \(known)")
        }
        for name in texts {
            if let text = cells[name] { report.fields[name] = .text(text) }
        }
        guard location.contains(where: { cells[$0] != nil }) else { return .report(report) }
        var numbers: [String: Double] = [:]
        for (column, bound) in [("lat", 90.0), ("lon", 180.0), ("accuracy", .infinity)] {
            guard let text = cells[column] else {
                if column == "accuracy" { continue }
                return .refused(line: line, reason: "column \(column) is empty, but others of the location are not")
            }
            guard let number = Double(text), number.isFinite, abs(number) <= bound else {
                let form = column == "accuracy" ? "metres" : "degrees from -\(Int(bound)) to \(Int(bound))"
                return .refused(line: line, reason: "column \(column) does not contain a number of \(form)")
            }
            numbers[column] = number
        }
        guard let latitude = numbers["lat"], let longitude = numbers["lon"] else { return .report(report) }
        report.setLocation(
            latitude: latitude, longitude: longitude, datum: cells["datum"] ?? "wgs84", accuracy: numbers["accuracy"])
        return .report(report)
    }
}
