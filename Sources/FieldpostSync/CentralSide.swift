import FieldpostCore

/// Central's side of a session. It pulls the gateway's entries, and sends it its feed.
struct CentralSide: Sendable {
    /// An active pull, standing or part of a resync.
    private struct Pulling {
        let origin: Origin
        /// The seq that the next batch must begin with.
        var next: UInt64
        var window: PullWindow
        /// The last seq that a resync pull wants; nil for a standing pull.
        let goal: UInt64?
        /// The last seq that the gateway is known to hold.
        var known: UInt64
    }

    private enum Upkeep {
        case comparison(isDeep: Bool)
        case repair([Difference])
    }

    private let own: Hello
    private let gateway: Hello
    private var pulls: [UInt16: Pulling] = [:]
    /// The bytes that all pulls together may have on their way or waiting to be stored.
    var share = Limits.pullCreditBytes
    private var nextStream: UInt16 = 1
    private var feed: FeedServing?
    /// The last feed position that the gateway acknowledged.
    private var acknowledged: UInt64 = 0
    private var fetches = FetchExchange()
    private(set) var blobs = BlobExchange(isCentral: true)
    /// An answer to the gateway's `locate` is being prepared. The gateway must not ask again before it.
    private var isLocating = false
    /// Entries ahead of their chain that are being stored.
    private var storingEarly = 0
    private var resync: ResyncProgress?
    /// Origins that the resync still has to pull, each with its last seq. At most `Limits.pullStreams` pulls are active
    /// at once.
    private var waitingForResync: [(origin: Origin, goal: UInt64)] = []
    /// A resync was requested before the gateway was registered.
    private var wantsResync = false
    private var comparison: Comparison?
    private var repair: Repair?
    /// What an administrator asked for, and waits.
    private var upkeep: [Upkeep] = []
    /// How far each origin is stored here.
    private var reach: [Origin: UInt64] = [:]
    private var people: PeopleServing
    /// The last seq that the hello offered, of each origin that was behind it and still is. Entries up to there may
    /// name blobs that this node had once and that the gateway will not offer.
    private var behind: [Origin: UInt64] = [:]

    init(own: Hello, gateway: Hello, into effects: inout [SessionEffect]) throws(Violation) {
        self.own = own
        self.gateway = gateway
        people = PeopleServing(held: gateway.people)
        for head in gateway.heads + gateway.receipts.map(\.head) where head.origin.node != gateway.node {
            throw Violation(
                .wrongRole, "the hello offers entries of node \(head.origin.node.short), which is not the peer")
        }
        effects.append(.write(.register(gateway)))
    }

    mutating func handle(_ event: SessionEvent, into effects: inout [SessionEffect]) throws(Violation) {
        switch event {
        case .received(let message): try receive(message, into: &effects)
        case .registered(let state): try open(after: state, into: &effects)
        case .feedChecked(let pull):
            // A position from another incarnation was not handed out by this journal: then the feed begins at 0.
            let place = pull.after.incarnation == own.incarnation ? pull.after.position : 0
            // The gateway holds everything before the position that it asks for, even if its receipt was lost with the
            // last session.
            if place > 0 {
                acknowledged = place
                effects.append(.write(.acknowledgeFeed(place)))
            }
            feed?.begin(after: place, into: &effects)
        case .locateServed: isLocating = false
        case .corruptionFound(let ranges): fetches.want(ranges, into: &effects)
        case .fetchServed: fetches.served()
        case .restored(let fetched):
            fetches.restored(fetched, into: &effects)
            advanceRepair(into: &effects)
        case .compare(let isDeep): take(.comparison(isDeep: isDeep), into: &effects)
        case .digested(let own):
            comparison?.takeOwn(own, into: &effects)
            report(into: &effects)
        case .repair(let differences): take(.repair(differences), into: &effects)
        case .stored(let batch): try stored(batch, into: &effects)
        case .earlyStored: storingEarly -= 1
        case .feedGrew: feed?.grew(into: &effects)
        case .feedSent(let sent):
            feed?.sent(sent, into: &effects)
            acknowledge(upTo: nil, into: &effects)
        case .resync: try startResync(into: &effects)
        case .peopleChanged: people.changed(into: &effects)
        case .peopleRead(let list): people.read(list, into: &effects)
        case .blobsGrew: break  // central sends a blob only when it is asked for it
        case .blobWanted(let blob): blobs.want(blob, into: &effects)
        case .thumbnailWanted(let blob): blobs.wantThumbnail(blob, into: &effects)
        case .blobsMissing: blobs.miss(into: &effects)
        case .blobDone(let outcome): try blobs.done(outcome, into: &effects)
        case .tick: blobs.tick(into: &effects)
        default: preconditionFailure("\(event) belongs to a gateway")
        }
    }

