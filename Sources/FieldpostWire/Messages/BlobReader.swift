import FieldpostCore

/// Converts the messages about blobs and thumbnails, and marks, from their generated types, and checks each.
enum BlobReader {
    static func number(_ number: UInt64) throws(Violation) -> UInt64 {
        guard number > 0 else { throw Violation(.malformedMessage, "a mark without a number") }
        return number
    }

    static func offer(_ wire: WireBlobOffer) throws(Violation) -> BlobOffer {
        guard wire.byteCount > 0 else { throw Violation(.malformedMessage, "an offer of an empty blob") }
        guard wire.byteCount <= Limits.blobBytes else {
            throw Violation(.limitExceeded, "a blob of \(wire.byteCount) bytes; the limit is \(Limits.blobBytes)")
        }
        return BlobOffer(blob: try MessageParts.hash(wire.blob, "blob"), bytes: wire.byteCount)
    }

    static func pull(_ wire: WireBlobPull, _ stream: UInt16) throws(Violation) -> BlobPull {
        BlobPull(
            stream: try blobStream(stream), blob: try MessageParts.hash(wire.blob, "blob"),
            offset: try offset(wire.offset), creditBytes: wire.creditBytes)
    }

    static func chunk(
        _ wire: WireBlobChunk, _ stream: UInt16, data: ArraySlice<UInt8>
    ) throws(Violation) -> BlobChunk {
        guard (1...Limits.blobPieceBytes).contains(data.count) else {
            throw Violation(.malformedMessage, "a chunk of \(data.count) bytes")
        }
        return BlobChunk(stream: try blobStream(stream), offset: try offset(wire.offset), data: Array(data))
    }

    static func receipt(_ wire: WireBlobReceipt) throws(Violation) -> BlobReceipt {
        let blob = try MessageParts.hash(wire.blob, "blob")
        guard wire.refusal > 0 else { return BlobReceipt(blob: blob) }
        guard let refusal = BlobReceipt.Refusal(rawValue: wire.refusal) else {
            throw Violation(.malformedMessage, "refusal \(wire.refusal) of a blob is unknown")
        }
        return BlobReceipt(blob: blob, refusal: refusal)
    }

    static func thumbnail(
        _ wire: WireThumbnail, data: ArraySlice<UInt8>
    ) throws(Violation) -> ThumbnailPiece {
        guard wire.isLast || !data.isEmpty else {
            throw Violation(.malformedMessage, "a piece of a thumbnail without bytes that is not the last")
        }
        guard data.count <= Limits.thumbnailBytes else {
            throw Violation(
                .limitExceeded, "\(data.count) bytes of a thumbnail; the limit is \(Limits.thumbnailBytes)")
        }
        return ThumbnailPiece(
            blob: try MessageParts.hash(wire.blob, "blob"), isLast: wire.isLast, data: Array(data))
    }

    private static func blobStream(_ stream: UInt16) throws(Violation) -> UInt16 {
        guard stream >= Limits.firstBlobStream else {
            throw Violation(.malformedMessage, "a blob on stream \(stream), which is one of entries")
        }
        return stream
    }

    private static func offset(_ offset: UInt64) throws(Violation) -> UInt64 {
        guard offset < Limits.blobBytes else {
            throw Violation(.limitExceeded, "byte \(offset) of a blob; the limit is \(Limits.blobBytes)")
        }
        return offset
    }
}
