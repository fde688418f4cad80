import FieldpostCore

/// Takes the blobs that the peer offers: pulls each from where its last transfer stopped, and gives a receipt for the
/// whole. Both roles receive in this way.
struct BlobReceiving: Sendable {
    private struct Pulling {
        let offer: BlobOffer
        /// Where the next chunk must begin. Nil until it is known what is held.
        var next: UInt64?
        var credit = CreditCounter()
        /// Bytes that were kept and for which no credit was sent yet.
        var kept = 0
        /// Bytes of chunks that wait for the disk.
        var waiting = 0
        /// The peer cannot go on. What came is being made durable.
        var isClosing = false
        /// All bytes were kept. The whole is being checked and made durable.
        var isFinishing = false
        /// How often the whole had another hash.
        var failures = 0
    }

    private var pulls: [UInt16: Pulling] = [:]
    /// Offers that wait for a pull to end.
    private var waiting: [BlobOffer] = []
    /// Offers that found no room on the disk. Each tick tries a few again, and the first that is held brings back all.
    private var putOff: [BlobOffer] = []
    private var nextStream = Limits.firstBlobStream
    /// Blobs that this side asked for and that the peer has not answered.
    private var asked: Set<Hash256> = []
    /// Blobs that are missing here and wait until fewer are on their way.
    private var missing: [Hash256] = []
    /// Where the search for missing blobs goes on; nil: it went through all.
    private var place: MissingPlace?
    private var isSearching = false
    /// More blobs may be missing since the search began.
    private var missesMore = false

    /// What is pulled, and what waits for that.
    var flow: BlobTraffic.Flow {
        var flow = BlobTraffic.Flow()
        for pull in pulls.values { flow.add(bytes: pull.offer.bytes, done: pull.next ?? 0) }
        for offer in waiting + putOff { flow.add(bytes: offer.bytes) }
        return flow
    }

    /// Offers that are open.
    private var open: [BlobOffer] { waiting + putOff + pulls.values.map(\.offer) }

    /// Whether chunks are awaited on a stream.
    func isPulled(_ stream: UInt16) -> Bool { pulls[stream]?.next != nil }

    /// Asks the peer for a blob, unless it is on its way.
    mutating func want(_ blob: Hash256, into effects: inout [SessionEffect]) {
        let open = open
        // Each question is answered by an offer. The peer has no more open than it may, whatever it offers by itself.
        guard asked.count < Limits.blobAsks, open.count + asked.count < Limits.openBlobOffers - Limits.blobAsks,
            !open.contains(where: { $0.blob == blob }), asked.insert(blob).inserted
        else { return }
        effects.append(.send(.blobAsk(blob)))
    }

    /// Blobs may be missing here: asks for all of them, a few at a time.
    mutating func miss(into effects: inout [SessionEffect]) {
        if isSearching { missesMore = true } else { place = .start }
        askForMissing(into: &effects)
    }

    mutating func found(missing blobs: [Hash256], next: MissingPlace?, into effects: inout [SessionEffect]) {
        isSearching = false
        place = missesMore ? .start : next
        missesMore = false
        missing += blobs
        askForMissing(into: &effects)
    }

    /// What the peer offers by itself goes first.
    private mutating func askForMissing(into effects: inout [SessionEffect]) {
        while !missing.isEmpty, asked.count < Limits.blobAsks, open.count + asked.count < Limits.blobOffers {
            want(missing.removeFirst(), into: &effects)
        }
        guard missing.isEmpty, !isSearching, let place else { return }
        isSearching = true
        effects.append(.blob(.findMissing(after: place)))
    }

    /// Throws `limitExceeded` if the peer has too many offers open, and `unexpectedMessage` for one that is open.
    mutating func receive(_ offer: BlobOffer, into effects: inout [SessionEffect]) throws(Violation) {
        asked.remove(offer.blob)
        let open = open
        guard !open.contains(where: { $0.blob == offer.blob }) else {
            throw Violation(.unexpectedMessage, "an offer of a blob that is offered")
        }
        guard open.count < Limits.openBlobOffers else {
            throw Violation(.limitExceeded, "more than \(Limits.openBlobOffers) blobs offered at once")
        }
        waiting.append(offer)
        advance(into: &effects)
    }

    /// Throws `unexpectedMessage` for a stream that was never pulled, `badBatch` for bytes at another place than the
    /// next, and `limitExceeded` without credit. A chunk of a pull that ended is passed over.
    mutating func receive(_ chunk: BlobChunk, into effects: inout [SessionEffect]) throws(Violation) {
        guard var pull = pulls[chunk.stream], let next = pull.next else {
            guard pulls[chunk.stream] == nil, chunk.stream >= Limits.firstBlobStream else {
                throw Violation(.unexpectedMessage, "a chunk on stream \(chunk.stream), which is not pulled")
            }
            return
        }
        guard !pull.isClosing else { return }
        guard chunk.offset == next, UInt64(chunk.data.count) <= pull.offer.bytes - next, !chunk.data.isEmpty else {
            throw Violation(.badBatch, "\(chunk.data.count) bytes at \(chunk.offset) of a blob instead of \(next)")
        }
        guard pull.credit.isOpen else { throw Violation(.limitExceeded, "a chunk without credit") }
        pull.credit.spend(chunk.data.count)
        pull.next = next + UInt64(chunk.data.count)
        pull.waiting += chunk.data.count
        pulls[chunk.stream] = pull
        effects.append(.blob(.keep(chunk)))
    }

