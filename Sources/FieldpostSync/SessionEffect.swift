package import FieldpostCore

/// What a session wants done. The shell performs effects in order; it has these duties:
///
/// 1. `send` in order, on one connection.
/// 2. After `close`, send nothing and give no more events.
/// 3. Answer each `write` and each `read` with its event, or end the session with the violation that came of it.
///    `acknowledgeFeed`, `finishFetch` and `noteClock` have no event, and `begin` ends all sessions of this node. Do
///    writes one after the other, in the order asked.
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
    /// At a gateway: tell central that the feed is durable up to what was absorbed last.
    case sendFeedReceipt
    /// At central: tell the gateway how far this origin is durable.
    case sendReceipt(Origin)
    /// At central.
    case resyncProgress(ResyncProgress)
    case write(Write)
    case read(Read)

    /// Writes that a session asks of the journal, in the order asked.
    package enum Write: Hashable, Sendable {
        // At a gateway

        /// Compare what central holds of this node with the journal, and note it durably: it counts as a receipt.
        case compareHeads(Heads)
        /// Note central's receipt durably.
        case acknowledge(Receipt)
        /// Store a run of the feed with its cursor.
        case absorb(FeedBatch)

        // At both

        /// Begin a new incarnation, and end all sessions of this node: they spoke for the old one.
        case begin(IncarnationStart.Cause)
        /// Store what was fetched back.
        case restore(Fetched, asked: Fetch.Range)

        // At central

        /// Make the gateway known, and find what is held of its origins.
        case register(Hello)
        /// Inflate, check and store a batch.
        case store(Batch)
        /// Compare the gateway's place in the feed with the journal.
        case checkFeed(FeedPull)
        /// Note that the gateway holds its feed durably up to here.
        case acknowledgeFeed(UInt64)
        /// Everything that the gateway keeps of others was taken back.
        case finishFetch
        /// Note the boot's monotonic clock against this node's wall clock.
        case noteClock(ClockMeasure)
    }

    /// Reads that a session asks of the journal.
    package enum Read: Hashable, Sendable {
        // At a gateway

        /// Chain values of an own origin, spread over the seqs after `after` and up to `upTo`.
        case points(Origin, after: UInt64, upTo: UInt64)
        /// Compare the pull's starting point with the journal.
        case verifyPull(Pull)
        /// Entries after `after`: compress them, and send them as a batch on the stream.
        case run(stream: UInt16, origin: Origin, after: UInt64)

        // At both

        /// What the peer fetches back: send it as fetched.
        case fetch(Fetch)

        // At central

        /// Find where the gateway's points agree with what is held, and send it as located.
        case locate(Locate)
        /// This gateway's feed after `after`: compress it, and send it as a feed batch on the stream.
        case feed(stream: UInt16, after: UInt64)
    }
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
