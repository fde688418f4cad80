package import FieldpostCore

/// The moment of an event, by the host's clocks.
package struct Moment: Hashable, Sendable {
    /// Milliseconds that only go forward: for waiting and measuring.
    package var monotonicMilliseconds: UInt64
    /// Milliseconds since 1970 by the wall clock: only to compare clocks with the peer.
    package var wallMilliseconds: Int64

    package init(monotonicMilliseconds: UInt64, wallMilliseconds: Int64) {
        self.monotonicMilliseconds = monotonicMilliseconds
        self.wallMilliseconds = wallMilliseconds
    }
}

/// What can happen to a session. Those that answer an effect say so.
package enum SessionEvent: Sendable {
    /// The connection stands.
    case opened
    case received(Message)
    /// Bytes came of a message that is not whole yet.
    case heard
    /// Some time passed: about once a second.
    case tick

    // At a gateway

    /// This node's own journal reaches further.
    case headMoved(Head)
    /// Answers `compareHeads`.
    case headsCompared(HeadsVerdict)
    /// Answers `readPoints`.
    case pointsRead([Head])
    /// Answers `verifyPull`: the pull goes on from this journal's chain, or does not.
    case pullVerified(Pull, isSound: Bool)
    /// Answers `readRun`: the batch went out; nil when there was nothing to send.
    case runSent(stream: UInt16, SentRun?)
    /// Answers `acknowledge`.
    case receiptKept(Receipt)
    /// Answers `absorb`: the feed is durable up to the cursor.
    case absorbed(FeedCursor, dataBytes: Int)

    // At both

    /// Entries were found to be corrupt: the peer may have them whole.
    case corruptionFound([Fetch.Range])
    /// Answers `readFetch`: it was sent.
    case fetchServed
    /// Answers `restore`.
    case restored(Fetched)

    // At central

    /// Answers `register`.
    case registered(GatewayState)
    /// Answers `locate`: it was sent.
    case locateServed
    /// Answers `checkFeed`: the gateway's place in the feed is one that this journal handed out.
    case feedChecked(FeedPull)
    /// Answers `store`; once for several that follow each other on a stream, with their sums.
    case stored(StoredBatch)
    /// The journal was written to: the feed may be longer.
    case feedGrew
    /// Answers `readFeed`: the batch went out; nil when there was nothing to send.
    case feedSent(SentFeed?)
    /// An admin wants this gateway's journal pulled again from the start.
    case resync
}

package struct SentRun: Hashable, Sendable {
    package var lastSeq: UInt64
    /// Bytes of the batch's data, which its credit pays.
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

/// What central holds of a gateway when it says hello.
package struct GatewayState: Hashable, Sendable {
    /// The heads of the gateway's origins, each proved to it.
    package var heads: Heads
    /// Entries of any origin that are corrupt at central: the gateway may have them.
    package var missing: [Fetch.Range]
    /// The gateway may keep entries of others that central has lost.
    package var wantsFetch: Bool

    package init(heads: Heads, missing: [Fetch.Range] = [], wantsFetch: Bool = false) {
        self.heads = heads
        self.missing = missing
        self.wantsFetch = wantsFetch
    }
}
