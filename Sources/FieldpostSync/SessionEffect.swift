package import FieldpostCore

/// What a session asks of its shell. The shell performs effects in order. It has these duties:
///
/// 1. Perform `send` in order, on one connection.
/// 2. After `close`, send nothing and give no more events.
/// 3. Answer each `write` and each `read` with its event, or end the session with the resulting violation.
///    `keepPeople`, `acknowledgeFeed`, `passFeed`, `finishFetch`, `feedAgain` and `noteClock` have no event, and
///    `begin` ends all sessions of this node. Perform writes one after the other, in order.
/// 4. Send a receipt only with the journal's proof of durability. `sendReceipt` and `sendFeedReceipt` carry no proof.
///    Receipts for entries ahead of their chain have no effect: they follow from the outcomes of `register` and
///    `storeEarly`.
package enum SessionEffect: Hashable, Sendable {
    case send(Message)
    /// The hellos are done: from here on, frames may be large.
    case greeted(Hello)
    /// Close the connection, with a violation (already sent) or without one.
    case close(Violation?)
    /// The peer's wall clock minus ours, and half the round trip, which bounds its error. In milliseconds.
    case measuredOffset(Int64, uncertainty: UInt64)
    /// Something was stored durably: the next failure starts with the shortest backoff.
    case resetBackoff
    /// At a gateway: tell central that the feed is durable up to the last absorbed position.
    case sendFeedReceipt
    /// At central: tell the gateway how far this origin is durable.
    case sendReceipt(Origin)
    /// At central.
    case resyncProgress(ResyncProgress)
    /// At central: of a comparison, or of a repair.
    case comparisonProgress(ComparisonProgress)
    case write(Write)
    case read(Read)
    case blob(BlobWork)

    /// What a session asks of the blob store, and of the journal about blobs. Each is answered by a `BlobOutcome`.
    /// Work of one queue is performed in order; queues are beside each other.
    package enum BlobWork: Hashable, Sendable {
        // To receive

        /// Begin or continue to receive a blob.
        case open(stream: UInt16, BlobOffer)
        /// Keep the bytes of a chunk.
        case keep(BlobChunk)
        /// All bytes came: check and store the whole, durably.
        case finish(stream: UInt16, BlobOffer)
        /// Stop receiving, and make durable what came.
        case close(stream: UInt16)
        /// Find at most `Limits.blobOffers` blobs that are missing here and that the peer may hold.
        case findMissing(after: MissingPlace)

        // To send

        /// Find blobs that are held here and that central may lack, after the blob with that number.
        case find(after: Int64)
        /// The peer asks for a blob. Find its size, if the peer may have it.
        case look(Hash256)
        /// Read the next bytes of the rest, and send them as chunks on the stream. Each chunk begins before the credit
        /// is spent.
        case piece(stream: UInt16, blob: Hash256, rest: Range<UInt64>, credit: Int)
        /// Record that central holds a blob durably.
        case record(BlobOffer)

        // Thumbnails

        /// Find whether this node lacks a photo and its thumbnail, and may ask for the thumbnail now.
        case checkThumbnail(Hash256)
        /// Keep what the peer sent as the thumbnail of a photo, if it is one. Without bytes, there is nothing to keep.
        case keepThumbnail(Hash256, [UInt8])
        /// Send the next bytes of the thumbnail of a photo, if the peer may have it. At the first byte, find or make
        /// it.
        case sendThumbnail(Hash256, from: Int)

        package enum Queue: Hashable, Sendable, CaseIterable {
            case receiving
            /// Syncs and checks whole blobs, while the next ones come.
            case finishing
            case recording
            case pieces
            case thumbnails
        }

        package var queue: Queue {
            switch self {
            case .finish: .finishing
            case .record: .recording
            case .piece: .pieces
            case .sendThumbnail: .thumbnails
            default: .receiving
            }
        }

        /// Whether other work may be performed together with it.
        package func isJoined(by other: BlobWork) -> Bool {
            switch (self, other) {
            case (.keep, .keep), (.finish, .finish), (.record, .record): true
            default: false
            }
        }
    }

    /// Writes that a session asks of the journal, in the order asked.
    package enum Write: Hashable, Sendable {
        // At a gateway

        /// Compare what central holds of this node with the journal, and record it durably: it counts as a receipt.
        case compareHeads(Heads)
        /// Record central's receipt durably.
        case acknowledge(Receipt)
        /// Store a run of the feed with its cursor.
        case absorb(FeedBatch)
        /// Replace the list of people who may log in here.
        case keepPeople(PeopleList)

        // At both

        /// Begin a new incarnation, and end all sessions of this node: they used the old one.
        case begin(IncarnationStart.Cause)
        /// Store what was fetched.
        case restore(Fetched, asked: Fetch.Range)

        // At central

        /// Register the gateway, and find what is held of its origins.
        case register(Hello)
        /// Inflate, check and store a batch.
        case store(Batch)
        /// Check and store an entry ahead of its chain. If it is durable, its receipt is sent.
        case storeEarly(EarlyEntry)
        /// Compare the gateway's feed position with the journal.
        case checkFeed(FeedPull)
        /// Record that the gateway says that it holds its feed durably up to here.
        case acknowledgeFeed(UInt64)
        /// Record that the gateway holds all that it was sent, and that nothing up to here was for it.
        case passFeed(UInt64)
        /// All foreign entries that the gateway keeps were fetched.
        case finishFetch
        /// Put the entries of these reports into the gateway's feed once more.
        case feedAgain([ReportID])
        /// Record the offset between the boot's monotonic clock and this node's wall clock.
        case noteClock(ClockMeasure)
    }

    /// Reads that a session asks of the journal.
    package enum Read: Hashable, Sendable {
        // At a gateway

        /// Chain values of an own origin, spread over the seqs after `after` and up to `upTo`.
        case points(Origin, after: UInt64, upTo: UInt64)
        /// Compare the pull's starting point with the journal.
        case verifyPull(Pull)
        /// Read and compress entries after `after`, and send them as a batch on the stream.
        case run(stream: UInt16, origin: Origin, after: UInt64)

        /// Read own entries of urgent reports after a number, at most `room`.
        case urgent(after: UInt64, room: Int)
        /// Compare an entry that central holds ahead of the chain with the journal.
        case compareEarly(KnownEntry)

        // At both

        /// Read what the peer fetches, and send it.
        case fetch(Fetch)
        /// Compute what this side holds. A gateway sends it.
        case compare(Compare)

        // At central

        /// Read who may log in at the gateway.
        case people
        /// Find where the gateway's points agree with what is held, and send the answer.
        case locate(Locate)
        /// Read and compress this gateway's feed after `after`, and send it as a feed batch on the stream.
        case feed(stream: UInt16, after: UInt64)

        /// Whether it sends entries to the peer. That waits for the link, and other reads must not wait for it.
        package var sendsEntries: Bool {
            switch self {
            case .run, .feed, .fetch: true
            default: false
            }
        }

        /// Whether it may read all of the journal. Other reads must not wait for it.
        package var isLong: Bool { if case .compare = self { true } else { false } }
    }
}

/// The progress of a resync of one gateway. `done` counts entries that were compared, whether held before or added.
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
