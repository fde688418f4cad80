/// All messages between two nodes. The wire turns each into one frame; the session machines see only these values.
package enum Message: Hashable, Sendable {
    case hello(Hello)
    case heads(Heads)
    case pull(Pull)
    case announce(Head)
    case batch(Batch)
    case receipt(Receipt)
    case credit(Credit)
    case feedPull(FeedPull)
    case feedBatch(FeedBatch)
    case feedReceipt(FeedCursor)
    case fetch(Fetch)
    case fetched(Fetched)
    case locate(Locate)
    case located(Located)
    case early(EarlyEntry)
    /// Carries no proof.
    case earlyReceipt(KnownEntry)
    case enroll(Enroll)
    case enrolled(Enrolled)
    case ping(Ping)
    case pong(Pong)
    case goodbye(Goodbye)
    /// Counts up from 1 on each side of a session.
    case mark(UInt64)
    /// All that the peer sent before this mark of its own has arrived.
    case reached(UInt64)
    case blobAsk(Hash256)
    case blobOffer(BlobOffer)
    case blobPull(BlobPull)
    case blobChunk(BlobChunk)
    case blobReceipt(BlobReceipt)
    /// The sender cannot send this blob, or the rest of it.
    case blobGone(Hash256)
    case status(GatewayStatus)
    case thumbnailAsk(Hash256)
    case thumbnail(ThumbnailPiece)
    case people(PeopleList)
    case compare(Compare)
    case compared(Compared)
}

package enum Role: UInt8, Hashable, Sendable {
    case gateway = 1
    case central = 2
}

/// How far an origin's entries are held: the last seq, and the chain value there.
package struct Head: Hashable, Sendable {
    package var origin: Origin
    package var seq: UInt64
    package var chain: Hash256

    package init(origin: Origin, seq: UInt64, chain: Hash256) {
        self.origin = origin
        self.seq = seq
        self.chain = chain
    }
}

/// "Durable up to here." It is sent only after the sync returned. A receipt whose chain value differs means a fork.
package struct Receipt: Hashable, Sendable {
    package var head: Head
    /// Seqs among the stored ones that central keeps but cannot read, at most `Limits.listedOrigins`, so that both
    /// sides know them.
    package var quarantined: [UInt64]
    /// Central's proof of the head. A hello shows it, because central may have been restored from a backup since.
    package var proof: HeadProof?

    package init(head: Head, quarantined: [UInt64] = [], proof: HeadProof? = nil) {
        self.head = head
        self.quarantined = quarantined
        self.proof = proof
    }

    /// This receipt, split into several with the same head when it names too many quarantined seqs.
    package var parts: [Receipt] {
        guard quarantined.count > Limits.listedOrigins else { return [self] }
        return stride(from: 0, to: quarantined.count, by: Limits.listedOrigins).map { start in
            Receipt(head: head, quarantined: Array(quarantined[start...].prefix(Limits.listedOrigins)), proof: proof)
        }
    }
}

/// The first message of both sides.
package struct Hello: Hashable, Sendable {
    package var node: NodeID
    package var role: Role
    /// What people call this node.
    package var name: String
    package var incarnation: Incarnation
    /// The incarnation before this one, if it began with a restore, a rewind, a fork or a repair; nil for the first.
    package var predecessor: Incarnation?
    package var boot: BootID
    package var clock: ClockReading
    /// For people and tuning, for example "ethernet", "lte" or "unknown".
    package var linkClass: String
    /// The largest frame body that this side accepts, in bytes.
    package var frameBytes: UInt32
    /// The dictionaries that this side can inflate with.
    package var dictionaries: [UInt32]
    /// The heads of the origins that this node wrote. A central node offers none to pull.
    package var heads: [Head]
    /// The last receipt for each of those origins.
    package var receipts: [Receipt]
    /// The grids that a gateway serves. Their reports are in its scope.
    package var grids: [String]
    /// Of a gateway: the digest of central's list of people that it holds; zeros for none. Nil: it takes no such list.
    package var people: Hash256?
    /// Of a gateway: it answers a `Compare`.
    package var compares = false

    package init(
        node: NodeID, role: Role, name: String, incarnation: Incarnation, predecessor: Incarnation? = nil,
        boot: BootID, clock: ClockReading, linkClass: String, frameBytes: UInt32, dictionaries: [UInt32],
        heads: [Head], receipts: [Receipt], grids: [String], people: Hash256? = nil
    ) {
        self.node = node
        self.role = role
        self.name = name
        self.incarnation = incarnation
        self.predecessor = predecessor
        self.boot = boot
        self.clock = clock
        self.linkClass = linkClass
        self.frameBytes = frameBytes
        self.dictionaries = dictionaries
        self.heads = heads
        self.receipts = receipts
        self.grids = grids
        self.people = people
    }
}

