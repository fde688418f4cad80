import FieldpostCore
import FieldpostNode

/// Reads a report's fields. Creation and edits use the same rules.
enum FieldInput {
    static let priorities = ["normal", "urgent"]

    /// Reads the given fields. `null` empties a field if `clears` is true, otherwise it is a fault. A new report does
    /// not clear; for it, `MeasuredInput` reads the measured values.
    static func read(_ reader: inout ObjectReader, clears: Bool) -> [FieldName: FieldValue] {
        var fields: [FieldName: FieldValue] = [:]
        if !clears { fields = MeasuredInput.read(&reader) }
        for name in FieldName.known where clears || name != .location && name != .capturedAt {
            switch value(of: name, &reader) {
            case .absent, .invalid: break
            case .null where clears: fields[name] = .cleared
            case .null: reader.note(name.rawValue, "must not be null in a new report. Leave it out")
            case .value(let value): fields[name] = value
            }
        }
        return fields
    }

    private static func value(of name: FieldName, _ reader: inout ObjectReader) -> Given<FieldValue> {
        let key = name.rawValue
        return switch name {
        case .channel: reader.choice(key, of: ReportChannel.allCases.map(\.rawValue)).map { .text($0) }
        case .priority: reader.choice(key, of: priorities).map { .text($0) }
        case .text: reader.longText(key).map { .text($0) }
        case .location: reader.object(key, location).map { .location($0) }
        case .capturedAt: capturedAt(key, &reader)
        default: reader.shortText(key).map { .text($0) }
        }
    }

    private static func capturedAt(_ key: String, _ reader: inout ObjectReader) -> Given<FieldValue> {
        let text = reader.shortText(key)
        guard case .value(let time) = text else { return text.map { .text($0) } }
        guard let milliseconds = Timestamp.milliseconds(time) else {
            return reader.invalid(
                key, "must be a date and time with its zone (RFC 3339), as in 2018-05-01T08:30:00+08:00")
        }
        return .value(.integer(milliseconds))
    }

    /// For whom a note or the reason of a step is: for staff if nothing is said.
    static func audience(_ reader: inout ObjectReader) -> Audience {
        let name = reader.optional("audience", reader.choice("audience", of: Audience.names))
        return name.flatMap { Audience(name: $0) } ?? .inside
    }

    static func location(_ reader: inout ObjectReader) -> Location? {
        let latitude = reader.required("lat", reader.number("lat", in: -90...90))
        let longitude = reader.required("lon", reader.number("lon", in: -180...180))
        let datum = reader.optional("datum", reader.choice("datum", of: Location.Datum.allCases.map(\.rawValue)))
        let accuracy = reader.optional("accuracy", reader.number("accuracy", in: 0...Limits.locationAccuracyMetres))
        guard reader.faults.isEmpty, let latitude, let longitude else { return nil }
        return Location(
            latitudeE7: Int32((latitude * 1e7).rounded()), longitudeE7: Int32((longitude * 1e7).rounded()),
            datum: datum.flatMap(Location.Datum.init(rawValue:)) ?? .wgs84,
            accuracyCentimetres: UInt32(((accuracy ?? 0) * 100).rounded()))
    }
}
