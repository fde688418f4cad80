import FieldpostCore

/// Reads a point. Checks that its coordinates are in range and that it names a known datum.
enum LocationReader {
    private static let latitudes: ClosedRange<Int64> = -900_000_000...900_000_000
    private static let longitudes: ClosedRange<Int64> = -1_800_000_000...1_800_000_000

    static func location(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> Location {
        var datum: Location.Datum?
        var (latitude, longitude) = (Int64(0), Int64(0))
        var accuracy: UInt32 = 0
        var part = PartReader(bytes, in: range, known: EntryField.Location.accuracy)
        while let number = try part.next() {
            switch number {
            case EntryField.Location.datum: datum = DatumNumber.datum(of: try part.integer())
            case EntryField.Location.latitude: latitude = try part.zigzag()
            case EntryField.Location.longitude: longitude = try part.zigzag()
            case EntryField.Location.accuracy: accuracy = try part.integer32()
            default: break
            }
        }
        guard let datum else { throw .malformed("a location without a known datum") }
        guard latitudes.contains(latitude), longitudes.contains(longitude) else {
            throw .malformed("a location with coordinates out of range")
        }
        return Location(
            latitudeE7: Int32(latitude), longitudeE7: Int32(longitude), datum: datum, accuracyCentimetres: accuracy)
    }
}
