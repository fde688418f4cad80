import FieldpostCore

/// Offers blobs to the peer, and sends those that it pulls, from where it asks. Both roles send in this way; only a
/// gateway offers without being asked.
struct BlobSending: Sendable {
    private struct Served {
        let blob: Hash256
        var next: UInt64
        var credit: CreditCounter
        /// A piece is being read. Its answer must come before the next one.
        var isReading = false
    }

    private var pulls: [UInt16: Served] = [:]
    /// Blobs that were offered and have no receipt yet, with their sizes.
    private var offered: [Hash256: UInt64] = [:]
    /// Blobs that were found and wait until fewer are offered.
    private var waiting: [BlobOffer] = []
    /// Blobs that are not offered again in this session.
    private var refused: Set<Hash256> = []
    /// Where the search for blobs goes on; nil: it went through all.
    private var place: Int64?
    private var isSearching = false
    /// More blobs may have come during the search.
    private var hasGrown = false
    private var looks: Set<Hash256> = []

    /// What is offered, and what waits for that.
    var flow: BlobTraffic.Flow {
        let sent = Dictionary(pulls.values.map { ($0.blob, $0.next) }, uniquingKeysWith: max)
        var flow = BlobTraffic.Flow()
        for (blob, bytes) in offered { flow.add(bytes: bytes, done: sent[blob] ?? 0) }
        for offer in waiting { flow.add(bytes: offer.bytes) }
        return flow
    }

    // MARK: Offers

    mutating func grew(into effects: inout [SessionEffect]) {
        if isSearching { hasGrown = true } else { place = 0 }
        advance(into: &effects)
    }

    mutating func found(_ offers: [BlobOffer], next: Int64?, into effects: inout [SessionEffect]) {
        isSearching = false
        place = hasGrown ? 0 : next
        hasGrown = false
        for offer in offers where offered[offer.blob] == nil && !refused.contains(offer.blob) {
            if !waiting.contains(where: { $0.blob == offer.blob }) { waiting.append(offer) }
        }
        advance(into: &effects)
    }

    private mutating func advance(into effects: inout [SessionEffect]) {
        while offered.count < Limits.blobOffers, !waiting.isEmpty {
            let offer = waiting.removeFirst()
            guard offered[offer.blob] == nil else { continue }
            offered[offer.blob] = offer.bytes
            effects.append(.send(.blobOffer(offer)))
        }
        guard waiting.isEmpty, offered.count < Limits.blobOffers, !isSearching, let place else { return }
        isSearching = true
        effects.append(.blob(.find(after: place)))
    }

    /// Whether a blob is offered and has no receipt yet.
    func isOffered(_ blob: Hash256) -> Bool { offered[blob] != nil }

    /// How many bytes of a blob have gone out. Nil if it is not offered.
    func sent(of blob: Hash256) -> UInt64? {
        guard offered[blob] != nil else { return nil }
        return pulls.values.filter { $0.blob == blob }.map(\.next).max() ?? 0
    }

    /// The peer asks for a blob. Throws `limitExceeded` if it asks for too many at once.
    mutating func receive(ask blob: Hash256, into effects: inout [SessionEffect]) throws(Violation) {
        // An offer that is open is the answer.
        guard offered[blob] == nil else { return }
        guard looks.count < Limits.blobAsks else {
            throw Violation(.limitExceeded, "more than \(Limits.blobAsks) blobs asked for at once")
        }
        guard looks.insert(blob).inserted else { return }
        effects.append(.blob(.look(blob)))
    }

    mutating func looked(_ blob: Hash256, bytes: UInt64?, into effects: inout [SessionEffect]) {
        looks.remove(blob)
        guard offered[blob] == nil else { return }
        guard let bytes else {
            effects.append(.send(.blobGone(blob)))
            return
        }
        offered[blob] = bytes
        effects.append(.send(.blobOffer(BlobOffer(blob: blob, bytes: bytes))))
    }

    /// A receipt for a blob that is not offered is passed over: this side may just have said that the blob is gone.
    mutating func receive(_ receipt: BlobReceipt, into effects: inout [SessionEffect]) {
        guard let bytes = offered.removeValue(forKey: receipt.blob) else { return }
        for (stream, pull) in pulls where pull.blob == receipt.blob { pulls[stream] = nil }
        if receipt.refusal == nil {
            effects.append(.blob(.record(BlobOffer(blob: receipt.blob, bytes: bytes))))
            effects.append(.resetBackoff)
        } else if refused.count < Limits.refusedBlobs {
            refused.insert(receipt.blob)
        }
        advance(into: &effects)
    }

    // MARK: Pulls

    /// Throws `unexpectedMessage` for a stream in use, `limitExceeded` for too many pulls, and `badBatch` for an offset
    /// beyond the blob.
    mutating func receive(_ pull: BlobPull, into effects: inout [SessionEffect]) throws(Violation) {
        guard let bytes = offered[pull.blob] else {
            effects.append(.send(.blobGone(pull.blob)))
            return
        }
        guard pulls[pull.stream] == nil else { throw Violation(.unexpectedMessage, "stream \(pull.stream) is in use") }
        let unsent = pulls.values.count { $0.next < offered[$0.blob] ?? 0 }
        guard unsent < Limits.blobPulls, pulls.count < Limits.openBlobPulls else {
            throw Violation(.limitExceeded, "more than \(Limits.blobPulls) pulls of blobs at once")
        }
        guard pull.offset < bytes else {
            throw Violation(.badBatch, "a pull from byte \(pull.offset) of a blob with \(bytes)")
        }
        pulls[pull.stream] = Served(blob: pull.blob, next: pull.offset, credit: try CreditCounter(pull.creditBytes))
        advance(pull.stream, into: &effects)
    }

    /// Credit of 0 ends the pull. The blob stays offered.
    mutating func receive(_ credit: Credit, into effects: inout [SessionEffect]) throws(Violation) {
        guard pulls[credit.stream] != nil else { return }
        guard credit.bytes > 0 else {
            pulls[credit.stream] = nil
            return
        }
        try pulls[credit.stream]?.credit.grant(credit.bytes)
        advance(credit.stream, into: &effects)
    }

    mutating func sent(_ bytes: Int, on stream: UInt16, into effects: inout [SessionEffect]) {
        guard var pull = pulls[stream] else { return }
        pull.isReading = false
        pull.next += UInt64(bytes)
        pull.credit.spend(bytes)
        pulls[stream] = pull
        advance(stream, into: &effects)
    }

    /// The blob cannot be read any more.
    mutating func gone(_ stream: UInt16, into effects: inout [SessionEffect]) {
        guard let pull = pulls.removeValue(forKey: stream) else { return }
        offered[pull.blob] = nil
        effects.append(.send(.blobGone(pull.blob)))
        advance(into: &effects)
    }

    private mutating func advance(_ stream: UInt16, into effects: inout [SessionEffect]) {
        guard let pull = pulls[stream], !pull.isReading, pull.credit.isOpen, let end = offered[pull.blob],
            pull.next < end
        else { return }
        pulls[stream]?.isReading = true
        effects.append(
            .blob(.piece(stream: stream, blob: pull.blob, rest: pull.next..<end, credit: pull.credit.bytes)))
    }
}
