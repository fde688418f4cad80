package import FieldpostCore
package import FieldpostStore
package import FieldpostSync

/// The blob store as one session uses it: it performs the machine's work with blobs and answers it. It knows no channel
/// and no clock, so every shell of a machine uses the same code.
package actor SessionBlobs {
    private let blobs: any BlobStore
    private let journal: any Store
    /// The hello of the peer.
    private let peer: Hello
    /// Nil: this node neither has thumbnails nor asks for any.
    let thumbnails: (any ThumbnailSource)?
    /// The most bytes of a blob that this node takes from the peer.
    private let limit: UInt64
    /// Of each thumbnail that the peer is asked for.
    var permits: [Hash256: any Sendable] = [:]
    /// The thumbnail that is being sent.
    var sending: [UInt8] = []
    /// Of each stream on which a blob is being received.
    private var turns: [UInt16: UploadTurn] = [:]

    package init(
        blobs: any BlobStore, thumbnails: (any ThumbnailSource)? = nil, journal: any Store, peer: Hello,
        limit: UInt64 = Limits.clipBytes
    ) {
        self.blobs = blobs
        self.thumbnails = thumbnails
        self.journal = journal
        self.peer = peer
        self.limit = limit
    }

    /// The incarnation of central, of which the journal records what it holds.
    private var central: Incarnation {
        journal.role == .central ? journal.origin.incarnation : peer.incarnation
    }

    /// Performs one piece of work. `pieceBytes`: the most bytes of a piece of a blob or of a thumbnail. Returns the
    /// message for the peer, if there is one, and the outcome. Throws what ends the session: the store or the journal
    /// failed.
    package func perform(
        _ work: SessionEffect.BlobWork, pieceBytes: Int
    ) async throws(BlobFailure) -> (message: Message?, outcome: BlobOutcome) {
        switch work {
        case .open(let stream, let offer): return (nil, try await open(offer, on: stream))
        case .keep(let chunk): return (nil, try await keep(chunk))
        case .finish(let stream, let offer): return (nil, try await finish(offer, on: stream))
        case .close(let stream):
            await end(stream)
            return (nil, .closed(stream: stream))
        case .findMissing(let place): return (nil, try await findMissing(after: place))
        case .find(let number): return (nil, try await find(after: number))
        case .look(let blob): return (nil, .looked(blob, bytes: try await size(of: blob)))
        case .piece(let stream, let blob, let offset):
            return try await piece(of: blob, at: offset, on: stream, bytes: pieceBytes)
        case .record(let offer): return (nil, try await record(offer))
        case .checkThumbnail(let blob): return (nil, await checkThumbnail(blob))
        case .keepThumbnail(let blob, let bytes): return (nil, await keepThumbnail(blob, bytes))
        case .sendThumbnail(let blob, let start): return try await sendThumbnail(blob, from: start, bytes: pieceBytes)
        }
    }

    /// Makes durable what came of all blobs. Call it when the session has ended.
    package func close() async {
        for stream in turns.keys { await end(stream) }
    }

    // MARK: To receive

    private func open(_ offer: BlobOffer, on stream: UInt16) async throws(BlobFailure) -> BlobOutcome {
        let request = UploadRequest(length: offer.bytes, mediaType: "", hash: offer.blob, limit: limit)
        let opened = await attempt { [blobs] () async throws(BlobError) -> (UploadTurn, UInt64)? in
            guard let turn = try await blobs.fetch(offer.blob, request) else { return nil }
            return (turn, try await blobs.progress(of: turn).offset)
        }
        switch opened {
        case .success((let turn, let offset)?):
            turns[stream] = turn
            return .opened(stream: stream, offset: offset)
        case .success(nil): return try await held(offer, stream)
        case .failure(let error): return try failed(stream, error)
        }
    }

    private func keep(_ chunk: BlobChunk) async throws(BlobFailure) -> BlobOutcome {
        guard let turn = turns[chunk.stream] else { return .failed(stream: chunk.stream, .noRoom) }
        let kept = await attempt { [blobs] () async throws(BlobError) in
            try await blobs.write(chunk.data, at: chunk.offset, by: turn)
        }
        guard case .failure(let error) = kept else { return .kept(stream: chunk.stream, bytes: chunk.data.count) }
        await end(chunk.stream)
        return try failed(chunk.stream, error)
    }

    private func finish(_ offer: BlobOffer, on stream: UInt16) async throws(BlobFailure) -> BlobOutcome {
        guard let turn = turns.removeValue(forKey: stream) else { return .failed(stream: stream, .noRoom) }
        switch await attempt({ [blobs] () async throws(BlobError) in try await blobs.end(turn).blob }) {
        case .success(offer.blob): return try await held(offer, stream)
        case .success: return .failed(stream: stream, .wrongHash)
        case .failure(let error): return try failed(stream, error)
        }
    }

    private func attempt<Value>(
        _ body: @Sendable () async throws(BlobError) -> sending Value
    ) async -> Result<Value, BlobError> {
        do throws(BlobError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// Both sides may hold a blob that central lacks, because central was restored from a copy.
    private func held(_ offer: BlobOffer, _ stream: UInt16) async throws(BlobFailure) -> BlobOutcome {
        if journal.role == .central { _ = try await record(offer) }
        return .held(stream: stream)
    }

    private func end(_ stream: UInt16) async {
        guard let turn = turns.removeValue(forKey: stream) else { return }
        // If it fails, what was held before stays held.
        _ = try? await blobs.end(turn)
    }

    private func failed(_ stream: UInt16, _ error: BlobError) throws(BlobFailure) -> BlobOutcome {
        switch error {
        case .failed: throw .blobs(error)
        case .wrongHash, .uploadDamaged, .empty, .tooLong, .wrongOffset: .failed(stream: stream, .wrongHash)
        case .tooLarge: .failed(stream: stream, .tooLarge)
        default: .failed(stream: stream, .noRoom)
        }
    }

    private func findMissing(after place: MissingPlace) async throws(BlobFailure) -> BlobOutcome {
        switch place {
        case .corrupt(let blob):
            let found = await attempt { [blobs] () async throws(BlobError) in
                try await blobs.lost(after: blob, limit: Limits.blobOffers)
            }
            switch found {
            case .success(let lost):
                let isLast = lost.count < Limits.blobOffers
                guard journal.role == .central else {
                    return .foundMissing(lost, next: isLast ? nil : lost.last.map { .corrupt(after: $0) })
                }
                let named = try await reading { () async throws(JournalError) in
                    try await journal.named(lost, by: peer.node)
                }
                return .foundMissing(
                    lost.filter(named.contains),
                    next: isLast ? .named(after: 0) : lost.last.map { .corrupt(after: $0) })
            case .failure(let error): throw .blobs(error)
            }
        case .named(let number): return try await findNamed(after: number)
        }
    }

    /// At central: blobs that entries of the gateway name and that are not here. It does not offer them all: it may
    /// know of a receipt that this node gave before it was put back from a copy.
    private func findNamed(after number: Int64) async throws(BlobFailure) -> BlobOutcome {
        let named = try await reading { () async throws(JournalError) in
            try await journal.meet(central)
            return try await journal.lacking(namedBy: peer.node, after: number, limit: Limits.searchedBlobs)
        }
        var (missing, held): ([Hash256], [NamedBlob]) = ([], [])
        var next = named.next
        for blob in named.blobs {
            guard try await size(here: blob.hash) == nil else {
                held.append(blob)
                continue
            }
            missing.append(blob.hash)
            guard missing.count < Limits.blobOffers else {
                next = blob.number
                break
            }
        }
        try await recording { () async throws(JournalError) in try await journal.recordHeld(held, by: central) }
        return .foundMissing(missing, next: next.map { .named(after: $0) })
    }

    // MARK: To send

    private func find(after number: Int64) async throws(BlobFailure) -> BlobOutcome {
        let named = try await reading { () async throws(JournalError) in
            try await journal.meet(central)
            return try await journal.lacking(after: number, limit: Limits.searchedBlobs)
        }
        var offers: [BlobOffer] = []
        for blob in named {
            guard let bytes = try await size(here: blob.hash) else { continue }
            offers.append(BlobOffer(blob: blob.hash, bytes: bytes))
            // The search goes on here when these are on their way.
            if offers.count == Limits.blobOffers { return .found(offers, next: blob.number) }
        }
        return .found(offers, next: named.count == Limits.searchedBlobs ? named.last?.number : nil)
    }

    /// The size of a blob that the peer may have and that is held here.
    private func size(of blob: Hash256) async throws(BlobFailure) -> UInt64? {
        guard try await mayHave(blob) else { return nil }
        return try await size(here: blob)
    }

    /// Central has all that a gateway holds. A gateway has what reports of its scope name.
    func mayHave(_ blob: Hash256) async throws(BlobFailure) -> Bool {
        guard journal.role == .central else { return true }
        return try await reading { () async throws(JournalError) in
            try await journal.mayHave(blob, gateway: peer.node)
        }
    }

    private func size(here blob: Hash256) async throws(BlobFailure) -> UInt64? {
        switch await attempt({ [blobs] () async throws(BlobError) in try await blobs.size(of: blob) }) {
        case .success(let size): return size
        case .failure(.failed(let reason)): throw .blobs(.failed(reason))
        case .failure: return nil
        }
    }

    private func piece(
        of blob: Hash256, at offset: UInt64, on stream: UInt16, bytes: Int
    ) async throws(BlobFailure) -> (message: Message?, outcome: BlobOutcome) {
        let read = await attempt { [blobs] () async throws(BlobError) -> [UInt8]? in
            guard let size = try await blobs.size(of: blob), offset < size else { return nil }
            // Pieces end where chunks of the store end, so that each chunk is checked once.
            let piece = UInt64(Limits.blobPieceBytes)
            let end = min(size, (offset / piece + 1) * piece, offset + UInt64(max(1, bytes)))
            return try await blobs.read(blob, offset..<end)
        }
        switch read {
        case .success(let data?):
            return (
                .blobChunk(BlobChunk(stream: stream, offset: offset, data: data)),
                .pieceSent(stream: stream, bytes: data.count)
            )
        case .failure(.failed(let reason)): throw .blobs(.failed(reason))
        case .success(nil), .failure: return (nil, .gone(stream: stream))
        }
    }

    private func record(_ offer: BlobOffer) async throws(BlobFailure) -> BlobOutcome {
        if journal.role == .gateway, try await !keep(offer.blob) { return .recorded }
        try await recording { () async throws(JournalError) in
            try await journal.meet(central)
            try await journal.record(offer.blob, bytes: offer.bytes, isHeld: true, by: central)
        }
        return .recorded
    }

    /// A gateway keeps a blob for the retention time from central's receipt on, not from when it came in: central may
    /// be put back from a copy that is younger than that time. False on a full disk: the next session does it again.
    private func keep(_ blob: Hash256) async throws(BlobFailure) -> Bool {
        let kept = await attempt { [blobs] () async throws(BlobError) in try await blobs.keep(blob) }
        guard case .failure(let error) = kept else { return true }
        guard error == .full else { throw .blobs(error) }
        return false
    }

    /// On a full disk, the next session does it again.
    private func recording(_ body: () async throws(JournalError) -> Void) async throws(BlobFailure) {
        try await reading { () async throws(JournalError) in
            do throws(JournalError) {
                try await body()
            } catch {
                guard error == .full else { throw error }
            }
        }
    }

    private func reading<Value: Sendable>(
        _ body: () async throws(JournalError) -> Value
    ) async throws(BlobFailure) -> Value {
        do throws(JournalError) {
            return try await body()
        } catch {
            throw .journal(error)
        }
    }
}

/// Why a session's work with blobs cannot go on.
package enum BlobFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case blobs(BlobError)
    case journal(JournalError)

    package var description: String {
        switch self {
        case .blobs(let error): error.description
        case .journal(let error): error.description
        }
    }
}
