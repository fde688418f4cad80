import FieldpostCore
import FieldpostMedia

/// A photo or clip that is here, and what it says of its taking.
struct BlobView: Encodable {
    let sha256: String
    let bytes: UInt64
    let file: MediaFile
    let metadata: PhotoMetadata

    private enum Keys: String, CodingKey {
        case sha256, bytes, kind, width, height, heading, location
        case mediaType = "media_type"
        case capturedAt = "captured_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(file.format.mediaType, forKey: .mediaType)
        try container.encode(file.format.kind.name, forKey: .kind)
        if let size = file.size {
            try container.encode(size.width, forKey: .width)
            try container.encode(size.height, forKey: .height)
        }
        try container.encodeIfPresent(metadata.captured?.text, forKey: .capturedAt)
        try container.encodeIfPresent(
            metadata.position.map { ValueView(field: .location, value: .location($0.location)) }, forKey: .location)
        try container.encodeIfPresent(metadata.heading?.degrees, forKey: .heading)
    }
}

extension MediaFormat.Kind {
    var name: String {
        switch self {
        case .photo: "photo"
        case .video: "video"
        case .sound: "sound"
        }
    }
}

extension CaptureTime {
    /// "2026-11-29T08:30:00.250+08:00", by the clock of the device. Without its zone if nobody knows that.
    var text: String {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        var text = "\(digits(local.year, 4))-\(digits(local.month, 2))-\(digits(local.day, 2))T"
        text += "\(digits(local.hour, 2)):\(digits(local.minute, 2)):\(digits(local.second, 2))"
        if local.millisecond > 0 { text += ".\(digits(local.millisecond, 3))" }
        guard let offset = offsetMinutes else { return text }
        let size = abs(offset)
        return text + (offset < 0 ? "-" : "+") + "\(digits(size / 60, 2)):\(digits(size % 60, 2))"
    }
}

extension PhotoPosition {
    /// The place in the form of a report. An accuracy that is not known, or is impossible, is left out.
    var location: Location {
        let centimetres = ((horizontalErrorMetres ?? 0) * 100).rounded()
        let isPossible = centimetres >= 1 && centimetres <= Limits.locationAccuracyMetres * 100
        return Location(
            latitudeE7: latitudeE7, longitudeE7: longitudeE7, datum: .wgs84,
            accuracyCentimetres: isPossible ? UInt32(centimetres) : 0)
    }
}
