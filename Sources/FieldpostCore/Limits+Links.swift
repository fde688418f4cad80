/// Limits of thumbnails, and of links that cost money.
extension Limits {
    // MARK: Thumbnails

    /// Bytes of a thumbnail: a picture of 480 pixels in good quality. A link of 64 kbit/s carries it in three
    /// seconds.
    package static let thumbnailBytes = 24 * 1024
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
