package import FieldpostCore

/// The moment of an event, by the host's clocks.
package struct Moment: Hashable, Sendable {
    /// Milliseconds that never go backwards: for waiting and measuring.
    package var monotonicMilliseconds: UInt64
    /// Milliseconds since 1970 by the wall clock: only to compare clocks with the peer.
    package var wallMilliseconds: Int64

    package init(monotonicMilliseconds: UInt64, wallMilliseconds: Int64) {
        self.monotonicMilliseconds = monotonicMilliseconds
        self.wallMilliseconds = wallMilliseconds
    }
}

/// What can happen to a session. Events that answer an effect say so.
package enum SessionEvent: Sendable {
    /// The connection is open.
    case opened
    case received(Message)
    /// Bytes of an incomplete message arrived.
    case heard
    /// Some time passed: at the latest a second after `SessionMachine.nextTick`.
    case tick

    // At a gateway

    /// This node's own journal has grown.
    case headMoved(Head)
    /// Answers `compareHeads`.
    case headsCompared(HeadsVerdict)
    /// Answers `read(.points)`.
    case pointsRead([Head])
    /// Answers `read(.verifyPull)`: whether the pull's starting point matches this journal's chain.
    case pullVerified(Pull, isSound: Bool)
    /// Answers `read(.run)`: the batch was sent; nil when there was nothing to send.
    case runSent(stream: UInt16, SentRun?)
    /// Answers `acknowledge`.
    case receiptKept(Receipt)
    /// Answers `read(.urgent)`. `upTo`: the number of the last one that was examined. `newest`: of the last there is.
    case urgentRead([EarlyEntry], upTo: UInt64, newest: UInt64, isLast: Bool)
    /// Answers `read(.compareEarly)`: why a new incarnation must begin; nil if the journal agrees.
    case earlyCompared(KnownEntry, IncarnationStart.Cause?)
    /// Central shall hear how this gateway is. Ask `SessionMachine.isStatusDue` first.
    case statusMade(GatewayStatus)
    /// Answers `absorb`: the feed is durable up to the cursor.
    case absorbed(FeedCursor, dataBytes: Int)

    // At both

    /// Entries were found to be corrupt: the peer may have them intact.
    case corruptionFound([Fetch.Range])
    /// Answers `read(.fetch)`: the answer was sent.
    case fetchServed
    /// Answers `restore`.
    case restored(Fetched)
    /// Answers `read(.compare)`: at a gateway the answer was sent; at central it is what this side holds.
    case digested(Compared)
    /// There may be more blobs to offer.
    case blobsGrew
    /// Somebody needs a blob that the peer may hold.
    case blobWanted(Hash256)
    /// Somebody needs a thumbnail that the peer may have.
    case thumbnailWanted(Hash256)
    /// Blobs may be missing here that the peer holds: they became corrupt, or never came.
    case blobsMissing
    /// Answers `blob`.
    case blobDone(BlobOutcome)

    // At central

    /// Answers `register`.
    case registered(GatewayState)
    /// Answers `read(.locate)`: the answer was sent.
    case locateServed
    /// Answers `checkFeed`: this journal handed out the gateway's feed position.
    case feedChecked(FeedPull)
    /// Answers `store`. One event may answer several batches that follow each other on a stream; it carries their sums.
    case stored(StoredBatch)
    /// Answers `storeEarly`, whether the entry was taken or not.
    case earlyStored
    /// The journal was written to, so the feed may be longer.
    case feedGrew
    /// Answers `read(.feed)`: the batch was sent; nil when there was nothing to send.
    case feedSent(SentFeed?)
    /// An administrator wants this gateway's journal pulled again from the start.
    case resync
    /// An administrator wants to know whether both sides hold the same. `isDeep`: by reading all again.
    case compare(isDeep: Bool)
    /// An administrator wants these differences repaired.
    case repair([Difference])
    /// An administrator changed who may log in.
    case peopleChanged
    /// Answers `read(.people)`.
    case peopleRead(PeopleList)
}

/// What became of a `SessionEffect.BlobWork`.
package enum BlobOutcome: Hashable, Sendable {
    /// Answers `open`: the first bytes that lack are at this offset.
    case opened(stream: UInt16, offset: UInt64)
    /// Answers `open` and `finish`: the blob is held durably.
    case held(stream: UInt16)
    /// Answers `keep`, with the bytes of the chunk.
    case kept(stream: UInt16, bytes: Int)
    /// Answers `open`, `keep`, `finish`: the blob cannot be taken now, or never.
    case failed(stream: UInt16, BlobReceipt.Refusal)
    case closed(stream: UInt16)
    /// Answers `findMissing`, with the place after which the search goes on. Nil: there are no more.
    case foundMissing([Hash256], next: MissingPlace?)

    /// Answers `find`, with the number after which the next search goes on. Nil: no more blobs are named.
    case found([BlobOffer], next: Int64?)
    /// Answers `look`. Nil: the peer gets nothing.
    case looked(Hash256, bytes: UInt64?)
    /// Answers `piece`: so many bytes were sent.
    case pieceSent(stream: UInt16, bytes: Int)
    /// Answers `piece`: the blob cannot be read here.
    case gone(stream: UInt16)
    /// Answers `record`.
    case recorded

    /// Answers `checkThumbnail`: whether the peer is to be asked for it.
    case thumbnailChecked(Hash256, isLacking: Bool)
    /// Answers `keepThumbnail`.
    case thumbnailKept(Hash256)
    /// Answers `sendThumbnail`: its bytes up to here were sent.
    case thumbnailSent(Hash256, upTo: Int, isLast: Bool)
}

package struct SentRun: Hashable, Sendable {
    package var lastSeq: UInt64
    /// Bytes of the batch's data. Credit pays for them.
    package var dataBytes: Int

    package init(lastSeq: UInt64, dataBytes: Int) {
        self.lastSeq = lastSeq
        self.dataBytes = dataBytes
    }
}

package struct SentFeed: Hashable, Sendable {
    package var position: UInt64
    package var dataBytes: Int

    package init(position: UInt64, dataBytes: Int) {
        self.position = position
        self.dataBytes = dataBytes
    }
}

package struct StoredBatch: Hashable, Sendable {
    package var stream: UInt16
    package var origin: Origin
    package var lastSeq: UInt64
    package var dataBytes: Int
    package var added: Int
    package var repeated: Int

    package init(stream: UInt16, origin: Origin, lastSeq: UInt64, dataBytes: Int, added: Int, repeated: Int) {
        self.stream = stream
        self.origin = origin
        self.lastSeq = lastSeq
        self.dataBytes = dataBytes
        self.added = added
        self.repeated = repeated
    }
}

/// What central holds of a gateway at its hello.
package struct GatewayState: Hashable, Sendable {
    /// The heads of the gateway's origins, each with central's proof.
    package var heads: Heads
    /// Entries of any origin that are corrupt at central. The gateway may have them.
    package var missing: [Fetch.Range]
    /// The gateway may keep foreign entries that central has lost.
    package var wantsFetch: Bool
    /// Who may log in at the gateway. Nil if it takes no such list.
    package var people: PeopleList?

    package init(
        heads: Heads, missing: [Fetch.Range] = [], wantsFetch: Bool = false, people: PeopleList? = nil
    ) {
        self.heads = heads
        self.missing = missing
        self.wantsFetch = wantsFetch
        self.people = people
    }
}
