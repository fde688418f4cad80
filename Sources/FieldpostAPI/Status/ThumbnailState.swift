/// How a node makes thumbnails of photos.
package struct ThumbnailState: Codable, Hashable, Sendable {
    /// The helper's path. Nil if it is missing: photos travel without thumbnails then.
    package var helper: String?
    /// Thumbnails made since the node started, and photos of which none could be made.
    package var made: UInt64
    package var failed: UInt64
    /// Photos whose thumbnails are being made or wait.
    package var waiting: Int
    /// Thumbnails that peers sent since the node started, and those on the disk with their bytes.
    package var received: UInt64 = 0
    package var kept = 0
    package var bytes: UInt64 = 0

    package init(helper: String?, made: UInt64, failed: UInt64, waiting: Int) {
        self.helper = helper
        self.made = made
        self.failed = failed
        self.waiting = waiting
    }
}