    private mutating func receive(_ message: Message, into effects: inout [SessionEffect]) throws(Violation) {
        switch message {
        case .announce(let head):
            // A standing pull brings these entries as its credit allows. The announcement only says that they wait.
            guard gateway.heads.contains(where: { $0.origin == head.origin }) else {
                throw Violation(.unexpectedMessage, "an announcement of an origin that the hello did not name")
            }
            for (stream, pulling) in pulls where pulling.origin == head.origin && pulling.goal == nil {
                pulls[stream]?.known = max(pulling.known, head.seq)
            }
        case .batch(let batch): try take(batch, into: &effects)
        case .early(let entry): try take(entry, into: &effects)
        case .status: break  // the shell keeps the last one
        case .compared(let answer): try take(answer, into: &effects)
        case .feedPull(let pull):
            guard feed == nil else { throw Violation(.unexpectedMessage, "a second feed pull") }
            feed = FeedServing(stream: pull.stream, credit: try CreditCounter(pull.creditBytes))
            effects.append(.write(.checkFeed(pull)))
            beginUpkeep(into: &effects)
        case .fetch(let fetch):
            if case .foreign = fetch.range {
                throw Violation(.wrongRole, "a gateway may not fetch all foreign entries from central")
            }
            try fetches.serve(fetch, into: &effects)
        case .fetched(let fetched): try fetches.receive(fetched, into: &effects)
        case .locate(let locate):
            guard locate.points.allSatisfy({ $0.origin.node == gateway.node }) else {
                throw Violation(.wrongRole, "points of another node's origin")
            }
            guard !isLocating else {
                throw Violation(.unexpectedMessage, "a second locate before the first was answered")
            }
            isLocating = true
            effects.append(.read(.locate(locate)))
        case .feedReceipt(let cursor):
            guard cursor.incarnation == own.incarnation else { return }
            guard cursor.position <= feed?.position ?? 0 else {
                throw Violation(.rewound, "a receipt for feed position \(cursor.position), which was not sent")
            }
            acknowledge(upTo: cursor.position, into: &effects)
        case .credit(let credit) where credit.stream >= Limits.firstBlobStream: try blobs.grant(credit, into: &effects)
        case .blobAsk, .blobOffer, .blobPull, .blobChunk, .blobReceipt, .blobGone, .thumbnailAsk, .thumbnail:
            try blobs.receive(message, into: &effects)
        case .credit(let credit):
            guard feed?.stream == credit.stream else { return }
            try feed?.grant(credit.bytes, into: &effects)
        default: throw Violation(.unexpectedMessage, "a central node does not accept this message")
        }
    }

    /// The gateway holds the feed up to a position. When it holds all that was sent, the positions that were skipped
    /// after it count too.
    private mutating func acknowledge(upTo position: UInt64?, into effects: inout [SessionEffect]) {
        guard let feed else { return }
        if let position, position > acknowledged {
            acknowledged = position
            effects.append(.write(.acknowledgeFeed(position)))
        }
        guard acknowledged >= feed.told, acknowledged < feed.position else { return }
        acknowledged = feed.position
        effects.append(.write(.passFeed(feed.position)))
    }

    // MARK: Pulling

    /// Batches wait to be stored.
    var isPulling: Bool { pulls.values.contains { $0.window.waiting > 0 } }

    /// Opens one standing pull for each origin that the gateway offers, starting after what is held.
    private mutating func open(after state: GatewayState, into effects: inout [SessionEffect]) throws(Violation) {
        let held = state.heads.heads
        effects.append(.send(.heads(state.heads)))
        people.begin(with: state.people, into: &effects)
        for offered in gateway.heads.sorted(by: { $0.origin < $1.origin }) {
            let start = Head(origin: offered.origin, seq: 0, chain: Chain.start(of: offered.origin))
            let after = held.first { $0.origin == offered.origin } ?? start
            try pull(after: after, goal: nil, known: offered.seq, into: &effects)
            reach[offered.origin] = after.seq
            if after.seq < offered.seq { behind[offered.origin] = offered.seq }
        }
        fetches.want(state.missing + (state.wantsFetch ? [.foreign(after: nil)] : []), into: &effects)
        if wantsResync { try startResync(into: &effects) }
    }

