/// Limits of thumbnails, and of links that cost money.
extension Limits {
    // MARK: Thumbnails

    /// Bytes of a thumbnail: a picture of 480 pixels in good quality. A link of 64 kbit/s carries it in three
    /// seconds.
    package static let thumbnailBytes = 24 * 1024
    /// The longest side of a thumbnail in pixels.
    package static let thumbnailPixels = 480
    /// Bytes of the files of thumbnails that a node keeps. The one that was used longest ago goes first.
    package static let keptThumbnailBytes: UInt64 = 256 * 1024 * 1024
    /// And so many files: each takes a block of the disk, however small it is.
    package static let keptThumbnails = 65_536
    /// Thumbnails that one side of a session asks for at once. They are sent one after the other.
    package static let thumbnailAsks = 16
    /// Thumbnails that all sessions of a node ask for at once: 24 MiB if all of them come. Others come with their
    /// photos.
    package static let openThumbnailAsks = 1024
    /// Seconds after which a thumbnail that a peer asks for counts as missing.
    package static let thumbnailAnswerSeconds = 20
    /// Seconds after which a client may ask again for a thumbnail that a peer was asked for.
    package static let thumbnailRetrySeconds = 2
    /// Photos of which the helper could make no thumbnail, and is not asked again: about 50 bytes each.
    package static let refusedThumbnails = 4096
    /// Bytes of a photo of which a thumbnail is made.
    package static let thumbnailPhotoBytes: UInt64 = 25 * 1024 * 1024
    /// Photos whose thumbnails wait. Further ones go without, and central makes theirs.
    package static let waitingThumbnails = 64
    /// Seconds from the start of the helper to its end. It may use two seconds of CPU.
    package static let thumbnailSeconds = 15

    // MARK: Links that cost money

    /// Classes of links that a configuration names, and interfaces, addresses or times of each.
    package static let linkClasses = 16
    package static let linkMembers = 16
    /// The longest pause of photos: 30 days.
    package static let linkPauseSeconds: UInt64 = 30 * 86_400
    /// Bytes that the stored counts of a link are ahead of what it carried, at least and at most. A crash counts so
    /// many too much.
    package static let linkRecordBytes: UInt64 = 64 * 1024
    package static let linkRecordMostBytes: UInt64 = 4 * 1024 * 1024
    /// Bytes of the file of these counts.
    package static let linkFileBytes = 64 * 1024
}
