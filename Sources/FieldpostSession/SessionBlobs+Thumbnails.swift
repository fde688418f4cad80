import FieldpostCore
import FieldpostStore
import FieldpostSync

extension SessionBlobs {
    func checkThumbnail(_ blob: Hash256) async -> BlobOutcome {
        permits[blob] = await thumbnails?.permitToAsk(for: blob)
        return .thumbnailChecked(blob, isLacking: permits[blob] != nil)
    }

    func keepThumbnail(_ blob: Hash256, _ bytes: [UInt8]) async -> BlobOutcome {
        if !bytes.isEmpty { await thumbnails?.keep(received: bytes, of: blob) }
        permits[blob] = nil
        return .thumbnailKept(blob)
    }

    /// The next piece of the thumbnail that is being sent.
    func sendThumbnail(
        _ blob: Hash256, from start: Int, bytes count: Int
    ) async throws(BlobFailure) -> (messages: [Message], outcome: BlobOutcome) {
        if start == 0 { sending = try await answer(for: blob) }
        let end = min(sending.count, start + max(1, count))
        let isLast = end == sending.count
        let piece = ThumbnailPiece(blob: blob, isLast: isLast, data: Array(sending[start..<end]))
        if isLast { sending = [] }
        return ([.thumbnail(piece)], .thumbnailSent(blob, upTo: end, isLast: isLast))
    }

    /// Empty if there is no thumbnail, or if the peer may not have it.
    private func answer(for blob: Hash256) async throws(BlobFailure) -> [UInt8] {
        guard let thumbnails, try await mayHave(blob) else { return [] }
        return await thumbnails.answer(for: blob) ?? []
    }
}
