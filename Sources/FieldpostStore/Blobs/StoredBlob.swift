package import FieldpostCore

/// A blob that is held.
package struct StoredBlob: Hashable, Sendable {
    package let hash: Hash256
    package let bytes: UInt64
    /// Milliseconds of running time since it was stored, or kept again (`BlobStore.keep`).
    package let age: UInt64

    package init(hash: Hash256, bytes: UInt64, age: UInt64) {
        self.hash = hash
        self.bytes = bytes
        self.age = age
    }
}

/// Counts and sizes of a blob store.
package struct BlobStatistics: Hashable, Sendable {
    package var blobs = 0
    package var bytes: UInt64 = 0
    /// Uploads that are not finished, and what is held of them.
    package var uploads = 0
    package var uploadedBytes: UInt64 = 0
    /// Uploads that a writer continues now.
    package var activeUploads = 0
    /// Uploads that were unreadable at the start, and were deleted. Their clients begin again.
    package var discardedUploads = 0
    /// Blobs that were found corrupt, are set aside, and have not come again.
    package var lost = 0

    package init() {}
}

/// A position in a scrub of the blobs: the next byte of a blob that is to be checked.
package struct BlobScrubCursor: Hashable, Sendable, Comparable {
    package let blob: Hash256
    package let offset: UInt64

    package static let start = BlobScrubCursor(blob: .zero, offset: 0)

    package static func < (left: BlobScrubCursor, right: BlobScrubCursor) -> Bool {
        (left.blob, left.offset) < (right.blob, right.offset)
    }

    package init(blob: Hash256, offset: UInt64) {
        self.blob = blob
        self.offset = offset
    }
}

/// The result of one step of a scrub of the blobs.
package struct BlobScrubStep: Hashable, Sendable {
    /// Where the next step continues. Nil after the last one.
    package var next: BlobScrubCursor?
    package var bytes: UInt64 = 0
    /// Blobs whose last byte was checked in this step.
    package var blobs = 0
    /// Blobs that were found corrupt, and set aside.
    package var lost: [Hash256] = []

    package init() {}
}

/// When blobs are evicted that central has given a receipt for. Others never are.
package struct BlobEviction: Hashable, Sendable {
    /// Milliseconds of running time after which a blob is evicted.
    package var age: UInt64
    /// While the disk has fewer free bytes than this, the oldest blobs are evicted whatever their age.
    package var freeBytes: UInt64

    package init(age: UInt64, freeBytes: UInt64) {
        self.age = age
        self.freeBytes = freeBytes
    }
}

/// What was removed.
package struct BlobRemovals: Hashable, Sendable {
    package var blobs = 0
    package var bytes: UInt64 = 0

    package init() {}
}
