import Crypto
import FieldpostCore
import FieldpostStore

/// One upload: its record, its file, and the writer that has the turn. Only `FileBlobStore` uses it, on its thread.
///
/// What is held grows in this order: the bytes are written, the file is synced, the record that names them is written
/// and synced. What the record does not name counts for nothing, however long the file is.
final class PartialUpload {
    private(set) var record: UploadRecord
    /// The number of the turn that may write; nil while nobody may.
    private(set) var turn: UInt64?

    private let disk: any BlobDisk
    private var slots: SlotFile
    /// Whether the record is on the disk under a durable name.
    private var isRecorded: Bool
    /// Whether the name of the part is durable.
    private var isPartNamed: Bool
    /// What was written, whether or not it is held.
    private var received: ByteRanges
    private var unsynced: UInt64 = 0
    /// Open from the first write of a turn until the sync of its last one, so that no error of a write is missed.
    private var file: (any BlobFile)?
    /// Over what was received, and over what is held. Nil if the bytes are not hashed as they come, or after a restart.
    private var hash: SHA256?
    private var heldHash: SHA256?
    private var piece: PieceCheck?
    /// Tries of others to take the upload over, since so many bytes had come.
    private var tries: (count: Int, bytes: UInt64) = (0, 0)

    /// A new upload. Nothing of it is on the disk.
    init(_ record: UploadRecord, on disk: any BlobDisk) {
        self.record = record
        self.disk = disk
        slots = SlotFile(path: BlobPath.record(record.id))
        isRecorded = false
        isPartNamed = false
        received = ByteRanges()
        hash = record.isHashed ? SHA256() : nil
        heldHash = hash
    }

    /// An upload of an earlier process, as far as its record says. Nil if the record is unreadable, or less is there
    /// than it names. Changes nothing on the disk (`renew`). `now`: the running time.
    init?(_ id: UploadID, found disk: any BlobDisk, now: UInt64) throws(BlobError) {
        slots = SlotFile(path: BlobPath.record(id))
        guard let body = try slots.read(on: disk), var record = UploadRecord(body: body), record.id == id else {
            return nil
        }
        let size = try disk.size(of: BlobPath.part(id)) ?? 0
        if case .finished(let blob) = record.state, size == record.length {
            // The crash came before the part became the blob.
            (record.state, record.heldHash) = (.open, blob)
        }
        guard !record.isOpen || size >= record.held.end else { return nil }
        // If the running time was lost, it began at 0 again.
        if record.isOpen, record.lifetime < .max - now { record.expiry = min(record.expiry, now + record.lifetime) }
        self.record = record
        self.disk = disk
        isRecorded = true
        isPartNamed = !record.held.isEmpty
        received = record.held
        hash = record.isHashed && record.held.isEmpty ? SHA256() : nil
        heldHash = hash
    }

    /// After a restart: cuts off what the record does not name, and writes the record again with its sync. The sync of
    /// the earlier process may have failed, and then only the memory of the kernel has the record.
    func renew() throws(BlobError) {
        guard record.isOpen else { return }
        if let size = try disk.size(of: BlobPath.part(record.id)), size > record.held.end {
            try disk.create(BlobPath.part(record.id)).truncate(to: record.held.end)
        }
        try slots.write(record.body, on: disk, isDurable: true)
    }

    var isComplete: Bool { received.count == record.length }

    /// `now`: the running time.
    func status(now: UInt64) -> UploadStatus {
        var blob: Hash256?
        if case .finished(let hash) = record.state { blob = hash }
        return UploadStatus(
            id: record.id, length: record.length, mediaType: record.mediaType, held: record.held, blob: blob,
            remaining: record.expiry > now ? record.expiry - now : 0)
    }

    // MARK: Turns

    /// After a restart: whether what is held is still what came. Reads all of it, where only that can tell.
    func checkHeld() throws(BlobError) -> Bool {
        guard record.isOpen, record.isHashed, hash == nil else { return true }
        guard let file = try disk.open(BlobPath.part(record.id)) else { return false }
        var (hash, offset) = (SHA256(), UInt64(0))
        while offset < record.held.end {
            let count = Int(min(UInt64(Limits.blobPieceBytes), record.held.end - offset))
            let bytes = try file.read(count, at: offset)
            guard bytes.count == count else { return false }
            hash.update(data: bytes)
            offset += UInt64(count)
        }
        guard Hash256(hash.finalize()) == record.heldHash else { return false }
        (self.hash, heldHash) = (hash, hash)
        return true
    }

    /// Another writer wants to send it. Whether the present one goes on.
    func goesOn() -> Bool {
        guard turn != nil else { return false }
        if received.count >= tries.bytes + Limits.fetchProgressBytes { tries = (0, received.count) }
        tries.count += 1
        return tries.count <= Limits.fetchTries
    }

    func give(turn: UInt64, checksum: PieceChecksum?) {
        self.turn = turn
        tries = (0, received.count)
        piece = checksum.map { PieceCheck($0) }
    }