    /// The peer cannot send a blob, or the rest of it.
    mutating func gone(_ blob: Hash256, into effects: inout [SessionEffect]) {
        asked.remove(blob)
        waiting.removeAll { $0.blob == blob }
        putOff.removeAll { $0.blob == blob }
        for (stream, pull) in pulls where pull.offer.blob == blob && !pull.isClosing && !pull.isFinishing {
            pulls[stream]?.isClosing = true
            if pull.next != nil { effects.append(.blob(.close(stream: stream))) }
        }
        askForMissing(into: &effects)
    }

    /// Tries again what found no room.
    mutating func tick(into effects: inout [SessionEffect]) {
        guard !putOff.isEmpty else { return }
        waiting += putOff.prefix(Limits.blobPulls)
        putOff.removeFirst(min(Limits.blobPulls, putOff.count))
        advance(into: &effects)
    }

    mutating func opened(_ stream: UInt16, at offset: UInt64, into effects: inout [SessionEffect]) throws(Violation) {
        guard var pull = pulls[stream] else { return }
        guard !pull.isClosing else {
            effects.append(.blob(.close(stream: stream)))
            return
        }
        pull.next = offset
        guard offset < pull.offer.bytes else {
            pulls[stream] = pull
            finish(stream, into: &effects)
            return
        }
        try pull.credit.grant(UInt32(Limits.blobCreditBytes))
        pulls[stream] = pull
        effects.append(
            .send(
                .blobPull(
                    BlobPull(
                        stream: stream, blob: pull.offer.blob, offset: offset,
                        creditBytes: UInt32(Limits.blobCreditBytes)))))
    }

    mutating func kept(_ stream: UInt16, bytes: Int, into effects: inout [SessionEffect]) throws(Violation) {
        guard var pull = pulls[stream], !pull.isClosing else { return }
        pull.waiting -= bytes
        pull.kept += bytes
        if pull.next == pull.offer.bytes {
            pulls[stream] = pull
            if pull.waiting == 0 { finish(stream, into: &effects) }
            return
        }
        if pull.kept >= Limits.blobCreditBytes / 4 {
            try pull.credit.grant(UInt32(pull.kept))
            effects.append(.send(.credit(Credit(stream: stream, bytes: UInt32(pull.kept)))))
            pull.kept = 0
        }
        pulls[stream] = pull
    }

    /// All bytes of a pull are here. Meanwhile the next blob may come.
    private mutating func finish(_ stream: UInt16, into effects: inout [SessionEffect]) {
        guard let offer = pulls[stream]?.offer else { return }
        pulls[stream]?.isFinishing = true
        effects.append(.blob(.finish(stream: stream, offer)))
        advance(into: &effects)
    }

    /// The blob is held durably. Returns its offer; nil if that has ended.
    mutating func held(_ stream: UInt16, into effects: inout [SessionEffect]) -> BlobOffer? {
        guard let pull = pulls.removeValue(forKey: stream) else { return nil }
        effects.append(.send(.blobReceipt(BlobReceipt(blob: pull.offer.blob))))
        effects.append(.resetBackoff)
        waiting += putOff
        putOff = []
        advance(into: &effects)
        return pull.offer
    }

    /// The blob was not taken. One with another hash is pulled once more, from its start.
    mutating func failed(_ stream: UInt16, _ refusal: BlobReceipt.Refusal, into effects: inout [SessionEffect]) {
        guard var pull = pulls.removeValue(forKey: stream) else { return }
        if pull.next != nil { effects.append(.send(.credit(Credit(stream: stream, bytes: 0)))) }
        switch refusal {
        case .wrongHash where pull.failures == 0 && !pull.isClosing:
            pull.failures += 1
            begin(pull.offer, failures: pull.failures, into: &effects)
        case .noRoom:
            if !pull.isClosing { putOff.append(pull.offer) }
        case .tooLarge, .wrongHash:
            effects.append(.send(.blobReceipt(BlobReceipt(blob: pull.offer.blob, refusal: refusal))))
        }
        advance(into: &effects)
    }

    mutating func closed(_ stream: UInt16, into effects: inout [SessionEffect]) {
        pulls[stream] = nil
        advance(into: &effects)
    }

    private mutating func advance(into effects: inout [SessionEffect]) {
        while !waiting.isEmpty, pulls.count < Limits.openBlobPulls,
            pulls.values.count(where: { !$0.isFinishing }) < Limits.blobPulls
        {
            begin(waiting.removeFirst(), failures: 0, into: &effects)
        }
        askForMissing(into: &effects)
    }

    private mutating func begin(_ offer: BlobOffer, failures: Int, into effects: inout [SessionEffect]) {
        let stream = nextStream
        nextStream = nextStream == .max ? Limits.firstBlobStream : nextStream + 1
        pulls[stream] = Pulling(offer: offer, failures: failures)
        effects.append(.blob(.open(stream: stream, offer)))
    }
}
