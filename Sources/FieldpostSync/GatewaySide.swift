import FieldpostCore

/// A gateway's side of a session. It serves pulls of its own entries, and reads central's feed.
struct GatewaySide: Sendable {
    /// A pull by central that is active.
    private struct Served {
        let pull: Pull
        var sent: UInt64
        var credit: CreditCounter
        /// The pull's starting point was found to match this journal's chain.
        var isVerified = false
        var origin: Origin { pull.after.origin }
        /// A read is running. Its answer must come before the next read.
        var isReading = false
    }

    private static let feedStream: UInt16 = 1

    private let own: Hello
    private let central: Hello
    private let earlyDistance: UInt64
    private var early = EarlyExchange()
    private var search = DivergenceSearch([])
    private var fetches = FetchExchange()
    private(set) var blobs = BlobExchange()
    /// Origins of this node for which central holds other entries, or more; nil before the heads are compared.
    private var diverged: Set<Origin>?
    /// Pulls whose starting point does not match this journal's chain.
    private var unsound: [Pull] = []
    /// A new incarnation is about to begin: this session sends nothing more.
    private var isEnding = false
    /// The head of each of this node's origins.
    private var heads: [Origin: Head]
    /// Bytes of the feed that central may still send.
    private var feedCredit = CreditCounter()
    /// The last feed position received in this session.
    private var feedPosition: UInt64 = 0
    private var hasHeads = false
    private var pulls: [UInt16: Served] = [:]
    /// Central held everything when the session began. Then no receipt will come to prove that central is healthy.
    private var isAllHeld = false
    /// An announcement was sent since credit last arrived. One is enough until then.
    private var hasAnnounced = false
    /// What central asked is being computed.
    private var isComparing = false
    /// What central said that this gateway lacks is being fetched.
    private var isFetchingLacking = false

    /// The heads are compared, and the feed was asked for.
    var isCompared: Bool { diverged != nil }

    /// `earlyDistance`: see `Limits.earlyDistance`.
    init(own: Hello, central: Hello, earlyDistance: UInt64) {
        self.own = own
        self.central = central
        self.earlyDistance = earlyDistance
        heads = Dictionary(own.heads.map { ($0.origin, $0) }) { first, _ in first }
    }

    mutating func handle(_ event: SessionEvent, into effects: inout [SessionEffect]) throws(Violation) {
        guard !isEnding else { return }
        switch event {
        case .received(let message): try receive(message, into: &effects)
        case .headMoved(let head): moved(head, into: &effects)
        case .headsCompared(let verdict): try compared(verdict, into: &effects)
        case .pointsRead(let points):
            if let finding = search.ask(points, into: &effects) { settle(finding, into: &effects) }
        case .pullVerified(let pull, let isSound): try verified(pull, isSound: isSound, into: &effects)
        case .corruptionFound(let ranges): fetches.want(ranges, into: &effects)
        case .fetchServed: fetches.served()
        case .restored(let fetched):
            fetches.restored(fetched, into: &effects)
            answerLacking(into: &effects)
        case .digested: isComparing = false
        case .runSent(let stream, let run): sent(run, on: stream, into: &effects)
        case .receiptKept: effects.append(.resetBackoff)
        case .urgentRead(let entries, let number, let newest, let isLast):
            early.read(
                entries, upTo: number, newest: newest, isLast: isLast, reached: reached,
                spacing: earlyDistance / Limits.earlySpacing, into: &effects)
            advanceEarly(into: &effects)
        case .earlyCompared(let known, let cause): comparedEarly(known, cause, into: &effects)
        case .absorbed(_, let dataBytes): try absorbed(dataBytes, into: &effects)
        case .statusMade(let status): if isCompared { effects.append(.send(.status(status))) }
        case .blobsGrew: blobs.grew(into: &effects)
        case .blobWanted(let blob): blobs.want(blob, into: &effects)
        case .thumbnailWanted(let blob): blobs.wantThumbnail(blob, into: &effects)
        case .blobsMissing: blobs.miss(into: &effects)
        case .blobDone(let outcome): try blobs.done(outcome, into: &effects)
        case .tick: blobs.tick(into: &effects)
        default: preconditionFailure("\(event) belongs to central")
        }
    }

