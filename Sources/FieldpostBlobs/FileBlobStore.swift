package import FieldpostCore
package import FieldpostStore
import Synchronization

/// Photos and clips in files beside the journal. One process at a time may use the directory: whoever holds the
/// journal's lock.
///
///     ab/cdef…           a blob: two, then 62 hexadecimal digits of its SHA-256
///     ab/cdef….chunks    beside it: its age, and the SHA-256 of each 64 KiB of it (ChunkHeader)
///     uploads/ID.part    what has come of an upload
///     uploads/ID.upload  what the upload is about, and which bytes of it are held (UploadRecord)
///     corrupt/abcdef…    a blob that became corrupt and has not come again
///     care               the running time, and where the scrub stands (CareRecord)
///
/// All changes are made here, on one thread, one after the other. No method suspends between reading the state and
/// changing it. Reading blobs has threads of its own (`BlobReader`), and asks here when something looks corrupt.
package actor FileBlobStore: BlobStore {
    let disk: any BlobDisk
    let files: BlobFiles
    let reader: BlobReader
    /// For parsers, which may read a whole blob.
    let inspector: BlobReader
    private let thread = DiskThread(label: "fieldpost.blobs.write")
    nonisolated let storedSignal = BlobSignal()
    nonisolated let lostSignal = BlobSignal()
    private let finalFailure = Mutex<BlobError?>(nil)

    var uploads: [UploadID: PartialUpload] = [:]
    let newUploadID: @Sendable () -> UploadID
    /// The number of the last turn that was given.
    var lastTurn: UInt64 = 0
    var care: CareRecord
    var careFile: SlotFile
    /// Blobs that are set aside.
    var lostBlobs: Set<Hash256>
    /// The blobs, their bytes, and discarded uploads; the other numbers are derived.
    var totals: BlobStatistics

    /// Opens the directory, and creates it if it is missing. Deletes what crashes left over. Blocks. Throws `.full`,
    /// `.failed`.
    package init(
        disk: any BlobDisk, newUploadID: @escaping @Sendable () -> UploadID = { .random() }
    ) throws(BlobError) {
        self.disk = disk
        self.newUploadID = newUploadID
        files = BlobFiles(disk: disk)
        reader = BlobReader(files: files, label: "fieldpost.blobs.read")
        inspector = BlobReader(files: files, label: "fieldpost.blobs.inspect")
        for directory in ["", BlobPath.uploads, BlobPath.corrupt] { try disk.makeDirectory(directory) }
        var file = SlotFile(path: BlobPath.care)
        let found = attempt { () throws(BlobError) in try file.read(on: disk) }
        careFile = file
        care = found.flatMap { $0 }.flatMap { CareRecord(body: $0) } ?? CareRecord()
        var survey = Survey(disk: disk, now: care.runningTime)
        try survey.run()
        uploads = survey.uploads
        lostBlobs = survey.lost
        totals = survey.totals
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    nonisolated package var failure: BlobError? { finalFailure.withLock { $0 } }

    package func close() throws(BlobError) {
        guard failure == nil else { return }
        for upload in uploads.values where upload.turn != nil {
            try change { () throws(BlobError) in try upload.settle(now: care.runningTime) }
        }
        finalFailure.withLock { $0 = $0 ?? .failed("the store was closed") }
    }

    nonisolated package func onStored(_ wake: @escaping @Sendable () -> Void) -> GrowthSubscription {
        storedSignal.subscribe(wake)
    }

    nonisolated package func onLost(_ wake: @escaping @Sendable () -> Void) -> GrowthSubscription {
        lostSignal.subscribe(wake)
    }

    package func statistics() -> BlobStatistics {
        var statistics = totals
        for upload in uploads.values where upload.record.isOpen {
            statistics.uploads += 1
            statistics.uploadedBytes += upload.record.held.count
            statistics.activeUploads += upload.turn == nil ? 0 : 1
        }
        statistics.lost = lostBlobs.count
        return statistics
    }

    /// Makes changes to the disk. If one of them fails, nobody knows what is on the disk, so it is the last one.
    func change<Value>(_ body: () throws(BlobError) -> Value) throws(BlobError) -> Value {
        if let failure { throw failure }
        do throws(BlobError) {
            return try body()
        } catch {
            if case .failed = error { finalFailure.withLock { $0 = $0 ?? error } }
            throw error
        }
    }
}

/// Reads once more if reading fails: one error of the disk is not enough to give something up. Nil after the second.
func attempt<Value>(_ body: () throws(BlobError) -> Value) -> Value? {
    if let value = try? body() { return value }
    return try? body()
}
