package import FieldpostCore

/// What a session wants done. The shell performs effects in order; it has these duties:
///
/// 1. `send` in order, on one connection.
/// 2. After `close`, send nothing and give no more events.
/// 3. Answer each `compare…`, `verify…`, `check…`, `read…`, `register`, `store`, `restore`, `acknowledge` and `absorb`
///    with its event, or end the session with the violation that came of it. `store`, `restore` and `absorb` one after
///    the other, in the order asked.
/// 4. Send a receipt only from the journal's own proof of durability: `sendReceipt` and `sendFeedReceipt` carry none.
package enum SessionEffect: Hashable, Sendable {
    case send(Message)
    /// The hellos are through: frames may be large from here on.
    case greeted(Hello)
    /// Good-bye with a violation (already sent), or without one.
    case close(Violation?)
    /// The peer's wall clock minus ours, and half the round trip that bounds its error; milliseconds.
    case measuredOffset(Int64, uncertainty: UInt64)
    /// Something arrived durably: the next failure starts waiting from the beginning.
    case resetBackoff

    // At a gateway

    /// Compare what central holds of this node with the journal, and note it durably: it counts as a receipt.
    case compareHeads(Heads)
    /// Read chain values of an own origin, spread over the seqs after `after` and up to `upTo`.
    case readPoints(Origin, after: UInt64, upTo: UInt64)
    /// Compare the pull's starting point with the journal.
    case verifyPull(Pull)
    /// Read entries after `after`, compress them, send them as a batch on the stream.
    case readRun(stream: UInt16, origin: Origin, after: UInt64)
    /// Note central's receipt durably.
    case acknowledge(Receipt)
    /// Store a run of the feed with its cursor.
    case absorb(FeedBatch)
    /// Tell central that the feed is durable up to what was absorbed last.
    case sendFeedReceipt

    // At both

    /// Begin a new incarnation, and end all sessions of this node: they spoke for the old one.
    case begin(IncarnationStart.Cause)
    /// Read what the peer fetches back, and send it as fetched.
    case readFetch(Fetch)
    /// Store what was fetched back.
    case restore(Fetched, asked: Fetch.Range)

    // At central

    /// Note the boot's monotonic clock against this node's wall clock.
    case noteClock(ClockMeasure)
    /// Find where the gateway's points agree with what is held, and send it as located.
    case locate(Locate)
    /// Compare the gateway's place in the feed with the journal.
    case checkFeed(FeedPull)
    /// Everything that the gateway keeps of others was taken back.
    case finishFetch
    /// Make the gateway known, and find what is held of its origins.
    case register(Hello)
    /// Inflate, check and store a batch.
    case store(Batch)
    /// Tell the gateway how far this origin is durable.
    case sendReceipt(Origin)
    /// Read this gateway's feed after `after`, compress it, send it as a feed batch on the stream.
    case readFeed(stream: UInt16, after: UInt64)
    /// Note that the gateway holds its feed durably up to here.
    case acknowledgeFeed(UInt64)
    case resyncProgress(ResyncProgress)
}

/// How far a resync of one gateway got. `done` counts entries compared, held or added.
package struct ResyncProgress: Hashable, Sendable {
    package var done: UInt64
    package var total: UInt64
    package var added: UInt64
    package var isFinished: Bool

    package init(done: UInt64, total: UInt64, added: UInt64, isFinished: Bool) {
        self.done = done
        self.total = total
        self.added = added
        self.isFinished = isFinished
    }
}