    private mutating func receive(_ message: Message, into effects: inout [SessionEffect]) throws(Violation) {
        switch message {
        case .heads(let heads): try compare(heads, into: &effects)
        case .pull(let pull): try take(pull, into: &effects)
        case .credit(let credit): try grant(credit, into: &effects)
        case .receipt(let receipt):
            try checkOwn(receipt.head.origin, "a receipt")
            early.covered(by: receipt.head)
            advanceEarly(into: &effects)
            effects.append(.write(.acknowledge(receipt)))
        case .earlyReceipt(let known):
            try checkOwn(known.dot.origin, "a receipt")
            try early.receive(known, into: &effects)
            advanceEarly(into: &effects)
        case .fetch(let fetch): try fetches.serve(fetch, into: &effects)
        case .fetched(let fetched): try fetches.receive(fetched, into: &effects)
        case .located(let located):
            let finding = try search.narrow(located, into: &effects)
            settle(finding ?? search.next(into: &effects), into: &effects)
        case .feedBatch(let batch):
            guard batch.stream == Self.feedStream else {
                throw Violation(.unexpectedMessage, "a feed batch on stream \(batch.stream)")
            }
            guard batch.upTo.incarnation == central.incarnation, batch.upTo.position > feedPosition else {
                throw Violation(
                    .badBatch, "feed position \(batch.upTo.position) of \(batch.upTo.incarnation) after \(feedPosition)"
                )
            }
            feedPosition = batch.upTo.position
            guard feedCredit.isOpen else { throw Violation(.limitExceeded, "a feed batch without credit") }
            feedCredit.spend(batch.creditBytes)
            effects.append(.write(.absorb(batch)))
        case .blobAsk, .blobOffer, .blobPull, .blobChunk, .blobReceipt, .blobGone, .thumbnailAsk, .thumbnail:
            try blobs.receive(message, into: &effects)
        case .people(let list):
            guard own.people != nil, hasHeads else {
                throw Violation(.unexpectedMessage, "a list of people that this gateway does not take, or not yet")
            }
            effects.append(.write(.keepPeople(list)))
        case .compare(let compare): try answer(compare, into: &effects)
        default: throw Violation(.unexpectedMessage, "a gateway does not accept this message")
        }
    }

    /// Central compares what both hold, one question at a time.
    private mutating func answer(
        _ compare: Compare, into effects: inout [SessionEffect]
    ) throws(Violation) {
        guard own.compares, isCompared, !isComparing, !isFetchingLacking else {
            throw Violation(.unexpectedMessage, "a comparison before the heads were compared, or a second one at once")
        }
        switch compare.subject {
        case .entries(let origin): try checkOwn(origin, "a comparison")
        case .slots, .reports, .rows: break
        case .lacking(let origin):
            try checkOwn(origin, "a comparison")
            isFetchingLacking = true
            fetches.want(
                compare.ranges.map { .run(origin, first: $0.lowerBound, last: $0.upperBound) }, into: &effects)
            return answerLacking(into: &effects)
        }
        isComparing = true
        effects.append(.read(.compare(compare)))
    }

    private mutating func answerLacking(into effects: inout [SessionEffect]) {
        guard isFetchingLacking, fetches.isIdle else { return }
        isFetchingLacking = false
        effects.append(.send(.compared(Compared())))
    }

    private mutating func compare(_ heads: Heads, into effects: inout [SessionEffect]) throws(Violation) {
        guard !hasHeads else { throw Violation(.unexpectedMessage, "heads for a second time") }
        hasHeads = true
        let held = Dictionary(heads.heads.map { ($0.origin, $0.seq) }, uniquingKeysWith: max)
        isAllHeld = self.heads.values.allSatisfy { $0.seq <= held[$0.origin] ?? 0 }
        effects.append(.write(.compareHeads(heads)))
    }