package struct ClockReading: Hashable, Sendable {
    /// Milliseconds since 1970 by the wall clock.
    package var wallMilliseconds: Int64
    package var quality: Quality
    /// This side's last measurement of the peer's wall clock minus its own, in milliseconds; nil before the first.
    package var measuredOffsetMilliseconds: Int64?
    /// Milliseconds since this side's boot, read together with the wall clock. Nobody can set this clock, so stamps of
    /// the same boot can be corrected with it. 0 from a peer that does not send it.
    package var monotonicMilliseconds: UInt64

    package enum Quality: UInt8, Hashable, Sendable {
        case unknown = 0
        case synchronized = 1
    }

    package init(
        wallMilliseconds: Int64, quality: Quality, measuredOffsetMilliseconds: Int64? = nil,
        monotonicMilliseconds: UInt64 = 0
    ) {
        self.wallMilliseconds = wallMilliseconds
        self.quality = quality
        self.measuredOffsetMilliseconds = measuredOffsetMilliseconds
        self.monotonicMilliseconds = monotonicMilliseconds
    }
}

/// Central's answer to a gateway's hello: the heads that central holds of that gateway's origins. The chain values show
/// a rewound or forked journal on either side in the first exchange.
package struct Heads: Hashable, Sendable {
    package var heads: [Head]
    /// Central's proof of each head. It replaces a receipt's proof.
    package var proofs: [Origin: HeadProof]

    package init(heads: [Head], proofs: [Origin: HeadProof] = [:]) {
        self.heads = heads
        self.proofs = proofs
    }
}

/// "Send me this origin's entries after `after`, and continue when new ones come, within the credit."
package struct Pull: Hashable, Sendable {
    /// The frame stream for the batches, chosen by the puller.
    package var stream: UInt16
    /// The last entry the puller holds (seq 0 and the chain's start when none).
    package var after: Head
    /// Bytes of batch data that may be in flight.
    package var creditBytes: UInt32

    package init(stream: UInt16, after: Head, creditBytes: UInt32) {
        self.stream = stream
        self.after = after
        self.creditBytes = creditBytes
    }
}

/// More bytes for an active pull or feed.
package struct Credit: Hashable, Sendable {
    package var stream: UInt16
    package var bytes: UInt32

    package init(stream: UInt16, bytes: UInt32) {
        self.stream = stream
        self.bytes = bytes
    }
}

/// A contiguous run of one origin's entries, compressed independently of other batches.
package struct Batch: Hashable, Sendable {
    package var stream: UInt16
    package var origin: Origin
    package var firstSeq: UInt64
    package var lastSeq: UInt64
    /// The chain value before the first entry.
    package var chainBefore: Hash256
    package var body: CompressedEntries

    package init(
        stream: UInt16, origin: Origin, firstSeq: UInt64, lastSeq: UInt64, chainBefore: Hash256, body: CompressedEntries
    ) {
        self.stream = stream
        self.origin = origin
        self.firstSeq = firstSeq
        self.lastSeq = lastSeq
        self.chainBefore = chainBefore
        self.body = body
    }
}

/// Entries in compressed form. Each body inflates alone.
package struct CompressedEntries: Hashable, Sendable {
    package var codec: Codec
    /// The preset dictionary; 0 for none.
    package var dictionary: UInt32
    package var count: UInt32
    /// Bytes after inflating.
    package var rawBytes: UInt32
    package var data: [UInt8]

    package enum Codec: UInt8, Hashable, Sendable {
        case stored = 0
        case deflate = 1
    }

    package init(codec: Codec, dictionary: UInt32, count: UInt32, rawBytes: UInt32, data: [UInt8]) {
        self.codec = codec
        self.dictionary = dictionary
        self.count = count
        self.rawBytes = rawBytes
        self.data = data
    }
}

/// A position in central's feed for one gateway. Positions belong to one incarnation of central and mean nothing in
/// another.
package struct FeedCursor: Hashable, Sendable {
    package var incarnation: Incarnation
    /// The last position read; 0 before the first.
    package var position: UInt64

    package init(incarnation: Incarnation, position: UInt64) {
        self.incarnation = incarnation
        self.position = position
    }
}

