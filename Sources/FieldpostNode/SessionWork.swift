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
}

/// The same, inflated, decoded and hashed: done ahead, on another core than the one that writes.
enum PreparedWork: Sendable {
    case plain(SessionWork)
    case store(Batch, [SealedEntry], rawBytes: Int)
    case absorb(FeedBatch, [SealedEntry], rawBytes: Int)

    init(_ work: SessionWork) throws(Violation) {
        switch work {
        case .store(let batch):
            let bytes = try BatchCodec.expand(batch.body)
            guard UInt64(bytes.count) == batch.lastSeq - batch.firstSeq + 1 else {
                throw Violation(.badBatch, "\(bytes.count) entries for seqs \(batch.firstSeq)…\(batch.lastSeq)")
            }
            let codec = EntryCodec()
            let entries = bytes.enumerated().map { offset, bytes in
                codec.open(bytes, at: Dot(batch.origin, batch.firstSeq + UInt64(offset)))
            }
            self = .store(batch, entries, rawBytes: Int(batch.body.rawBytes))
        case .absorb(let batch):
            let codec = EntryCodec()
            var entries: [SealedEntry] = []
            for bytes in try BatchCodec.expand(batch.body) {
                guard let dot = EntryCodec.dot(of: bytes) else {
                    throw Violation(.badBatch, "an entry of the feed names no dot")
                }
                entries.append(codec.open(bytes, at: dot))
            }
            self = .absorb(batch, entries, rawBytes: Int(batch.body.rawBytes))
        default:
            self = .plain(work)
        }
    }
}

/// Reads that a session asks of the journal.
enum SessionReading: Sendable {
    case verifyPull(Pull)
    case run(stream: UInt16, Origin, after: UInt64)
    case feed(stream: UInt16, after: UInt64)
}