    /// If central holds other entries of this node, or more, this journal was restored from a backup. Lost entries of
    /// earlier incarnations are fetched. If it concerns the present incarnation, that one ends and a new one begins.
    private mutating func compared(
        _ verdict: HeadsVerdict, into effects: inout [SessionEffect]
    ) throws(Violation) {
        diverged = Set(verdict.divergences.map(\.origin))
        try judgePulls()
        if verdict.hasLaterIncarnation {
            return begin(.laterIncarnation(than: Origin(node: own.node, incarnation: own.incarnation)), into: &effects)
        }
        try readFeed(by: verdict, into: &effects)
        fetches.want(verdict.missing, into: &effects)
        search = DivergenceSearch(verdict.divergences)
        settle(search.next(into: &effects), into: &effects)
        if !isEnding { advanceAll(into: &effects) }
    }

    private mutating func advanceAll(into effects: inout [SessionEffect]) {
        for stream in pulls.keys.sorted() { advance(stream, into: &effects) }
        advanceEarly(into: &effects)
    }

    private mutating func settle(_ finding: DivergenceSearch.Finding?, into effects: inout [SessionEffect]) {
        var finding = finding
        while let found = finding {
            switch found {
            case .forked(let origin, let agreed):
                return begin(.forked(origin, agreed: agreed), into: &effects)
            case .behind(let divergence) where divergence.origin.incarnation == own.incarnation:
                return begin(.rewound(divergence.origin, held: divergence.held, peer: divergence.peer), into: &effects)
            case .behind(let divergence):
                fetches.want(
                    [.run(divergence.origin, first: divergence.held + 1, last: divergence.peer)], into: &effects)
            }
            finding = search.next(into: &effects)
        }
    }

    private mutating func begin(_ cause: IncarnationStart.Cause, into effects: inout [SessionEffect]) {
        isEnding = true
        effects.append(.write(.begin(cause)))
    }

    /// A pull that does not match this journal's chain waits for the comparison of the heads to explain it. Throws
    /// `fork` when the comparison found no divergence.
    private mutating func judgePulls() throws(Violation) {
        guard let diverged else { return }
        for pull in unsound where !diverged.contains(pull.after.origin) {
            throw Violation(
                .fork, "entry \(pull.after.seq) of \(pull.after.origin) has another chain value in this journal")
        }
        unsound = []
    }

    /// Continues the feed where this node stopped. Positions of another incarnation of central mean nothing here.
    /// Central then begins at the start, and checks whether it knows that incarnation as its own.
    private mutating func readFeed(
        by verdict: HeadsVerdict, into effects: inout [SessionEffect]
    ) throws(Violation) {
        if isAllHeld, diverged?.isEmpty ?? true { effects.append(.resetBackoff) }
        let start = FeedCursor(incarnation: central.incarnation, position: 0)
        let credit = UInt32(Limits.pullCreditBytes)
        try feedCredit.grant(credit)
        let pull = FeedPull(
            stream: Self.feedStream, after: verdict.cursor ?? start, creditBytes: credit, seen: verdict.seen,
            proof: verdict.cursorProof)
        effects.append(.send(.feedPull(pull)))
    }

    /// Credit that arrives while the pull is compared with the journal counts, and may end the pull.
    private mutating func take(_ pull: Pull, into effects: inout [SessionEffect]) throws(Violation) {
        try checkOwn(pull.after.origin, "a pull")
        guard pulls[pull.stream] == nil else { throw Violation(.unexpectedMessage, "stream \(pull.stream) is in use") }
        guard pulls.count + unsound.count < Limits.pullStreams else {
            throw Violation(.limitExceeded, "more than \(Limits.pullStreams) pulls at once")
        }
        pulls[pull.stream] = Served(pull: pull, sent: pull.after.seq, credit: try CreditCounter(pull.creditBytes))
        effects.append(.read(.verifyPull(pull)))
    }

    private func checkOwn(_ origin: Origin, _ what: String) throws(Violation) {
        guard origin.node == own.node else { throw Violation(.wrongRole, "\(what) of another node's origin") }
    }

