package import FieldpostCore
package import FieldpostStore

extension FileBlobStore {
    package func create(_ request: UploadRequest) throws(BlobError) -> UploadID {
        try check(request)
        return try add(newUploadID(), request, isOrdered: true).record.id
    }

    package func status(of id: UploadID, by owner: String? = nil) throws(BlobError) -> UploadStatus {
        let upload = try found(id, by: owner)
        try takeOver(upload)
        return upload.status(now: care.runningTime)
    }

    package func begin(
        _ id: UploadID, by owner: String? = nil, at offset: UInt64, checksum: PieceChecksum?
    ) throws(BlobError) -> UploadTurn {
        let upload = try found(id, by: owner)
        try takeOver(upload)
        let status = upload.status(now: care.runningTime)
        guard offset == status.offset else { throw .wrongOffset(held: status.offset) }
        return try give(upload, checksum: checksum)
    }

    package func fetch(_ blob: Hash256, _ request: UploadRequest) throws(BlobError) -> UploadTurn? {
        guard try !isHeld(blob) else { return nil }
        var request = request
        request.hash = blob
        try check(request)
        let id = UploadID(fetching: blob)
        if let upload = uploads[id] {
            let record = upload.record
            guard !upload.goesOn() else { throw .busy }
            if record.isOpen, record.declared == blob, record.length == request.length {
                try takeOver(upload)
                return upload.record.isOpen ? try give(upload, checksum: nil) : nil
            }
            try discard(upload)
        }
        return try give(add(id, request, isOrdered: false), checksum: nil)
    }

    package func arriving(_ blob: Hash256) -> UInt64? {
        guard let record = uploads[UploadID(fetching: blob)]?.record, record.isOpen, record.declared == blob else {
            return nil
        }
        return record.held.count
    }

    package func write(_ bytes: [UInt8], at offset: UInt64, by turn: UploadTurn) throws(BlobError) {
        precondition(bytes.count <= Limits.blobPieceBytes, "a piece of \(bytes.count) bytes is too long")
        let upload = try continued(turn)
        try makeSureOfRoom(for: 0)
        try change { () throws(BlobError) in try upload.write(bytes, at: offset, now: care.runningTime) }
    }

    package func write(_ pieces: [UploadPiece]) -> [BlobError?] {
        pieces.map { piece in
            do throws(BlobError) {
                try write(piece.bytes, at: piece.offset, by: piece.turn)
                return nil
            } catch {
                return error
            }
        }
    }

    package func progress(of turn: UploadTurn) throws(BlobError) -> UploadStatus {
        try continued(turn).status(now: care.runningTime)
    }

    package func end(_ turn: UploadTurn) throws(BlobError) -> UploadStatus { try end([turn])[0].get() }

    package func end(_ turns: [UploadTurn]) -> [Result<UploadStatus, BlobError>] {
        var placed: [(index: Int, blob: PlacedBlob)] = []
        var results: [Result<UploadStatus, BlobError>] = []
        for turn in turns {
            do throws(BlobError) {
                let upload = try continued(turn)
                if let blob = try close(upload) { placed.append((results.count, blob)) }
                results.append(.success(upload.status(now: care.runningTime)))
            } catch {
                results.append(.failure(error))
            }
        }
        do throws(BlobError) {
            try settle(placed.map(\.blob))
            for (index, blob) in placed { results[index] = .success(blob.upload.status(now: care.runningTime)) }
        } catch {
            for (index, _) in placed { results[index] = .failure(error) }
        }
        return results
    }

    /// Ends the turn of an upload. A whole one gets the name of its blob.
    private func close(_ upload: PartialUpload) throws(BlobError) -> PlacedBlob? {
        defer { upload.release() }
        let isRight = upload.closePiece()
        do throws(BlobError) {
            guard isRight else { throw .wrongChecksum }
            guard upload.record.isOpen else { return nil }
            if upload.isComplete { return try place(upload) }
            try change { () throws(BlobError) in try upload.flush(now: care.runningTime) }
        } catch .wrongChecksum {
            try change { () throws(BlobError) in try upload.cut() }
            throw .wrongChecksum
        } catch .full {
            // What was synced before may still be recorded in place. The rest comes again.
            try change { () throws(BlobError) in try upload.settle(now: care.runningTime) }
            throw .full
        }
        return nil
    }

    package func finish(_ turn: UploadTurn) throws(BlobError) -> UploadStatus {
        let upload = try continued(turn)
        upload.closeLength()
        guard upload.record.length > 0 else {
            try discard(upload)
            throw .empty
        }
        return try end(turn)
    }

    package func terminate(_ id: UploadID, by owner: String? = nil) throws(BlobError) {
        try discard(found(id, by: owner))
    }

