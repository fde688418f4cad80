package import FieldpostCore

/// Photos and clips, each named by the SHA-256 of its bytes, and the uploads that bring them. FieldpostBlobs implements
/// it on files.
///
/// Every implementation keeps these rules:
///
/// 1. *Held means durable.* What `UploadStatus.held` names, and a blob once it is reported, is on stable storage.
/// 2. *The name is the hash.* A blob is stored only after the hash of its whole content was checked. Equal content is
///    stored once.
/// 3. *Corrupt bytes are never read out.* Each read is checked. A corrupt blob is set aside and listed as lost, until
///    it is stored again.
/// 4. *One writer for each upload.* The latest request of a client has the turn, and all earlier ones fail. Of peers
///    that send the same blob, the first has the turn while bytes come.
/// 5. *Limits first.* Room on the disk, lengths and counts are checked before bytes are taken. The store keeps no piece
///    in memory after the call that brought it.
/// 6. *No wall clock.* Ages are running time, which the caller counts (`rest`).
///
/// All methods may be called from any task. A cancelled caller changes nothing: each call is done whole or not at all.
package protocol BlobStore: Sendable {
    /// Why the store takes no more writes; nil while it does. Final: only a restart of the process helps.
    var failure: BlobError? { get }

    /// Calls `wake` after each upload that became a blob. `wake` must be quick. It is called until the result is
    /// released. What was stored before this call is not signalled.
    func onStored(_ wake: @escaping @Sendable () -> Void) -> GrowthSubscription

    /// Calls `wake` after each blob that was found corrupt and set aside. The same rules as for `onStored` hold.
    func onLost(_ wake: @escaping @Sendable () -> Void) -> GrowthSubscription

    // MARK: Blobs

    /// Bytes of a blob; nil if it is not held. Throws `.lost`, `.failed`.
    func size(of blob: Hash256) async throws(BlobError) -> UInt64?

    /// Some bytes of a blob, at most `Limits.blobReadBytes`. They are checked. Throws `.notHeld`, `.lost`,
    /// `.wrongRange`, `.failed`; and `.full` if what the check needs is damaged and there is no room to make it again.
    func read(_ blob: Hash256, _ range: Range<UInt64>) async throws(BlobError) -> [UInt8]

    /// Runs `body` with the bytes of a blob on a thread that may block, so that a parser can read at any place. All
    /// reads are checked. Throws what `body` throws, `.notHeld`, `.lost`, `.failed`.
    func inspect<Value: Sendable>(
        _ blob: Hash256, _ body: @Sendable (any BlobContent) throws(BlobError) -> Value
    ) async throws(BlobError) -> Value

    /// Sets the age of a blob to 0, durably, and returns whether it is held. Call it before a report names a blob, so
    /// that the blob is not removed as an orphan meanwhile. Throws `.full`, `.failed`.
    func keep(_ blob: Hash256) async throws(BlobError) -> Bool

    /// The blobs that were found corrupt and have not come again, in order, after one; at most `limit`. Throws
    /// `.failed`.
    func lost(after blob: Hash256, limit: Int) async throws(BlobError) -> [Hash256]

    /// Counts and sizes, for the status.
    func statistics() async -> BlobStatistics

    // MARK: Uploads

    /// Begins an upload whose bytes come in order. It survives a crash after the first `end`. A client that has as many
    /// unfinished uploads as it may loses the one that it continued longest ago: that upload expires. Throws `.empty`,
    /// `.tooLarge`, `.mediaTypeTooLong`, `.busy`, `.noRoom`, `.failed`.
    func create(_ request: UploadRequest) async throws(BlobError) -> UploadID

    /// How far an upload has come. Takes it over: an earlier writer can write no more, and what it had sent is made
    /// durable first. Throws `.unknownUpload`, `.expired`, `.uploadDamaged`, `.failed`; if the whole is there and a
    /// crash came before it was stored, also what `end` throws.
    ///
    /// `owner`: the client that asks. The uploads of others are unknown to it. Nil: whoever.
    func status(of upload: UploadID, by owner: String?) async throws(BlobError) -> UploadStatus

    /// Takes an upload over to continue it at `offset`, where what is held ends. `checksum`: of all bytes that this
    /// writer will send. Throws what `status` throws, `.wrongOffset`, `.busy`, `.noRoom`.
    func begin(
        _ upload: UploadID, by owner: String?, at offset: UInt64, checksum: PieceChecksum?
    ) async throws(BlobError) -> UploadTurn

    /// Begins or continues to fetch a blob whose bytes come by ranges, in any order. Nil if the blob is held. A
    /// different length than before begins again. Throws what `create` throws, and `.uploadDamaged`; `.busy` also while
    /// another writer sends the blob. One that sends too little during `Limits.fetchTries` calls loses its turn.
    func fetch(_ blob: Hash256, _ request: UploadRequest) async throws(BlobError) -> UploadTurn?

    /// How many bytes are durable of a blob that is being fetched (`fetch`). Nil if it is not, or is whole.
    func arriving(_ blob: Hash256) async -> UInt64?

    /// Takes bytes of an upload, at most `Limits.blobPieceBytes`, at a place of the whole. What is there already is
    /// not written again. After each `Limits.blobSyncBytes` the bytes become durable, if no checksum was announced.
    /// Throws `.takenOver`, `.wrongOffset`, `.tooLong`, `.tooScattered`, `.noRoom`, `.full`, `.failed`. After each of
    /// these, call `end`.
    func write(_ bytes: [UInt8], at offset: UInt64, by turn: UploadTurn) async throws(BlobError)

    /// The same with several pieces, in order. Returns what became of each: nil, or what `write` throws.
    func write(_ pieces: [UploadPiece]) async -> [BlobError?]

    /// How far the upload of this turn has come. Throws `.takenOver`.
    func progress(of turn: UploadTurn) async throws(BlobError) -> UploadStatus

    /// Ends a turn, also one that was cut off: what it sent becomes durable, and if the whole is there, it becomes a
    /// blob. Throws `.takenOver`, `.wrongChecksum`, `.wrongHash`, `.uploadDamaged`, `.full`, `.failed`.
    func end(_ turn: UploadTurn) async throws(BlobError) -> UploadStatus

    /// The same with several turns. Their blobs become durable together. Returns what `end` returns or throws of each.
    func end(_ turns: [UploadTurn]) async -> [Result<UploadStatus, BlobError>]

    /// Ends a turn of an upload whose length was not known: what came in order is the whole, and becomes a blob. Throws
    /// what `end` throws, and `.empty`; after `.empty` the upload is gone.
    func finish(_ turn: UploadTurn) async throws(BlobError) -> UploadStatus

    /// Deletes an upload and what came of it. A blob that it brought stays. Throws `.unknownUpload`, `.expired`,
    /// `.failed`.
    func terminate(_ upload: UploadID, by owner: String?) async throws(BlobError)

    /// Whether an upload of this client brought the blob. It is remembered until the upload is forgotten, or until the
    /// next start if all of it came in one turn.
    func brought(_ blob: Hash256, by owner: String) async -> Bool

    // MARK: Care

    /// Notes that the node ran for so many milliseconds of its monotonic clock. Uploads whose time is over are deleted.
    /// Throws `.full`, `.failed`; then the time was not counted.
    func rest(for milliseconds: UInt64) async throws(BlobError)

    /// Checks the next part of the blobs, about `bytes`. Throws `.failed`.
    func scrub(_ cursor: BlobScrubCursor, bytes: Int) async throws(BlobError) -> BlobScrubStep

    /// Where the last process stopped to scrub.
    func scrubCursor() async -> BlobScrubCursor

    /// Stores where the next process goes on to scrub. Throws `.full`, `.failed`.
    func keep(_ cursor: BlobScrubCursor) async throws(BlobError)

    /// Removes the blobs that no report names and that are older than `Limits.orphanAge`. `attached`: which of some
    /// blobs reports name. Throws `.failed`.
    func removeOrphans(
        attached: @Sendable ([Hash256]) async -> Set<Hash256>
    ) async throws(BlobError) -> BlobRemovals

    /// Evicts blobs that central has given a receipt for, oldest first. `receipted`: which of some blobs these are.
    /// Throws `.failed`.
    func evict(
        _ eviction: BlobEviction, receipted: @Sendable ([Hash256]) async -> Set<Hash256>
    ) async throws(BlobError) -> BlobRemovals

    /// Makes durable what came of all uploads, and takes no more: every later change throws `.failed`. Closing again
    /// does nothing.
    func close() async throws(BlobError)
}

/// The bytes of a blob, while `BlobStore.inspect` runs. It may be kept, and used in a later call for the same blob.
package protocol BlobContent: Sendable {
    var byteCount: UInt64 { get }
    /// Bytes that are checked: at most `Limits.blobPieceBytes`, and fewer only at the end. Blocks. Throws `.notHeld`,
    /// `.lost`, `.failed`.
    func read(at offset: UInt64, count: Int) throws(BlobError) -> [UInt8]
}