    private mutating func verified(
        _ pull: Pull, isSound: Bool, into effects: inout [SessionEffect]
    ) throws(Violation) {
        guard pulls[pull.stream]?.pull == pull else { return }
        guard isSound else {
            pulls[pull.stream] = nil
            unsound.append(pull)
            return try judgePulls()
        }
        pulls[pull.stream]?.isVerified = true
        advance(pull.stream, into: &effects)
        advanceEarly(into: &effects)
    }

    /// Credit of 0 ends the pull.
    private mutating func grant(_ credit: Credit, into effects: inout [SessionEffect]) throws(Violation) {
        guard credit.stream < Limits.firstBlobStream else { return try blobs.grant(credit, into: &effects) }
        guard var served = pulls[credit.stream] else { return }
        guard credit.bytes > 0 else {
            pulls[credit.stream] = nil
            return
        }
        try served.credit.grant(credit.bytes)
        pulls[credit.stream] = served
        hasAnnounced = false
        advance(credit.stream, into: &effects)
    }

    private mutating func moved(_ head: Head, into effects: inout [SessionEffect]) {
        guard head.seq > heads[head.origin]?.seq ?? 0 else { return }
        heads[head.origin] = head
        let streams = pulls.filter { $0.value.origin == head.origin }.keys.sorted()
        for stream in streams { advance(stream, into: &effects) }
        early.grew()
        advanceEarly(into: &effects)
        // A pull with credit sends the batch itself. Otherwise an announcement at least tells central what waits.
        if !streams.contains(where: { pulls[$0]?.isReading == true }), !hasAnnounced {
            hasAnnounced = true
            effects.append(.send(.announce(head)))
        }
    }

    private mutating func sent(_ run: SentRun?, on stream: UInt16, into effects: inout [SessionEffect]) {
        guard var served = pulls[stream] else { return }
        served.isReading = false
        if let run {
            served.sent = run.lastSeq
            served.credit.spend(run.dataBytes)
        }
        pulls[stream] = served
        if run != nil { advance(stream, into: &effects) }
    }

    /// Sends nothing before the feed is requested. What the gateway shows in that request tells a restored central node
    /// that it was restored. It must learn this before it stores anything.
    private mutating func advance(_ stream: UInt16, into effects: inout [SessionEffect]) {
        guard diverged != nil, early.isCompared, let served = pulls[stream], served.isVerified, !served.isReading,
            served.credit.isOpen, served.sent < heads[served.origin]?.seq ?? 0
        else { return }
        pulls[stream]?.isReading = true
        effects.append(.read(.run(stream: stream, origin: served.origin, after: served.sent)))
    }

    // MARK: Ahead of the chain

    /// While a pull is behind, its urgent entries go ahead.
    private mutating func advanceEarly(into effects: inout [SessionEffect]) {
        guard diverged != nil, early.isCompared, isBehind else { return }
        early.advance(into: &effects)
    }

    private var isBehind: Bool {
        reached.contains { origin, seq in (heads[origin]?.seq ?? 0) > seq }
    }

    /// How far the pulls come soon.
    private var reached: [Origin: UInt64] {
        let verified = pulls.values.filter(\.isVerified).map { ($0.origin, $0.sent + earlyDistance) }
        return Dictionary(verified, uniquingKeysWith: max)
    }

    private mutating func comparedEarly(
        _ known: KnownEntry, _ cause: IncarnationStart.Cause?, into effects: inout [SessionEffect]
    ) {
        if let cause { return begin(cause, into: &effects) }
        early.compared(known)
        advanceAll(into: &effects)
    }

    private mutating func absorbed(_ dataBytes: Int, into effects: inout [SessionEffect]) throws(Violation) {
        effects.append(.sendFeedReceipt)
        let bytes = UInt32(clamping: dataBytes)
        guard bytes > 0 else { return }
        try feedCredit.grant(bytes)
        effects.append(.send(.credit(Credit(stream: Self.feedStream, bytes: bytes))))
    }
}
