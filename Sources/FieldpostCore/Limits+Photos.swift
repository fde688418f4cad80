/// The limits of photos and clips.
extension Limits {
    // MARK: Their store

    /// Bytes of a photo and of a clip, unless the configuration says otherwise.
    package static let photoBytes: UInt64 = 25 * 1024 * 1024
    package static let clipBytes: UInt64 = 200 * 1024 * 1024
    /// Bytes of the largest blob that can be stored, whatever the configuration says. While it is checked, the hashes
    /// of its chunks take 2 MiB of memory.
    package static let storedBlobBytes: UInt64 = 4 * 1024 * 1024 * 1024
    /// Bytes that are read or written at once, and bytes of a chunk that has a hash of its own. So one buffer holds all
    /// that a checked read needs.
    package static let blobPieceBytes = 64 * 1024
    /// Bytes of a blob that are read at once for a fast link, and chunks of a session that are written at once: fewer
    /// changes of threads.
    package static let blobReadBytes = 4 * blobPieceBytes
    package static let blobBatch = 32
    /// Bytes of an upload after which they are synced: the most that a crash costs.
    package static let blobSyncBytes: UInt64 = 1024 * 1024
    /// Tries of other peers to send a blob that one peer is sending. After so many, the next one takes over, unless the
    /// one has sent `fetchProgressBytes` meanwhile. Peers try again after a second or more, so that is less than about
    /// 270 bytes a second: a peer that sends a little now and then cannot keep a blob from coming.
    package static let fetchTries = 60
    package static let fetchProgressBytes: UInt64 = 16 * 1024
    /// Ranges of one upload that are held apart from each other. A peer that sends a few ranges at once stays below.
    package static let blobRanges = 64
    /// Uploads that are continued at once, about 150 KiB each with the buffers of their connections.
    package static let activeUploads = 128
    /// Uploads that are kept, with those that ended and are remembered: 4 KiB of disk each.
    package static let keptUploads = 1024
    /// Of these, those that one client may have unfinished, and continue at once. A terminal sends a few at a time, and
    /// a reverse proxy that sends for a whole station up to a hundred.
    package static let ownUploads = 128
    package static let ownActiveUploads = 112
    /// Bytes of the name of a client: the kind of caller, and a name.
    package static let uploadOwnerBytes = 255
    /// Milliseconds of running time after the last bytes: until an upload expires, and for how long it is then
    /// remembered that it did.
    package static let uploadLifetime: UInt64 = 3 * 86_400_000
    package static let endedUploadMemory: UInt64 = 7 * 86_400_000
    /// Bytes of a declared media type: two names of 127 characters (RFC 6838, section 4.2) and the slash.
    package static let mediaTypeBytes = 255
    /// Blobs whose format is remembered after they were looked at: about 100 bytes each.
    package static let recognizedBlobs = 4096
    /// Reports that are looked up to find one that a reader of a photo may see. A photo usually has one.
    package static let lookedUpReports = 16
    /// Seconds after which a client may try again for which there was no upload left.
    package static let busyRetrySeconds = 10
    /// Milliseconds of running time after which a blob is removed that no report names: a day.
    package static let orphanAge: UInt64 = 86_400_000
    /// Below this many free bytes, a gateway removes the oldest blobs that central holds: twice what photos need.
    package static let evictionFreeBytes = 2 * photosFreeBytes
    /// The oldest blobs that one eviction considers: 64 bytes each.
    package static let evictionCandidates = 4096

    // MARK: Blobs on a session

    /// Streams of blobs have numbers from here on, those of entries below.
    package static let firstBlobStream: UInt16 = 0x8000
    /// Blobs that one side offers without being asked, and that have no receipt yet: 40 bytes each. So many photos
    /// have their thumbnails sent before most of their own bytes.
    package static let blobOffers = 256
    /// Blobs that one side asks for at once.
    package static let blobAsks = 16
    /// Offers that are open on a session. The receiver keeps up to 72 bytes of each, 20 KiB in total.
    package static let openBlobOffers = blobOffers + 2 * blobAsks
    /// Blobs that one side sends at once. More would only divide the link.
    package static let blobPulls = 4
    /// Pulls that are open, with those that were sent whole and wait for the receiver's disk.
    package static let openBlobPulls = 2 * blobPulls
    /// Milliseconds of a link's rate that are read of a blob at once, if that is more than a piece
    /// (`blobReadBytes`). So what all sessions read ahead follows from the link of this node.
    package static let blobReadMilliseconds = 25
    /// Bytes of chunks that one pull of a blob may have on their way or waiting for the disk.
    package static let blobCreditBytes = 512 * 1024
    /// Named blobs that one search for blobs to offer goes through.
    package static let searchedBlobs = 256
    /// Blobs that the peer refused in a session, and is not offered again in it.
    package static let refusedBlobs = 1024

    // MARK: Forms

    /// Bytes of the head of one part of a form, and parts of a form: all fields of a report, and as many photos as an
    /// entry may name.
    package static let formHeadBytes = 4 * 1024
    package static let formParts = 128
    /// What a resident may send with one report: photos, and bytes of the whole form. And the forms of residents that
    /// are read at once, so that uploads of terminals go on.
    package static let residentFiles = 9
    package static let residentFormBytes: UInt64 = 64 * 1024 * 1024
    package static let residentForms = 32

    // MARK: Their bytes

    /// Bytes of a file that are looked at together: a whole segment of JPEG, the largest unit whose content matters.
    package static let mediaReadBytes = 64 * 1024
    /// Segments, chunks, boxes, frames and pages that are walked in one file: six hours of AAC, which has the smallest
    /// parts. A file of so many costs a tenth of a second.
    package static let mediaParts = 1 << 20
    /// Bytes of Exif data that are read. JPEG allows no more; in other formats, a large preview may follow the tags.
    package static let exifBytes = mediaReadBytes
    /// Entries that are read of each of three directories of Exif data. Cameras write up to a hundred.
    package static let exifTags = 512
    /// Pieces of which a stripped file may consist, 32 bytes each; and samples of a clip's track that is taken out: at
    /// one a second, 18 hours.
    package static let strippedPieces = 64 * 1024
}