    /// Ends the turn. What it sent becomes held if there is room and no checksum is open, or else is cut off.
    func settle(now: UInt64) throws(BlobError) {
        defer { release() }
        guard piece == nil, received != record.held else { return try cut() }
        do throws(BlobError) {
            try flush(now: now)
        } catch {
            try cut()
            guard error == .full else { throw error }
        }
    }

    /// Ends the turn after everything that it sent was flushed or cut off.
    func release() { (turn, file, piece) = (nil, nil, nil) }

    /// Whether the checksum of the piece was right, if there was one.
    func closePiece() -> Bool {
        defer { piece = nil }
        return piece?.matches ?? true
    }

    // MARK: Bytes

    func write(_ bytes: [UInt8], at offset: UInt64, now: UInt64) throws(BlobError) {
        guard offset <= record.length, UInt64(bytes.count) <= record.length - offset else {
            throw .tooLong(declared: record.length)
        }
        if record.isOrdered, offset != received.prefix { throw .wrongOffset(held: record.held.prefix) }
        guard !bytes.isEmpty, record.isOpen else { return }
        let range = offset..<offset + UInt64(bytes.count)
        var after = received
        after.insert(range)
        guard after.ranges.count <= Limits.blobRanges else { throw .tooScattered }
        let file = try opened()
        for gap in received.missing(in: range) {
            try file.write(bytes[Int(gap.lowerBound - offset)..<Int(gap.upperBound - offset)], at: gap.lowerBound)
            unsynced += UInt64(gap.count)
        }
        received = after
        hash?.update(data: bytes)
        piece?.update(bytes)
        if piece == nil, unsynced >= Limits.blobSyncBytes { try flush(now: now) }
    }

    private func opened() throws(BlobError) -> any BlobFile {
        if let file { return file }
        let opened = try disk.create(BlobPath.part(record.id))
        file = opened
        return opened
    }

    /// Makes what was received durable, and then holds it.
    func flush(now: UInt64) throws(BlobError) {
        guard received != record.held || !isRecorded else { return }
        try sync()
        try namePart()
        var next = record
        next.held = received
        next.heldHash = hash.map { Hash256($0.finalize()) }
        next.expiry = max(now.addingReportingOverflow(record.lifetime).partialValue, record.expiry)
        try save(next)
        record = next
        heldHash = hash
    }

    /// Makes the bytes of the file durable, without a record that names them.
    func sync() throws(BlobError) {
        try file?.sync()
        unsynced = 0
    }

    /// Makes the name of the part durable, so that no durable record names bytes of a file that is not there. The first
    /// record is the exception: its own name becomes durable with that of the part.
    private func namePart() throws(BlobError) {
        guard file != nil, !isPartNamed, isRecorded else { return }
        try disk.syncDirectory(BlobPath.uploads)
        isPartNamed = true
    }

    /// Forgets what is not held, and deletes its bytes as far as they are at the end.
    func cut() throws(BlobError) {
        (piece, unsynced) = (nil, 0)
        guard received != record.held else { return }
        received = record.held
        hash = heldHash
        try file?.truncate(to: record.held.end)
    }

    /// The hash of all that came, if it was hashed as it came.
    var wholeHash: Hash256? { hash.map { Hash256($0.finalize()) } }

    // MARK: Ends

    /// What came is the whole.
    func closeLength() { record.length = received.prefix }

    /// The part was checked and is about to become this blob. If there is a record, it says so before the part is gone.
    /// Then a crash in between takes nothing from the client. As long as the part is there, the whole is held.
    func prepare(for blob: Hash256) throws(BlobError) {
        guard isRecorded else { return }
        try namePart()
        try save(finished(as: blob))
        (record.held, record.heldHash) = (received, blob)
        heldHash = hash
    }

    /// The part is the blob now.
    func finish(as blob: Hash256) {
        record = finished(as: blob)
        received = record.held
        release()
    }

    /// Deletes the part, and remembers that there was one. After a power cut the upload may be there again.
    func expire() throws(BlobError) {
        release()
        record.state = .expired
        record.held = ByteRanges()
        received = ByteRanges()
        if isRecorded { try slots.write(record.body, on: disk, isDurable: false) }
        try disk.remove(BlobPath.part(record.id))
    }

    /// Deletes everything.
    func remove() throws(BlobError) {
        release()
        try disk.remove(BlobPath.record(record.id))
        try disk.remove(BlobPath.part(record.id))
    }

    private func finished(as blob: Hash256) -> UploadRecord {
        var next = record
        next.state = .finished(blob)
        next.held = ByteRanges(upTo: record.length)
        next.heldHash = nil
        return next
    }

    private func save(_ next: UploadRecord) throws(BlobError) {
        try slots.write(next.body, on: disk, isDurable: true)
        guard !isRecorded else { return }
        try disk.syncDirectory(BlobPath.uploads)
        (isRecorded, isPartNamed) = (true, file != nil)
    }
}
