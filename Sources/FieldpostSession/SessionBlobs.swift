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

    /// Performs one piece of work. Returns the messages for the peer, and the outcome. Throws what ends the session:
    /// the store or the journal failed.
    package func perform(
        _ work: SessionEffect.BlobWork, limit: PieceLimit
    ) async throws(BlobFailure) -> (messages: [Message], outcome: BlobOutcome) {
        switch work {
        case .open(let stream, let offer): return ([], try await open(offer, on: stream))
        case .keep, .finish, .record: return ([], try await perform(all: [work])[0])
        case .close(let stream):
            await end(stream)
            return ([], .closed(stream: stream))
        case .findMissing(let place): return ([], try await findMissing(after: place))
        case .find(let number): return ([], try await find(after: number))
        case .look(let blob): return ([], .looked(blob, bytes: try await size(of: blob)))
        case .piece(let stream, let blob, let rest, let credit):
            return try await piece(of: blob, rest, on: stream, credit, limit)
        case .checkThumbnail(let blob): return ([], await checkThumbnail(blob))
        case .keepThumbnail(let blob, let bytes): return ([], await keepThumbnail(blob, bytes))
        case .sendThumbnail(let blob, let start): return try await sendThumbnail(blob, from: start, bytes: limit.bytes)
        }
    }

    /// Performs work of one kind together (`joins`), with fewer changes of threads and fewer syncs. Returns the
    /// outcomes in the same order. Throws as `perform`.
    package func perform(all work: [SessionEffect.BlobWork]) async throws(BlobFailure) -> [BlobOutcome] {
        var chunks: [BlobChunk] = []
        var finished: [(stream: UInt16, offer: BlobOffer)] = []
        var recorded: [BlobOffer] = []
        for work in work {
            switch work {
            case .keep(let chunk): chunks.append(chunk)
            case .finish(let stream, let offer): finished.append((stream, offer))
            case .record(let offer): recorded.append(offer)
            default: preconditionFailure("\(work) is performed alone")
            }
        }
        precondition([chunks.count, finished.count, recorded.count].contains(work.count), "work of several kinds")
        if !chunks.isEmpty { return try await keep(chunks) }
        if !finished.isEmpty { return try await finish(finished) }
        try await record(recorded)
        return recorded.map { _ in .recorded }
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
        case .success(nil): return .held(stream: stream)
        case .failure(let error): return try failed(stream, error)
        }
    }

    private func keep(_ chunks: [BlobChunk]) async throws(BlobFailure) -> [BlobOutcome] {
        let pieces = chunks.map { chunk in
            turns[chunk.stream].map { UploadPiece(bytes: chunk.data, offset: chunk.offset, turn: $0) }
        }
        var errors = await blobs.write(pieces.compactMap { $0 })[...]
        var outcomes: [BlobOutcome] = []
        for (chunk, piece) in zip(chunks, pieces) {
            let error = piece == nil ? nil : errors.removeFirst()
            if turns[chunk.stream] == nil {
                // It never had a turn, or an earlier chunk of these ended it.
                outcomes.append(.failed(stream: chunk.stream, .noRoom))
            } else if let error {
                await end(chunk.stream)
                outcomes.append(try failed(chunk.stream, error))
            } else {
                outcomes.append(.kept(stream: chunk.stream, bytes: chunk.data.count))
            }
        }
        return outcomes
    }

    private func finish(
        _ finished: [(stream: UInt16, offer: BlobOffer)]
    ) async throws(BlobFailure) -> [BlobOutcome] {
        let ended = finished.map { turns.removeValue(forKey: $0.stream) }
        var results = await blobs.end(ended.compactMap { $0 })[...]
        var outcomes: [BlobOutcome] = []
        for ((stream, offer), turn) in zip(finished, ended) {
            switch turn == nil ? .failure(.busy) : results.removeFirst() {
            case .success(let status) where status.blob == offer.blob: outcomes.append(.held(stream: stream))
            case .success: outcomes.append(.failed(stream: stream, .wrongHash))
            case .failure(let error): outcomes.append(try failed(stream, error))
            }
        }
        return outcomes
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
        try await recording { () async throws(JournalError) in
            try await journal.record(held, areHeld: true, by: central)
        }
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
        of blob: Hash256, _ rest: Range<UInt64>, on stream: UInt16, _ credit: Int, _ limit: PieceLimit
    ) async throws(BlobFailure) -> (messages: [Message], outcome: BlobOutcome) {
        let range = rest.lowerBound..<min(rest.upperBound, limit.end(after: rest.lowerBound, credit: credit))
        switch await attempt({ [blobs] () async throws(BlobError) in try await blobs.read(blob, range) }) {
        case .success(let data):
            let messages = limit.pieces(of: range, data).map { offset, data in
                Message.blobChunk(BlobChunk(stream: stream, offset: offset, data: data))
            }
            return (messages, .pieceSent(stream: stream, bytes: data.count))
        case .failure(.failed(let reason)): throw .blobs(.failed(reason))
        case .failure: return ([], .gone(stream: stream))
        }
    }

    private func record(_ offers: [BlobOffer]) async throws(BlobFailure) {
        var held: [NamedBlob] = []
        for offer in offers {
            if journal.role == .gateway, try await !keep(offer.blob) { continue }
            held.append(NamedBlob(number: 0, hash: offer.blob, bytes: offer.bytes))
        }
        guard !held.isEmpty else { return }
        try await recording { [held] () async throws(JournalError) in
            try await journal.meet(central)
            try await journal.record(held, areHeld: true, by: central)
        }
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
