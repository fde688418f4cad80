/// "I hold this blob." The peer pulls it, or gives a receipt if it holds it too.
package struct BlobOffer: Hashable, Sendable {
    package var blob: Hash256
    /// Of the whole blob, at least 1.
    package var bytes: UInt64

    package init(blob: Hash256, bytes: UInt64) {
        self.blob = blob
        self.bytes = bytes
    }
}

/// "Send this blob from `offset` on." It stands until the blob is whole, or until credit of 0 ends it.
package struct BlobPull: Hashable, Sendable {
    /// From `Limits.firstBlobStream` on. Chosen by the sender of the pull.
    package var stream: UInt16
    package var blob: Hash256
    package var offset: UInt64
    package var creditBytes: UInt32

    package init(stream: UInt16, blob: Hash256, offset: UInt64, creditBytes: UInt32) {
        self.stream = stream
        self.blob = blob
        self.offset = offset
        self.creditBytes = creditBytes
    }
}

/// The next bytes of a blob, on the stream of its pull.
package struct BlobChunk: Hashable, Sendable {
    package var stream: UInt16
    package var offset: UInt64
    /// 1 to `Limits.blobPieceBytes` bytes.
    package var data: [UInt8]

    package init(stream: UInt16, offset: UInt64, data: [UInt8]) {
        self.stream = stream
        self.offset = offset
        self.data = data
    }
}

/// "This blob is held durably here", or why it is not wanted.
package struct BlobReceipt: Hashable, Sendable {
    package var blob: Hash256
    /// Nil: it is held.
    package var refusal: Refusal?

    package enum Refusal: UInt32, Hashable, Sendable, CaseIterable {
        /// It has more bytes than the receiver takes.
        case tooLarge = 1
        /// What arrived under this name was another content, more than once.
        case wrongHash = 2
        /// The disk has no room now. The next session may offer it again.
        case noRoom = 3

        /// The word for it, as in JSON.
        package var word: String {
            switch self {
            case .tooLarge: "too-large"
            case .wrongHash: "wrong-hash"
            case .noRoom: "no-room"
            }
        }
    }

    package init(blob: Hash256, refusal: Refusal? = nil) {
        self.blob = blob
        self.refusal = refusal
    }
}
