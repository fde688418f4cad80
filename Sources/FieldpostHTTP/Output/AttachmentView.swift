import FieldpostCore
import FieldpostNode

extension AttachmentView {
    init(_ attachment: Attachment, _ places: BlobPlaces) {
        self.init(
            attachment: attachment, place: places[attachment.blob], refusal: places.refusal(of: attachment.blob))
    }
}

/// What an attachment says of its photo or clip, and where that is.
struct AttachmentView: Encodable {
    let attachment: Attachment
    let place: BlobPlace
    /// Why this node or a peer refused it.
    var refusal: BlobReceipt.Refusal?

    private enum Keys: String, CodingKey {
        case sha256, bytes, role, label, location, heading, place, refused
        case mediaType = "media_type"
        case capturedAt = "captured_at"
        case bytesHere = "bytes_here"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(attachment.blob.hex, forKey: .sha256)
        try container.encode(attachment.mediaType, forKey: .mediaType)
        try container.encode(attachment.byteCount, forKey: .bytes)
        if !attachment.role.isEmpty {
            try container.encode(attachment.role, forKey: .role)
            try container.encode(Label(role: attachment.role), forKey: .label)
        }
        if !attachment.capturedAt.isEmpty { try container.encode(attachment.capturedAt, forKey: .capturedAt) }
        if let location = attachment.location {
            try container.encode(ValueView(field: .location, value: .location(location)), forKey: .location)
        }
        if attachment.headingCentidegrees > 0 {
            try container.encode(Double(attachment.headingCentidegrees % 36_000) / 100, forKey: .heading)
        }
        try container.encodeIfPresent(refusal?.word, forKey: .refused)
        switch place {
        case .here: try container.encode("here", forKey: .place)
        case .announced: try container.encode(refusal == nil ? "announced" : "refused", forKey: .place)
        case .onTheWay(let bytes):
            try container.encode("on-the-way", forKey: .place)
            try container.encode(bytes, forKey: .bytesHere)
        }
    }
}

/// The place that a photo offers to a report without one. It is shown, and not part of the report.
struct OfferedPlace: Encodable {
    let location: ValueView
    let attachment: String

    /// Nil if the report has a place, or no photo has one. The photo that was attached last counts.
    init?(_ report: Report) {
        guard report.fields[.location] == nil else { return nil }
        guard let element = report.attachments.last(where: { $0.value.location != nil }),
            let location = element.value.location
        else { return nil }
        self.location = ValueView(field: .location, value: .location(location))
        attachment = element.shownID
    }
}
