package import FieldpostCore

/// A small JPEG picture without metadata: at most 480 pixels a side, and `Limits.thumbnailBytes`.
package struct Thumbnail: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Nil if these bytes are not a whole JPEG file that is small enough.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Limits.thumbnailBytes, bytes.starts(with: [0xFF, 0xD8, 0xFF]),
            bytes.suffix(2) == [0xFF, 0xD9]
        else { return nil }
        self.bytes = bytes
    }
}

/// Makes thumbnails of photos that this node holds.
package protocol ThumbnailMaking: Sendable {
    /// `orientation`: of the photo's Exif data, 1...8; nil if it says nothing. Returns nil if no thumbnail can be made:
    /// the photo has another format than JPEG, is damaged or too large, the helper is missing, or too many photos wait
    /// already. Nothing else depends on it.
    func thumbnail(of blob: Hash256, orientation: Int?) async -> Thumbnail?
}
