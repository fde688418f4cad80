package import FieldpostCore
import FieldpostStore
package import FieldpostSync
import FieldpostWire

extension SessionEffect.Write {
    /// It brings entries, which need space on the disk.
    package var bringsEntries: Bool {
        switch self {
        case .store, .storeEarly, .absorb, .restore: true
        case .register, .checkFeed, .acknowledgeFeed, .passFeed, .finishFetch, .feedAgain, .noteClock,
            .compareHeads, .acknowledge, .keepPeople, .begin:
            false
        }
    }

    /// The cost of the work in entries, once it is decoded: at least one for each KiB, so that a few large entries cost
    /// as much as many small ones.
    package var entryCount: Int {
        switch self {
        case .store(let batch): Self.weight(batch.body)
        case .storeEarly(let entry): max(1, entry.bytes.count / 1024)
        case .absorb(let batch): (batch.body.map(Self.weight) ?? 0) + batch.withdrawn.count
        case .restore(let fetched, _): fetched.body.map(Self.weight) ?? 0
        case .register, .checkFeed, .acknowledgeFeed, .passFeed, .finishFetch, .feedAgain, .noteClock,
            .compareHeads, .acknowledge, .keepPeople, .begin:
            0
        }
    }

    private static func weight(_ body: CompressedEntries) -> Int { max(Int(body.count), Int(body.rawBytes) / 1024) }
}

/// A write that was inflated, decoded and hashed in advance, on another core than the writer's.
package enum PreparedWork: Sendable {
    case plain(SessionEffect.Write)
    case store(StoreRun)
    case storeEarly(SealedEntry, Permit)
    case absorb(FeedBatch, GivenEntries, Permit)
    case restore(Fetched, Fetch.Range, GivenEntries, Permit)

    /// Permission to hold the decoded entries in memory. It is kept as long as the entries.
    package typealias Permit = (any Sendable)?

    /// `permit`: for `work.entryCount` entries.
    package init(_ work: SessionEffect.Write, permit: Permit) throws(Violation) {
        switch work {
        case .store(let batch):
            self = .store(try StoreRun(batch, permit: permit))
        case .storeEarly(let entry):
            self = .storeEarly(EntryCodec().open(entry.bytes, at: entry.dot), permit)
        case .absorb(let batch):
            let entries = try batch.body.map { body throws(Violation) in try GivenEntries(body, proofs: batch.proofs) }
            self = .absorb(batch, entries ?? .none, permit)
        case .restore(let fetched, let range):
            self = .restore(fetched, range, try GivenEntries(fetched, of: range), permit)
        case .register, .checkFeed, .acknowledgeFeed, .passFeed, .finishFetch, .feedAgain, .noteClock,
            .compareHeads, .acknowledge, .keepPeople, .begin:
            self = .plain(work)
        }
    }

    /// The same as for the work it was made from.
    package var bringsEntries: Bool {
        if case .plain = self { false } else { true }
    }
}

/// A run of one origin's entries on one stream, ready to be stored. It comes from one batch or from several consecutive
/// ones. One commit for many batches writes each page of the database only once.
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
    private var permits: [any Sendable]

    init(_ batch: Batch, permit: PreparedWork.Permit) throws(Violation) {
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
        permits = permit.map { [$0] } ?? []
    }

    /// Whether `other` starts where this ends, and both together fit into one commit.
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
        permits += other.permits
    }
}
