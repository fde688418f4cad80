package import FieldpostCore

/// What can go wrong between a caller and the blob store. No error takes back what was reported as held, except
/// `.wrongHash` and `.uploadDamaged`, after which the upload is gone.
package enum BlobError: Error, Hashable, Sendable {
    /// This node does not hold the blob.
    case notHeld(Hash256)
    /// The blob was found corrupt. It is set aside, and no longer held. It can be stored again.
    case lost(Hash256)
    /// The range is not within the blob, or is longer than `Limits.blobPieceBytes`.
    case wrongRange(bytes: UInt64)

    /// No upload has this id: it never existed, was ended by the client, or is forgotten.
    case unknownUpload(UploadID)
    /// The upload's time is over, and its bytes are deleted.
    case expired(UploadID)
    /// Another request has taken the upload over, or it ended. This writer can write no more.
    case takenOver(UploadID)
    /// What was received of the upload became corrupt. The upload is gone: begin another one.
    case uploadDamaged(UploadID)
    /// The bytes do not begin at the end of what is held.
    case wrongOffset(held: UInt64)
    /// The piece does not have the checksum that was announced. Nothing of it is kept.
    case wrongChecksum
    /// The whole does not have the hash that was declared. The upload is gone.
    case wrongHash(declared: Hash256, found: Hash256)
    /// More bytes were sent than were declared.
    case tooLong(declared: UInt64)
    /// The range would leave more gaps than an upload may have.
    case tooScattered
    case empty
    case tooLarge(bytes: UInt64, limit: UInt64)
    case mediaTypeTooLong(bytes: Int)
    /// As many uploads are active, or kept, as may be. Try again later.
    case busy

    /// The disk is full. Nothing that was held was lost. The same call may succeed when there is room.
    case full
    /// The disk is nearly full: photos and clips wait until there is room again.
    case noRoom(DiskStage)
    /// An I/O error. After a failed write or sync it is final: the process must start again (`BlobStore.failure`).
    case failed(String)
}

extension BlobError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notHeld(let blob): "This node does not hold \(blob). Check the hash, or send the file."
        case .lost(let blob):
            "The file \(blob) became corrupt here. It is set aside, and must be fetched or sent again."
        case .wrongRange(let bytes): "The range is not within the \(bytes) bytes of the file."
        case .unknownUpload(let id): "There is no upload \(id). Begin another one."
        case .expired(let id): "The upload \(id) was not finished in time, and is deleted. Begin another one."
        case .takenOver(let id):
            "Another request continues the upload \(id). What was held is safe. Ask for the offset to go on."
        case .uploadDamaged(let id):
            "What was received of the upload \(id) became corrupt and is deleted. Begin another one."
        case .wrongOffset(let held): "The upload stands at byte \(held). Continue there."
        case .wrongChecksum: "The piece does not have its checksum. The upload stands where it stood. Send it again."
        case .wrongHash(let declared, let found):
            "The file was announced as \(declared), but it is \(found). Nothing of it was kept. Send it again."
        case .tooLong(let declared): "The upload was announced with \(declared) bytes, and more came."
        case .tooScattered: "The upload has as many gaps as it may have. Send what follows a range that is held."
        case .empty: "The file is empty. Nothing was stored. Send a file that has at least one byte."
        case .tooLarge(let bytes, let limit):
            "The file has \(bytes) bytes, but the limit is \(limit). Nothing was stored. Send a smaller one."
        case .mediaTypeTooLong(let bytes):
            "The media type has \(bytes) bytes, but the limit is \(Limits.mediaTypeBytes)."
        case .busy: "Too many uploads are under way. Nothing was lost. Try again later."
        case .full: "The disk is full. What was held is safe. Try again when there is room."
        case .noRoom(let stage):
            "The disk is nearly full, and \(stage.refused) must wait. What was held is safe. "
                + "Try again when there is room."
        case .failed(let reason): "The store of photos failed (\(reason)). What was held is safe. Restart the node."
        }
    }
}
