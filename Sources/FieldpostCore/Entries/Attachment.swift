/// A photo or clip, named by the SHA-256 of its bytes. The bytes travel separately from entries.
package struct Attachment: Hashable, Sendable {
    package var blob: Hash256
    package var mediaType: String
    package var byteCount: UInt64
    /// What it shows: a code of `AttachmentRole`, or one that this program does not know. Empty if nobody said.
    package var role: String
    /// When it was taken, by the clock of its device: a date and time with its zone, or without if nobody knows that.
    /// As its sender wrote it. Empty if nobody said.
    package var capturedAt: String
    /// Where it was taken.
    package var location: Location?
    /// The direction of the camera in hundredths of a degree, clockwise from north: 1 to 36,000, which is north. 0 if
    /// nobody said.
    package var headingCentidegrees: UInt32

    package init(
        blob: Hash256, mediaType: String, byteCount: UInt64, role: String = "", capturedAt: String = "",
        location: Location? = nil, headingCentidegrees: UInt32 = 0
    ) {
        self.blob = blob
        self.mediaType = mediaType
        self.byteCount = byteCount
        self.role = role
        self.capturedAt = capturedAt
        self.location = location
        self.headingCentidegrees = headingCentidegrees
    }

    package static let headings: ClosedRange<UInt32> = 0...36_000

    /// Whether it has more than the blob, the media type and the size.
    var hasDetails: Bool { !role.isEmpty || !capturedAt.isEmpty || location != nil || headingCentidegrees != 0 }

    package static func == (left: Attachment, right: Attachment) -> Bool {
        left.blob == right.blob && left.mediaType.hasSameBytes(as: right.mediaType)
            && left.byteCount == right.byteCount && left.role.hasSameBytes(as: right.role)
            && left.capturedAt.hasSameBytes(as: right.capturedAt) && left.location == right.location
            && left.headingCentidegrees == right.headingCentidegrees
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(blob)
        hasher.combine(byteCount)
        for text in [mediaType, role, capturedAt] { text.hashBytes(into: &hasher) }
        hasher.combine(location)
        hasher.combine(headingCentidegrees)
    }
}

/// What a photo or clip shows, as a code in entries.
package enum AttachmentRole: String, Hashable, Sendable, CaseIterable {
    case scene, close, far, before, after

    package var chinese: String {
        switch self {
        case .scene: "现场"
        case .close: "近景"
        case .far: "远景"
        case .before: "处置前"
        case .after: "处置后"
        }
    }

    package var english: String {
        switch self {
        case .scene: "The scene"
        case .close: "Close view"
        case .far: "Far view"
        case .before: "Before handling"
        case .after: "After handling"
        }
    }
}
