extension Message {
    /// The lane in which it is sent.
    package var lane: Lane {
        switch self {
        case .batch, .feedBatch, .fetched, .compared: .entries
        case .early: .urgent
        case .thumbnail: .thumbnails
        case .blobChunk: .photos
        case .hello, .heads, .pull, .announce, .receipt, .credit, .feedPull, .feedReceipt, .fetch, .locate, .located,
            .enroll, .enrolled, .ping, .pong, .goodbye, .mark, .reached, .blobAsk, .blobOffer, .blobPull, .blobReceipt,
            .blobGone, .thumbnailAsk, .status, .earlyReceipt, .people, .compare:
            .control
        }
    }

    /// Whether it is a message with entries that waits for the link (`Lane.entries`).
    package var bringsEntries: Bool {
        switch self {
        case .batch, .feedBatch, .fetched: true
        default: false
        }
    }

    /// About how many bytes it has on the wire.
    package var estimatedBytes: Int {
        switch self {
        case .batch(let batch): 160 + batch.body.data.count
        case .feedBatch(let batch): 160 + batch.creditBytes + Proof.byteCount * batch.proofs.count
        case .fetched(let fetched): 160 + (fetched.body?.data.count ?? 0) + Proof.byteCount * fetched.proofs.count
        case .early(let early): 96 + early.bytes.count
        case .blobChunk(let chunk): 32 + chunk.data.count
        case .status: 128
        case .people(let list): 64 + list.people.reduce(0) { $0 + $1.byteCount }
        case .compare(let compare): 80 + 12 * compare.ranges.count
        case .compared(let answer):
            32 + 8 * answer.digests.count + 24 * answer.reports.count + 16 * answer.repaired.count
        case .thumbnail(let piece): 64 + piece.data.count
        default: 64
        }
    }
}
