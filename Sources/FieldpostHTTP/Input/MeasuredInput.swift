import FieldpostCore
import NIOCore

/// Reads what a device measured for a new report: where and when. A device that measured nonsense (iOS sends an
/// accuracy of −1) has still seen something: the report is taken, without these values as fields, and they are kept as
/// they came, as JSON in the field `set_aside`.
enum MeasuredInput {
    static func read(_ reader: inout ObjectReader) -> [FieldName: FieldValue] {
        var fields: [FieldName: FieldValue] = [:]
        fields[.location] = location(&reader).map { .location($0) }
        fields[.capturedAt] = capturedAt(&reader).map { .integer($0) }
        guard !reader.setAside.isEmpty else { return fields }
        let text = (try? JSON.encode(reader.setAside)).map { String(buffer: $0) } ?? ""
        guard !text.isEmpty, text.utf8.count <= Limits.setAsideBytes else {
            for name in reader.setAside.keys.sorted() {
                let name = String(name.prefix { $0 != "." })
                reader.note(name, "is nothing that can be measured, and too long to be kept beside the report")
            }
            return fields
        }
        fields[.setAside] = .text(text)
        return fields
    }

    private static func capturedAt(_ reader: inout ObjectReader) -> Int64? {
        let name = FieldName.capturedAt.rawValue
        guard let node = reader.node(name) else { return nil }
        if case .text(let text?) = node, text.utf8.count <= Limits.shortTextBytes,
            let milliseconds = Timestamp.milliseconds(text)
        {
            return milliseconds
        }
        reader.setAside(name)
        return nil
    }

    /// A place without one of its numbers, or by an unknown datum, is none; one without an accuracy is one.
    private static func location(_ reader: inout ObjectReader) -> Location? {
        let name = FieldName.location.rawValue
        guard let node = reader.node(name) else { return nil }
        guard case .object = node, case .value(let location) = reader.object(name, place) else {
            reader.setAside(name)
            return nil
        }
        return location
    }

    private static func place(_ reader: inout ObjectReader) -> Location? {
        let latitude = reader.node("lat")?.double
        let longitude = reader.node("lon")?.double
        let datum = reader.node("datum")
        let accuracy = reader.node("accuracy")
        guard let latitude, let longitude, abs(latitude) <= 90, abs(longitude) <= 180,
            let datum = known(datum)
        else { return nil }
        // Rounded to the centimetre, since 0 stands for an unknown one.
        let centimetres = accuracy?.double.map { ($0 * 100).rounded() } ?? 0
        let isMeasured = centimetres >= 1 && centimetres <= Limits.locationAccuracyMetres * 100
        if !isMeasured { reader.setAside("accuracy") }
        return Location(
            latitudeE7: Int32((latitude * 1e7).rounded()), longitudeE7: Int32((longitude * 1e7).rounded()),
            datum: datum,
            accuracyCentimetres: isMeasured ? UInt32(centimetres) : 0)
    }

    private static func known(_ datum: JSONNode?) -> Location.Datum? {
        guard let datum else { return .wgs84 }
        guard case .text(let text?) = datum else { return nil }
        return Location.Datum(rawValue: text)
    }
}
