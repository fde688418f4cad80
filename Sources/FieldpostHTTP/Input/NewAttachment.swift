import FieldpostCore

/// The body of `POST /v1/reports/{id}/attachments`. What is missing is filled in from the photo, if it is here.
struct NewAttachment: BodyContent, Sendable {
    let author: String?
    let blob: Hash256
    let bytes: UInt64?
    let mediaType: String?
    let details: Details

    /// What a sender says of a photo.
    struct Details: Hashable, Sendable {
        var role = ""
        var capturedAt = ""
        var location: Location?
        var headingCentidegrees: UInt32 = 0
    }

    /// A photo that came with its report.
    init(blob: Hash256, mediaType: String, role: String) {
        self.blob = blob
        self.mediaType = mediaType
        (author, bytes) = (nil, nil)
        details = Details(role: role)
    }

    init(_ reader: inout ObjectReader) {
        author = reader.optional("author", reader.shortText("author"))
        let hash = reader.required("sha256", reader.shortText("sha256"))
        if let hash, Hash256(hex: hash) == nil { reader.note("sha256", "must be 64 hexadecimal digits") }
        blob = hash.flatMap { Hash256(hex: $0) } ?? .zero
        let size = reader.optional("bytes", reader.number("bytes", in: 1...Double(Limits.blobBytes)))
        bytes = size.flatMap { UInt64(exactly: $0) }
        if size != nil, bytes == nil { reader.note("bytes", "must be a whole number") }
        mediaType = reader.optional("media_type", reader.shortText("media_type"))
        var details = Details()
        let roles = AttachmentRole.allCases.map(\.rawValue)
        details.role = reader.optional("role", reader.choice("role", of: roles)) ?? ""
        details.capturedAt = Self.capturedAt(&reader) ?? ""
        details.location = reader.optional("location", reader.object("location", FieldInput.location))
        let heading = reader.optional("heading", reader.number("heading", in: 0...360))
        details.headingCentidegrees = heading.map { Self.centidegrees($0) } ?? 0
        self.details = details
    }

    /// A date and time by RFC 3339, or the same without its zone.
    private static func capturedAt(_ reader: inout ObjectReader) -> String? {
        guard let text = reader.optional("captured_at", reader.shortText("captured_at")) else { return nil }
        if Timestamp.milliseconds(text) == nil, Timestamp.milliseconds(text + "Z") == nil {
            reader.note(
                "captured_at",
                "must be a date and time as in 2018-05-01T08:30:00+08:00, without the zone if nobody knows it")
        }
        return text
    }

    /// 1 to 36,000, which is north.
    static func centidegrees(_ degrees: Double) -> UInt32 {
        let rounded = UInt32((degrees * 100).rounded()) % 36_000
        return rounded == 0 ? 36_000 : rounded
    }
}
