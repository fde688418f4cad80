/// Limits of backups.
extension Limits {
    /// Pages of the journal that are copied between two looks at the room on the disk: 1 MiB.
    package static let copiedPages = 256
    /// How large the write-ahead log may become while a backup copies the journal. The copy needs one state of the
    /// journal, so the log cannot start again before it is done. A node that writes 1 MB a second leaves a backup more
    /// than four minutes, in which a memory card copies 5 GB.
    package static let copiedLogBytes = 256 * 1024 * 1024
    /// Bytes of entries that are checked in a copy at once.
    package static let checkedCopyBytes = 4 * 1024 * 1024
    /// Bytes of a backup's manifest. Each origin takes 170 of them: enough for 190,000.
    package static let manifestBytes = 32 * 1024 * 1024
    /// Bytes of a file that a backup holds as a whole: the configuration, the pin of central, one key.
    package static let backupFileBytes = 1024 * 1024
    /// Bytes of what a backup seals: keys, and what tells of passwords. An account takes about 700 bytes.
    package static let sealedKeysBytes = 64 * 1024 * 1024
    /// The most whole snapshots that `--keep` can name.
    package static let keptSnapshots = 10_000
    /// Bytes of a line in the list of a snapshot's photos: a hash, a blank, and a number.
    package static let blobLineBytes = 96
}
