import FieldpostCore
import FieldpostJournal
import FieldpostWire

/// Writes that a session asks of the journal, in the order asked.
enum SessionWork: Sendable {
    case register(Hello)
    case store(Batch)
    case acknowledgeFeed(UInt64)
    case verifyHeads(Heads)
    case acknowledge(Receipt)
    case absorb(FeedBatch)

    /// How many entries it weighs once it is decoded. A few large ones weigh as much as many small ones: one for each
    /// KiB at least.
    var entryCount: Int {
        switch self {
        case .store(let batch): Self.weight(batch.body)
        case .absorb(let batch): Self.weight(batch.body)
        default: 0
        }
    }

    private static func weight(_ body: CompressedEntries) -> Int { max(Int(body.count), Int(body.rawBytes) / 1024) }
}

/// The same, inflated, decoded and hashed: done ahead, on another core than the one that writes.
enum PreparedWork: Sendable {
    case plain(SessionWork)
    case store(StoreRun)
    case absorb(FeedBatch, [SealedEntry], Allowance.Share)

    /// `share`: of the allowance, for `work.entryCount`.
    init(_ work: SessionWork, share: Allowance.Share) throws(Violation) {
        switch work {
        case .store(let batch):
            self = .store(try StoreRun(batch, share: share))
        case .absorb(let batch):
            let codec = EntryCodec()
            var entries: [SealedEntry] = []
            for bytes in try BatchCodec.expand(batch.body) {
                guard let dot = EntryCodec.dot(of: bytes) else {
                    throw Violation(.badBatch, "an entry of the feed names no dot")
                }
                entries.append(codec.open(bytes, at: dot))
            }
            self = .absorb(batch, entries, share)
        default:
            self = .plain(work)
        }
    }
}

/// A run of one origin's entries on one stream, ready to be stored: of one batch, or of several that follow each
/// other. One commit for many batches writes each page of the database once.
struct StoreRun: Sendable {
    let stream: UInt16
    let origin: Origin
    let firstSeq: UInt64
    private(set) var lastSeq: UInt64
    let chainBefore: Hash256
    private var chainAfter: Hash256
    private(set) var entries: [SealedEntry]
    private(set) var dataBytes: Int
    private(set) var rawBytes: Int
    private var shares: [Allowance.Share]

    init(_ batch: Batch, share: Allowance.Share) throws(Violation) {
        let bytes = try BatchCodec.expand(batch.body)
        guard UInt64(bytes.count) == batch.lastSeq - batch.firstSeq + 1 else {
            throw Violation(.badBatch, "\(bytes.count) entries for seqs \(batch.firstSeq)…\(batch.lastSeq)")
        }
        let codec = EntryCodec()
        entries = bytes.enumerated().map { offset, bytes in
            codec.open(bytes, at: Dot(batch.origin, batch.firstSeq + UInt64(offset)))
        }
        stream = batch.stream
        origin = batch.origin
        firstSeq = batch.firstSeq
        lastSeq = batch.lastSeq
        chainBefore = batch.chainBefore
        chainAfter = entries.reduce(batch.chainBefore) { Chain.link($0, $1.hash) }
        dataBytes = batch.body.data.count
        rawBytes = Int(batch.body.rawBytes)
        shares = [share]
    }

    /// Whether `other` goes on where this ends, and both together are no more than one commit should take.
    func isFollowed(by other: StoreRun) -> Bool {
        stream == other.stream && origin == other.origin && other.firstSeq == lastSeq + 1
            && other.chainBefore == chainAfter && entries.count + other.entries.count <= Limits.batchEntries
    }

    mutating func join(_ other: StoreRun) {
        lastSeq = other.lastSeq
        chainAfter = other.chainAfter
        entries += other.entries
        dataBytes += other.dataBytes
        rawBytes += other.rawBytes
        shares += other.shares
    }
}

/// Reads that a session asks of the journal.
enum SessionReading: Sendable {
    case verifyPull(Pull)
    case run(stream: UInt16, Origin, after: UInt64)
    case feed(stream: UInt16, after: UInt64)
}
