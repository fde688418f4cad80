import FieldpostCore
import NIOCore

/// Reads what a device measured for a new report: place and time. A device with an invalid measurement (iOS sends an
/// accuracy of −1) still has something to report. So the report is accepted without these values, and they are kept
/// unchanged, as JSON in the field `set_aside`.
enum MeasuredInput {
    static func read(_ reader: inout ObjectReader) -> [FieldName: FieldValue] {
        var fields = [FieldName: FieldValue](minimumCapacity: FieldName.known.count + 1)
        fields[.location] = location(&reader).map { .location($0) }
        fields[.capturedAt] = capturedAt(&reader).map { .integer($0) }
        guard !reader.setAside.isEmpty else { return fields }
        let text = (try? JSON.encode(reader.setAside)).map { String(buffer: $0) } ?? ""
        guard !text.isEmpty, text.utf8.count <= Limits.setAsideBytes else {
            for name in reader.setAside.keys.sorted() {
                let name = String(name.prefix { $0 != "." })
                reader.note(name, "is not a possible measurement, and is too long to be kept in `set_aside`")
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

    /// A location with a missing coordinate or an unknown datum is invalid. A location without an accuracy is valid.
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
        // Rounded to the centimeter, because 0 stands for an unknown accuracy.
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