    private mutating func pull(
        after: Head, goal: UInt64?, known: UInt64, into effects: inout [SessionEffect]
    ) throws(Violation) {
        guard pulls.count < Limits.pullStreams, nextStream < Limits.firstBlobStream else {
            throw Violation(.limitExceeded, "more than \(Limits.pullStreams) pulls at once")
        }
        let window = try PullWindow()
        pulls[nextStream] = Pulling(
            origin: after.origin, next: after.seq + 1, window: window, goal: goal, known: known)
        let credit = UInt32(window.credit.bytes)
        effects.append(.send(.pull(Pull(stream: nextStream, after: after, creditBytes: credit))))
        nextStream += 1
    }

    private mutating func take(_ batch: Batch, into effects: inout [SessionEffect]) throws(Violation) {
        guard var pulling = pulls[batch.stream] else {
            // Batches that were in flight when a pull ended are not a violation.
            guard batch.stream < nextStream else {
                throw Violation(.unexpectedMessage, "a batch on stream \(batch.stream), which was never pulled")
            }
            return
        }
        guard batch.origin == pulling.origin, batch.firstSeq == pulling.next, batch.lastSeq >= batch.firstSeq,
            batch.lastSeq <= Limits.seq, batch.lastSeq - batch.firstSeq + 1 == UInt64(batch.body.count)
        else {
            throw Violation(
                .badBatch,
                "entries \(batch.firstSeq)…\(batch.lastSeq) (\(batch.body.count)) instead of entry \(pulling.next)")
        }
        try pulling.window.take(bytes: batch.body.data.count, entries: UInt64(batch.body.count))
        pulling.next = batch.lastSeq + 1
        pulls[batch.stream] = pulling
        effects.append(.write(.store(batch)))
    }

    /// The gateway sends such entries once it has compared the heads, and only a few without a receipt.
    private mutating func take(_ entry: EarlyEntry, into effects: inout [SessionEffect]) throws(Violation) {
        guard entry.dot.origin.node == gateway.node else {
            throw Violation(.wrongRole, "an early entry of another node's origin")
        }
        guard nextStream > 1, gateway.heads.contains(where: { $0.origin == entry.dot.origin }) else {
            throw Violation(.unexpectedMessage, "an early entry of an origin that is not pulled")
        }
        guard storingEarly < Limits.earlyWindow else {
            throw Violation(.limitExceeded, "more than \(Limits.earlyWindow) early entries at once")
        }
        storingEarly += 1
        effects.append(.write(.storeEarly(entry)))
    }

    private mutating func stored(_ batch: StoredBatch, into effects: inout [SessionEffect]) throws(Violation) {
        effects.append(.sendReceipt(batch.origin))
        effects.append(.resetBackoff)
        reach[batch.origin] = max(reach[batch.origin] ?? 0, batch.lastSeq)
        if let last = behind[batch.origin], batch.lastSeq >= last {
            behind[batch.origin] = nil
            if behind.isEmpty { blobs.miss(into: &effects) }
        }
        guard var pulling = pulls[batch.stream] else { return }
        if let goal = pulling.goal { compared(batch, goal: goal, into: &effects) }
        guard pulling.goal.map({ batch.lastSeq < $0 }) ?? true else {
            pulls[batch.stream] = nil
            effects.append(.send(.credit(Credit(stream: batch.stream, bytes: 0))))
            try goOn(into: &effects)
            return
        }
        let rest = pulling.known >= pulling.next ? pulling.known - pulling.next + 1 : 0
        let bytes = try pulling.window.stored(bytes: batch.dataBytes, rest: rest, share: share / pulls.count)
        pulls[batch.stream] = pulling
        if bytes > 0 { effects.append(.send(.credit(Credit(stream: batch.stream, bytes: bytes)))) }
    }

    // MARK: Resync

