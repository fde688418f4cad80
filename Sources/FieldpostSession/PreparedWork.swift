package import FieldpostCore
import FieldpostJournal
package import FieldpostSync
import FieldpostWire

extension SessionEffect.Write {
    /// It brings entries, which need room on the disk.
    package var bringsEntries: Bool {
        switch self {
        case .store, .absorb, .restore: true
        case .register, .checkFeed, .acknowledgeFeed, .finishFetch, .noteClock, .compareHeads, .acknowledge, .begin:
            false
        }
    }

    /// How many entries it weighs once it is decoded. A few large ones weigh as much as many small ones: one for each
    /// KiB at least.
    package var entryCount: Int {
        switch self {
        case .store(let batch): Self.weight(batch.body)
        case .absorb(let batch): (batch.body.map(Self.weight) ?? 0) + batch.withdrawn.count
        case .restore(let fetched, _): fetched.body.map(Self.weight) ?? 0
        case .register, .checkFeed, .acknowledgeFeed, .finishFetch, .noteClock, .compareHeads, .acknowledge, .begin: 0
        }
    }

    private static func weight(_ body: CompressedEntries) -> Int { max(Int(body.count), Int(body.rawBytes) / 1024) }
}

/// A write, inflated, decoded and hashed: done ahead, on another core than the one that writes.
package enum PreparedWork: Sendable {
    case plain(SessionEffect.Write)
    case store(StoreRun)
    case absorb(FeedBatch, GivenEntries, Permit)
    case restore(Fetched, Fetch.Range, GivenEntries, Permit)

    /// What allows the decoded entries to be in memory: held as long as they are.
    package typealias Permit = (any Sendable)?

    /// `permit`: for `work.entryCount` entries.
    package init(_ work: SessionEffect.Write, permit: Permit) throws(Violation) {
        switch work {
        case .store(let batch):
            self = .store(try StoreRun(batch, permit: permit))
        case .absorb(let batch):
            let entries = try batch.body.map { body throws(Violation) in try GivenEntries(body, proofs: batch.proofs) }
            self = .absorb(batch, entries ?? .none, permit)
        case .restore(let fetched, let range):
            self = .restore(fetched, range, try GivenEntries(fetched, of: range), permit)
        case .register, .checkFeed, .acknowledgeFeed, .finishFetch, .noteClock, .compareHeads, .acknowledge, .begin:
            self = .plain(work)
        }
    }

    /// As of the work that it was made of.
    package var bringsEntries: Bool {
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
        permits += other.permits
    }
}