    package func brought(_ blob: Hash256, by owner: String) -> Bool {
        uploads.values.contains { $0.record.state == .finished(blob) && $0.record.owner == owner }
    }

    // MARK: Turns

    private func found(_ id: UploadID, by owner: String?) throws(BlobError) -> PartialUpload {
        guard let upload = uploads[id], owner == nil || upload.record.owner == owner else { throw .unknownUpload(id) }
        guard upload.record.state != .expired else { throw .expired(id) }
        return upload
    }

    private func continued(_ turn: UploadTurn) throws(BlobError) -> PartialUpload {
        guard let upload = uploads[turn.upload], upload.turn == turn.number else { throw .takenOver(turn.upload) }
        return upload
    }

    /// Ends the turn of an earlier writer, with what it sent. If everything has come, the upload is finished.
    private func takeOver(_ upload: PartialUpload) throws(BlobError) {
        try change { () throws(BlobError) in try upload.settle(now: care.runningTime) }
        guard attempt({ () throws(BlobError) in try upload.checkHeld() }) ?? false else {
            try discard(upload)
            throw .uploadDamaged(upload.record.id)
        }
        if upload.isComplete, upload.record.isOpen { try settle([place(upload)]) }
    }

    private func give(_ upload: PartialUpload, checksum: PieceChecksum?) throws(BlobError) -> UploadTurn {
        if !upload.isComplete, upload.record.isOpen {
            let active = uploads.values.filter { $0.turn != nil }
            guard active.count < Limits.activeUploads,
                upload.isOfThisNode
                    || active.count(where: { $0.record.owner == upload.record.owner }) < Limits.ownActiveUploads
            else { throw .busy }
            try makeSureOfRoom(for: 0)
        }
        lastTurn += 1
        upload.give(turn: lastTurn, checksum: checksum)
        return UploadTurn(upload: upload.record.id, number: lastTurn)
    }

    // MARK: Beginning and end

    private func check(_ request: UploadRequest) throws(BlobError) {
        guard request.length > 0 else { throw .empty }
        let limit = min(request.limit, Limits.storedBlobBytes)
        guard request.length <= limit else { throw .tooLarge(bytes: request.length, limit: limit) }
        let typeBytes = request.mediaType.utf8.count
        guard typeBytes <= Limits.mediaTypeBytes else { throw .mediaTypeTooLong(bytes: typeBytes) }
        try makeSureOfRoom(for: request.length)
    }

    /// Throws `.noRoom` if photos have to wait, or would have to when so many more bytes have come.
    private func makeSureOfRoom(for bytes: UInt64) throws(BlobError) {
        if let failure { throw failure }
        let free = disk.freeBytes.map { $0 - Int(clamping: bytes) }
        let stage = DiskStage(freeBytes: free)
        guard stage < .photosRefused else { throw .noRoom(max(DiskStage(freeBytes: disk.freeBytes), .photosRefused)) }
    }

    private func add(
        _ id: UploadID, _ request: UploadRequest, isOrdered: Bool
    ) throws(BlobError) -> PartialUpload {
        precondition(request.owner.utf8.count <= Limits.uploadOwnerBytes, "the name of an owner is too long")
        try makeShare(for: request.owner)
        let record = UploadRecord(id, request, isOrdered: isOrdered, now: care.runningTime)
        let upload = PartialUpload(record, on: disk)
        uploads[id] = upload
        return upload
    }

    func discard(_ upload: PartialUpload) throws(BlobError) {
        uploads[upload.record.id] = nil
        try change { () throws(BlobError) in try upload.remove() }
    }

    /// The whole has come: checks its hash as the disk gives it back.
    private func place(_ upload: PartialUpload) throws(BlobError) -> PlacedBlob {
        let (id, part) = (upload.record.id, BlobPath.part(upload.record.id))
        try change { () throws(BlobError) in try upload.sync() }
        // One error of the disk is not enough to give up what came.
        guard let digest = files.digest(part) ?? files.digest(part), digest.length == upload.record.length else {
            try discard(upload)
            throw .uploadDamaged(id)
        }
        if let declared = upload.record.declared, declared != digest.hash {
            try discard(upload)
            throw .wrongHash(declared: declared, found: digest.hash)
        }
        guard upload.record.declared != nil || upload.wholeHash == digest.hash else {
            try discard(upload)
            throw .uploadDamaged(id)
        }
        try change { () throws(BlobError) in try upload.prepare(for: digest.hash) }
        return try place(upload, digest)
    }
}

extension UploadID {
    /// One blob is fetched by one upload, which is found again after a restart.
    fileprivate init(fetching blob: Hash256) {
        self.init(blob.bytes.prefix(Self.byteCount).reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
    }
}
