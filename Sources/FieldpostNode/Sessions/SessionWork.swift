package import FieldpostCore
import FieldpostJournal
package import FieldpostSync
import FieldpostWire

/// Writes that a session asks of the journal, in the order asked.
package enum SessionWork: Sendable {
    case register(Hello)
    case store(Batch)
    case acknowledgeFeed(UInt64)
    case checkFeed(FeedPull)
    case compareHeads(Heads)
    case acknowledge(Receipt)
    case absorb(FeedBatch)
    case restore(Fetched, asked: Fetch.Range)
    case finishFetch
    case noteClock(ClockMeasure)
    case begin(IncarnationStart.Cause)

    /// The write that an effect asks for; nil for any other effect.
    package init?(_ effect: SessionEffect) {
        switch effect {
        case .register(let hello): self = .register(hello)
        case .store(let batch): self = .store(batch)
        case .acknowledgeFeed(let position): self = .acknowledgeFeed(position)
        case .checkFeed(let pull): self = .checkFeed(pull)
        case .compareHeads(let heads): self = .compareHeads(heads)
        case .acknowledge(let receipt): self = .acknowledge(receipt)
        case .absorb(let batch): self = .absorb(batch)
        case .restore(let fetched, let range): self = .restore(fetched, asked: range)
        case .finishFetch: self = .finishFetch
        case .noteClock(let measure): self = .noteClock(measure)
        case .begin(let cause): self = .begin(cause)
        default: return nil
        }
    }

    /// It brings entries, which need room on the disk.
    var bringsEntries: Bool {
        switch self {
        case .store, .absorb, .restore: true
        default: false
        }
    }

    /// How many entries it weighs once it is decoded. A few large ones weigh as much as many small ones: one for each
    /// KiB at least.
    var entryCount: Int {
        switch self {
        case .store(let batch): Self.weight(batch.body)
        case .absorb(let batch): (batch.body.map(Self.weight) ?? 0) + batch.withdrawn.count
        case .restore(let fetched, _): fetched.body.map(Self.weight) ?? 0
        default: 0
        }
    }

    private static func weight(_ body: CompressedEntries) -> Int { max(Int(body.count), Int(body.rawBytes) / 1024) }
}

/// The same, inflated, decoded and hashed: done ahead, on another core than the one that writes.
package enum PreparedWork: Sendable {
    case plain(SessionWork)
    case store(StoreRun)
    case absorb(FeedBatch, GivenEntries, EntryBudget.Share?)
    case restore(Fetched, Fetch.Range, GivenEntries, EntryBudget.Share?)

    /// `share`: of the entryBudget, for `work.entryCount`.
    package init(_ work: SessionWork, share: EntryBudget.Share?) throws(Violation) {
        switch work {
        case .store(let batch):
            self = .store(try StoreRun(batch, share: share))
        case .absorb(let batch):
            let entries = try batch.body.map { body throws(Violation) in try GivenEntries(body, proofs: batch.proofs) }
            self = .absorb(batch, entries ?? .none, share)
        case .restore(let fetched, let range):
            self = .restore(fetched, range, try GivenEntries(fetched, of: range), share)
        default:
            self = .plain(work)
        }
    }

    /// As of the work that it was made of.
    var bringsEntries: Bool {
        if case .plain = self { false } else { true }
    }
}

/// A run of one origin's entries on one stream, ready to be stored: of one batch, or of several that follow each
/// other. One commit for many batches writes each page of the database once.
package struct StoreRun: Sendable {
    let stream: UInt16
    let origin: Origin
    let firstSeq: UInt64
    private(set) var lastSeq: UInt64
    let chainBefore: Hash256
    private var chainAfter: Hash256
    private(set) var entries: [SealedEntry]
    private(set) var dataBytes: Int
    private(set) var rawBytes: Int
    private var shares: [EntryBudget.Share]

    init(_ batch: Batch, share: EntryBudget.Share?) throws(Violation) {
        let packed = try BatchCodec.expand(batch.body)
        guard UInt64(packed.count) == batch.lastSeq - batch.firstSeq + 1 else {
            throw Violation(.badBatch, "\(packed.count) entries for seqs \(batch.firstSeq)…\(batch.lastSeq)")
        }
        entries = zip(packed, batch.firstSeq...).map { SealedEntry($0, at: Dot(batch.origin, $1)) }
        stream = batch.stream
        origin = batch.origin
        firstSeq = batch.firstSeq
        lastSeq = batch.lastSeq
        chainBefore = batch.chainBefore
        chainAfter = entries.reduce(batch.chainBefore) { Chain.link($0, $1.hash) }
        dataBytes = batch.body.data.count
        rawBytes = Int(batch.body.rawBytes)
        shares = share.map { [$0] } ?? []
    }

    /// Whether `other` goes on where this ends, and both together are no more than one commit should take.
    package func isFollowed(by other: StoreRun) -> Bool {
        stream == other.stream && origin == other.origin && other.firstSeq == lastSeq + 1
            && other.chainBefore == chainAfter && entries.count + other.entries.count <= Limits.batchEntries
    }

    package mutating func join(_ other: StoreRun) {
        lastSeq = other.lastSeq
        chainAfter = other.chainAfter
        entries += other.entries
        dataBytes += other.dataBytes
        rawBytes += other.rawBytes
        shares += other.shares
    }
}

/// Reads that a session asks of the journal.
package enum SessionReading: Sendable {
    case verifyPull(Pull)
    case points(Origin, after: UInt64, upTo: UInt64)
    case locate(Locate)
    case fetch(Fetch)
    case run(stream: UInt16, Origin, after: UInt64)
    case feed(stream: UInt16, after: UInt64)

    /// The read that an effect asks for; nil for any other effect.
    package init?(_ effect: SessionEffect) {
        switch effect {
        case .verifyPull(let pull): self = .verifyPull(pull)
        case .readPoints(let origin, let after, let upTo): self = .points(origin, after: after, upTo: upTo)
        case .locate(let locate): self = .locate(locate)
        case .readFetch(let fetch): self = .fetch(fetch)
        case .readRun(let stream, let origin, let after): self = .run(stream: stream, origin, after: after)
        case .readFeed(let stream, let after): self = .feed(stream: stream, after: after)
        default: return nil
        }
    }
}