    /// Pulls every origin again from the start, up to what the standing pulls have requested so far. A second request
    /// during a resync reports the progress of the first.
    private mutating func startResync(into effects: inout [SessionEffect]) throws(Violation) {
        guard nextStream > 1 || gateway.heads.isEmpty else {
            wantsResync = true
            return
        }
        guard resync == nil else { return }
        wantsResync = false
        let standing = pulls.values.filter { $0.goal == nil && $0.next > 1 }.sorted { $0.origin < $1.origin }
        resync = ResyncProgress(done: 0, total: standing.reduce(0) { $0 + $1.next - 1 }, added: 0, isFinished: false)
        waitingForResync = standing.map { ($0.origin, $0.next - 1) }
        try goOn(into: &effects)
    }

    /// Opens pulls for as many waiting origins of the resync as the limit allows, or finishes the resync.
    private mutating func goOn(into effects: inout [SessionEffect]) throws(Violation) {
        while !waitingForResync.isEmpty, pulls.count < Limits.pullStreams {
            let (origin, goal) = waitingForResync.removeFirst()
            let start = Head(origin: origin, seq: 0, chain: Chain.start(of: origin))
            try pull(after: start, goal: goal, known: goal, into: &effects)
        }
        finishResync(into: &effects)
    }

    private mutating func compared(_ batch: StoredBatch, goal: UInt64, into effects: inout [SessionEffect]) {
        let beyond = batch.lastSeq > goal ? batch.lastSeq - goal : 0
        resync?.done += UInt64(batch.added + batch.repeated) - min(beyond, UInt64(batch.added + batch.repeated))
        resync?.added += UInt64(batch.added)
        if let resync { effects.append(.resyncProgress(resync)) }
    }

    private mutating func finishResync(into effects: inout [SessionEffect]) {
        guard var progress = resync, waitingForResync.isEmpty, !pulls.values.contains(where: { $0.goal != nil })
        else { return }
        progress.isFinished = true
        resync = nil
        effects.append(.resyncProgress(progress))
        if progress.added > 0 { blobs.miss(into: &effects) }
    }

    // MARK: Comparison and repair

    /// An administrator asks. One thing is done after the other, and nothing before the gateway has compared heads, as
    /// its feed pull shows. Who asks for a comparison of the kind that runs gets its answer.
    private mutating func take(_ request: Upkeep, into effects: inout [SessionEffect]) {
        guard gateway.compares, upkeep.count < Limits.waitingUpkeep else { return }
        if case .comparison(let isDeep) = request, let running = comparison?.progress, !running.isFinished,
            running.kind == (isDeep ? .deepComparison : .comparison)
        {
            return
        }
        upkeep.append(request)
        beginUpkeep(into: &effects)
    }

    private mutating func beginUpkeep(into effects: inout [SessionEffect]) {
        guard feed != nil, !upkeep.isEmpty, comparison?.progress.isFinished ?? true,
            repair?.progress.isFinished ?? true
        else { return }
        switch upkeep.removeFirst() {
        case .comparison(let isDeep):
            let heads = reach.sorted { $0.key < $1.key }.map { (origin: $0.key, seq: $0.value) }
            comparison = Comparison(of: heads, isDeep: isDeep)
            comparison?.goOn(into: &effects)
            report(into: &effects)
        case .repair(let differences):
            let repair = Repair(differences)
            self.repair = repair
            fetches.want(repair.wanted, into: &effects)
            if !repair.fed.isEmpty { effects.append(.write(.feedAgain(repair.fed))) }
            advanceRepair(into: &effects)
        }
    }

    private mutating func report(into effects: inout [SessionEffect]) {
        guard let comparison else { return }
        effects.append(.comparisonProgress(comparison.progress))
        beginUpkeep(into: &effects)
    }

    private mutating func take(_ answer: Compared, into effects: inout [SessionEffect]) throws(Violation) {
        if repair?.answered() == true { return advanceRepair(into: &effects) }
        guard comparison != nil else {
            throw Violation(.unexpectedMessage, "an answer to a comparison that was not asked for")
        }
        try comparison?.take(answer, into: &effects)
        report(into: &effects)
    }

    private mutating func advanceRepair(into effects: inout [SessionEffect]) {
        guard repair?.progress.isFinished == false else { return }
        repair?.goOn(isIdle: fetches.isIdle, into: &effects)
        beginUpkeep(into: &effects)
    }
}