/// "Send me the feed after this cursor, and continue as it grows, within the credit."
package struct FeedPull: Hashable, Sendable {
    package var stream: UInt16
    package var after: FeedCursor
    package var creditBytes: UInt32
    /// The last entry held here that central wrote in the incarnation of the cursor, with the hash of its bytes. It
    /// shows when the whole central node was restored. Nil when none is held.
    package var seen: KnownEntry?
    /// Central's proof of `after`, as received with it.
    package var proof: Proof?

    package init(
        stream: UInt16, after: FeedCursor, creditBytes: UInt32, seen: KnownEntry? = nil, proof: Proof? = nil
    ) {
        self.stream = stream
        self.after = after
        self.creditBytes = creditBytes
        self.seen = seen
        self.proof = proof
    }
}

/// An entry named by its dot and the hash of its bytes.
package struct KnownEntry: Hashable, Sendable {
    package var dot: Dot
    package var hash: Hash256
    /// Central's proof that it sent the entry.
    package var proof: Proof?

    package init(dot: Dot, hash: Hash256, proof: Proof? = nil) {
        self.dot = dot
        self.hash = hash
        self.proof = proof
    }
}

/// A run of the feed. The entries may belong to many origins, with gaps in each, so each names its own dot.
package struct FeedBatch: Hashable, Sendable {
    package var stream: UInt16
    /// The cursor after this run.
    package var upTo: FeedCursor
    /// Reports that left the gateway's scope before the entries that follow here. At most `Limits.listedOrigins`.
    package var withdrawn: [ReportID]
    /// Dots where the gateway may hold an outdated entry. The hash is that of the entry that stands there now and is
    /// not for this gateway, or zeros when no entry stands there. At most `Limits.listedOrigins`.
    package var vacated: [KnownEntry]
    /// Nil when there is no entry.
    package var body: CompressedEntries?
    /// Central's proof of each entry, in their order, and of the cursor. A central node without a key sends none.
    package var proofs: [Proof]
    package var proof: Proof?

    package init(
        stream: UInt16, upTo: FeedCursor, withdrawn: [ReportID] = [], vacated: [KnownEntry] = [],
        body: CompressedEntries?, proofs: [Proof] = [], proof: Proof? = nil
    ) {
        self.stream = stream
        self.upTo = upTo
        self.withdrawn = withdrawn
        self.vacated = vacated
        self.body = body
        self.proofs = proofs
        self.proof = proof
    }

    /// The bytes that this batch takes from the credit: its data and its lists.
    package var creditBytes: Int {
        (body?.data.count ?? 0) + withdrawn.count * ReportID.byteCount
            + vacated.count * (Origin.byteCount + Hash256.byteCount)
    }
}

/// "Send me what you hold of this." It asks for one answer. For more, the next fetch continues where that answer ended.
package struct Fetch: Hashable, Sendable {
    package var range: Range

    package enum Range: Hashable, Sendable {
        /// Entries `first`…`last` of one origin.
        case run(Origin, first: UInt64, last: UInt64)
        /// Every entry that the answering node holds but did not write, after this dot in the order of origins and
        /// seqs; nil means from the start.
        case foreign(after: Dot?)
    }

    package init(range: Range) { self.range = range }
}

/// The answer to a fetch: intact entries in ascending order of origins and seqs. There are gaps where the answering
/// node holds no intact entry.
package struct Fetched: Hashable, Sendable {
    /// The range was searched up to this dot; nil when it was empty.
    package var upTo: Dot?
    /// The range was searched to its end.
    package var isLast: Bool
    /// Nil when there is no entry.
    package var body: CompressedEntries?
    /// From a gateway: central's proof of each entry, in their order; empty when none has a proof.
    package var proofs: [Proof]

    package init(upTo: Dot?, isLast: Bool, body: CompressedEntries?, proofs: [Proof] = []) {
        self.upTo = upTo
        self.isLast = isLast
        self.body = body
        self.proofs = proofs
    }
}

/// A gateway's question in the search for a divergence: "which of these chain values do you also hold?" Seqs ascend.
package struct Locate: Hashable, Sendable {
    package var points: [Head]
    package init(points: [Head]) { self.points = points }
}

/// Central's answer, for the origin of the points.
package struct Located: Hashable, Sendable {
    package var origin: Origin
    /// The greatest of the seqs in question whose chain value agrees; 0 for none.
    package var agreed: UInt64
    /// The least seq in question whose chain value differs; 0 when none that central holds differs.
    package var differing: UInt64

    package init(origin: Origin, agreed: UInt64, differing: UInt64) {
        self.origin = origin
        self.agreed = agreed
        self.differing = differing
    }
}

/// The last message of a session. `code` is nil when nothing is wrong.
package struct Goodbye: Hashable, Sendable {
    package var code: UInt16?
    package var detail: String

    package init(code: UInt16?, detail: String) {
        self.code = code
        self.detail = detail
    }
}
