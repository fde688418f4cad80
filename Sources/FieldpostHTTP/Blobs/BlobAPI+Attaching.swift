import FieldpostCore
import FieldpostMedia
import FieldpostNode
import FieldpostStore

extension BlobAPI {
    /// An attachment as it is recorded, and as its sender gave it, if that is enough for an attachment. A sender who
    /// repeats a request must be recognized, also if the photo came in between.
    struct Prepared: Sendable {
        let filled: Attachment
        let given: Attachment?
    }

    /// Completes what a sender says of a photo by what the photo says itself, if it is here. Keeps the photo from being
    /// removed meanwhile. Throws a `Problem` if the photo is here and is not taken, or if it is not here and its size
    /// or type is missing, and `BlobError`.
    func attachment(_ request: NewAttachment) async throws -> Prepared {
        var given: Attachment?
        if let bytes = request.bytes, let mediaType = request.mediaType {
            given = Attachment(request.blob, mediaType, bytes, request.details)
        }
        guard try await blobs.keep(request.blob) else {
            guard let given else { throw Problem.announcedWithoutSize }
            try check(given.byteCount, declaredAs: given.mediaType)
            return Prepared(filled: given, given: given)
        }
        let file = try await taken(request.blob, declaredAs: request.mediaType ?? "")
        let size = try await blobs.size(of: request.blob) ?? 0
        if let bytes = request.bytes, bytes != size { throw Problem.otherSize(size) }
        let metadata = try await media.metadata(of: request.blob, file)
        let details = request.details.completed(by: metadata)
        return Prepared(
            filled: Attachment(request.blob, file.format.mediaType, size, details), given: given)
    }
}

extension Attachment {
    init(_ blob: Hash256, _ mediaType: String, _ bytes: UInt64, _ details: NewAttachment.Details) {
        self.init(
            blob: blob, mediaType: mediaType, byteCount: bytes, role: details.role, capturedAt: details.capturedAt,
            location: details.location, headingCentidegrees: details.headingCentidegrees)
    }
}

extension NewAttachment.Details {
    fileprivate func completed(by metadata: PhotoMetadata) -> Self {
        var details = self
        if capturedAt.isEmpty { details.capturedAt = metadata.captured?.text ?? "" }
        if location == nil { details.location = metadata.position?.location }
        if headingCentidegrees == 0, let heading = metadata.heading {
            details.headingCentidegrees = NewAttachment.centidegrees(heading.degrees)
        }
        return details
    }
}

extension Problem {
    fileprivate static let announcedWithoutSize = Problem(
        .invalidValue,
        "This node does not have the photo yet. Nothing was changed. Give its `bytes` and `media_type`, or send the "
            + "photo first.")

    fileprivate static func otherSize(_ size: UInt64) -> Problem {
        Problem(
            .invalidValue,
            "The photo has \(size) bytes, and the attachment says otherwise. Nothing was changed. Correct it, or leave "
                + "`bytes` out.")
    }
}
