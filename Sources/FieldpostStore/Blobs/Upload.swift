package import FieldpostCore

/// What a client announces before it sends the bytes of a photo or clip.
package struct UploadRequest: Hashable, Sendable {
    /// Bytes of the whole.
    package var length: UInt64
    /// As the client declared it. The store neither checks nor uses it.
    package var mediaType: String
    /// The hash of the whole, if the client knows it. The upload fails in the end if it is another one.
    package var hash: Hash256?
    /// The most bytes that this client may send in one blob.
    package var limit: UInt64
    /// Milliseconds of running time after which the upload expires, counted from the last bytes that came.
    package var lifetime: UInt64
    /// The client whose upload this is, at most `Limits.uploadOwnerBytes`. Each client has a share of the uploads
    /// (`Limits.ownUploads`). Empty: this node itself, which has no share.
    package var owner: String

    package init(
        length: UInt64, mediaType: String, hash: Hash256? = nil, limit: UInt64,
        lifetime: UInt64 = Limits.uploadLifetime, owner: String = ""
    ) {
        self.length = length
        self.mediaType = mediaType
        self.hash = hash
        self.limit = limit
        self.lifetime = lifetime
        self.owner = owner
    }
}

/// How far an upload has come.
package struct UploadStatus: Hashable, Sendable {
    package let id: UploadID
    package let length: UInt64
    package let mediaType: String
    /// What is durable here. A crash or power cut takes nothing of it away.
    package let held: ByteRanges
    /// The blob, once it is whole and stored.
    package let blob: Hash256?
    /// Milliseconds of running time until the upload expires.
    package let remaining: UInt64

    /// Where a client that sends in order continues.
    package var offset: UInt64 { held.prefix }

    package init(
        id: UploadID, length: UInt64, mediaType: String, held: ByteRanges, blob: Hash256?, remaining: UInt64
    ) {
        self.id = id
        self.length = length
        self.mediaType = mediaType
        self.held = held
        self.blob = blob
        self.remaining = remaining
    }
}

/// The right of one writer to write to an upload. It ends when another one is given for the same upload, so two writers
/// never interleave.
package struct UploadTurn: Hashable, Sendable {
    package let upload: UploadID
    package let number: UInt64

    package init(upload: UploadID, number: UInt64) {
        self.upload = upload
        self.number = number
    }
}

/// Bytes for an upload, at a place of the whole.
package struct UploadPiece: Sendable {
    package let bytes: [UInt8]
    package let offset: UInt64
    package let turn: UploadTurn

    package init(bytes: [UInt8], offset: UInt64, turn: UploadTurn) {
        self.bytes = bytes
        self.offset = offset
        self.turn = turn
    }
}

/// The checksum that a client announces for one piece (tus 1.0.0, extension Checksum).
package enum PieceChecksum: Hashable, Sendable {
    /// 20 bytes.
    case sha1([UInt8])
    case sha256(Hash256)
}
