package import FieldpostCore

/// Keeps thumbnails of photos on disk, whether the photos are here or not. It is a cache: what is lost is made or asked
/// for again, so nothing is synced, and no failure of it stops anything. FieldpostBlobs implements it on files.
///
/// A thumbnail that is torn or has a flipped bit is removed, and never given. All methods may be called from any task.
package protocol ThumbnailStore: Sendable {
    /// Nil if there is none.
    func thumbnail(of blob: Hash256) async -> KeptThumbnail?
    /// Keeps 1 to `Limits.thumbnailBytes` bytes in the place of what was kept for this photo. Those that were used
    /// longest ago make room. On a disk that is nearly full, nothing is kept.
    func keep(_ thumbnail: KeptThumbnail, of blob: Hash256) async
    /// Removes thumbnails whose photos no report named for `Limits.orphanAge`, and returns how many. `attached`: which
    /// of some photos reports name. Call it each `Limits.restSeconds` of running time: the calls are counted.
    func removeOrphans(attached: @Sendable ([Hash256]) async -> Set<Hash256>) async -> Int
    /// How many thumbnails are kept, and the bytes of their files.
    func statistics() async -> (thumbnails: Int, bytes: UInt64)
}

/// A small JPEG picture of a photo.
package struct KeptThumbnail: Hashable, Sendable {
    package let bytes: [UInt8]
    package let source: Source

    /// Who made it.
    package enum Source: UInt8, Hashable, Sendable {
        /// This node, from the photo.
        case made = 1
        /// A peer says that it shows the photo. Nobody can check that before the photo is here.
        case received = 2
    }

    package init(bytes: [UInt8], source: Source) {
        self.bytes = bytes
        self.source = source
    }
}

/// The thumbnails of a node, as its sessions use them. All methods may be called from any task.
package protocol ThumbnailSource: Sendable {
    /// The bytes of a thumbnail that is kept, or that can be made. Nil if there is none, if it takes longer than
    /// `Limits.thumbnailAnswerSeconds`, or if the task is cancelled.
    func answer(for blob: Hash256) async -> [UInt8]?
    /// The permit to ask a peer for a thumbnail. Nil if the thumbnail or its photo is here, or if all permits
    /// (`Limits.openThumbnailAsks`) are given out. Release it when the answer was kept.
    func permitToAsk(for blob: Hash256) async -> (any Sendable)?
    /// Keeps what a peer sent, if it is a thumbnail, and if there is none.
    func keep(received bytes: [UInt8], of blob: Hash256) async
}
