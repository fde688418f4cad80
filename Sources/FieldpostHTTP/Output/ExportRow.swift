import FieldpostCore

/// The forms in which lists are written as files.
enum ExportFormat: String {
    /// RFC 4180, in UTF-8 with a mark that spreadsheets look for.
    case csv
    /// RFC 7946. Reports without a place are left out. Coordinates stay in the datum in which they were measured, which
    /// the property `datum` names.
    case geojson

    var mediaType: String { self == .csv ? "text/csv; charset=utf-8" : "application/geo+json" }
    var head: String {
        self == .csv
            ? "\u{FEFF}" + ExportRow.names.joined(separator: ",") + "\r\n"
            : #"{"type":"FeatureCollection","features":["#
    }
    var separator: String { self == .csv ? "" : "," }
    var foot: String { self == .csv ? "" : "]}\n" }
}

/// A report as a row of a file.
struct ExportRow {
    static let names = [
        "id", "reported_at", "captured_at", "channel", "category", "category_zh", "text", "grid", "stage", "stage_zh",
        "department", "assignee", "priority", "lat", "lon", "datum", "conflict", "followers",
    ]

    private let values: [String]
    private let location: Location?

    init(_ report: ReportOverview, _ catalogue: Catalogue) {
        func text(_ field: FieldName) -> String { report.fields.text(of: field) ?? "" }
        func time(_ milliseconds: Int64?) -> String { milliseconds.flatMap { Timestamp.text($0) } ?? "" }
        location = if case .location(let place)? = report.fields[.location]?.winner.value { place } else { nil }
        let captured: Int64? =
            if case .integer(let time)? = report.fields[.capturedAt]?.winner.value { time } else { nil }
        let stage = report.summary?.stage ?? ""
        let followers = report.fields.followerCount
        values = [
            report.id.description, time(report.reportedAt), time(captured), text(.channel), text(.category),
            catalogue.known(text(.category))?.chinese ?? "", text(.text), text(.grid), stage,
            Workflow.standard[stage]?.chinese ?? "", text(.department), text(.assignee), text(.priority),
            location.map { "\(Double($0.latitudeE7) / 1e7)" } ?? "",
            location.map { "\(Double($0.longitudeE7) / 1e7)" } ?? "", location?.datum.rawValue ?? "",
            report.isConflict ? "true" : "", followers == 0 ? "" : "\(followers)",
        ]
    }

    /// Nil for what the format cannot show.
    func text(as format: ExportFormat) -> String? {
        switch format {
        case .csv: return values.map(Self.cell).joined(separator: ",") + "\r\n"
        case .geojson:
            guard let location else { return nil }
            let properties = zip(Self.names, values).filter { $0.1 != "" && $0.0 != "lat" && $0.0 != "lon" }
            let feature = Feature(
                properties: Dictionary(properties) { first, _ in first },
                coordinates: [Double(location.longitudeE7) / 1e7, Double(location.latitudeE7) / 1e7])
            return (try? JSONWriter.write(feature)).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    private static func cell(_ value: String) -> String {
        var value = value
        if let first = value.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first), Double(value) == nil {
            value = "'" + value
        }
        guard value.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return value }
        return "\"" + value.replacing("\"", with: "\"\"") + "\""
    }

    private struct Feature: Encodable {
        struct Geometry: Encodable {
            let type: String
            let coordinates: [Double]
        }

        let type: String
        let properties: [String: String]
        let geometry: Geometry

        init(properties: [String: String], coordinates: [Double]) {
            (type, self.properties) = ("Feature", properties)
            geometry = Geometry(type: "Point", coordinates: coordinates)
        }
    }
}
