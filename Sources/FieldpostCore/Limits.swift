/// Every limit of the product, with its unit and the reason for its value. Checked before memory is taken.
package enum Limits {
    // MARK: Frames

    /// Bytes in the body of a frame before the hellos are through: a hello of 2 KiB with room to grow.
    package static let greetingFrameBytes = 16 * 1024
    /// Bytes (UTF-8) of all grids that a gateway serves together: half of the hello that names them.
    package static let gridsBytes = 8 * 1024
    /// Bytes in the body of a frame after that: one batch at its largest, should nothing in it compress.
    package static let frameBytes = 1024 * 1024 + 64 * 1024

    // MARK: Batches

    /// Bytes of entries in one batch before compression. A lone entry may be this large.
    package static let batchRawBytes = 1024 * 1024
    /// Where a sender closes a batch: large enough for the dictionary's window of 32 KiB to pay, small enough that a
    /// slow link (64 kbit/s) carries one in under ten seconds.
    package static let batchTargetRawBytes = 256 * 1024
    /// Entries in one batch.
    package static let batchEntries = 4096
    /// Inflated bytes for each byte of data. Entries hold at least 16 random bytes each, which no honest sender can
    /// squeeze below 1:100; deflate itself reaches 1:1,030.
    package static let inflateRatio = 100
    /// Bytes of batches a puller lets stand unanswered on one stream: covers 4 Mbit/s at two seconds round trip.
    package static let pullCreditBytes = 1024 * 1024
    /// Own origins that a hello names, and those of them whose receipts it shows: about 90 and 125 bytes each, which
    /// fit its frame.
    package static let greetingOrigins = 60
    package static let greetingReceipts = 16
    /// Incarnations that central knows of one gateway: each is a restore, a fork or a repair of it. What says hello as
    /// more than that is no gateway at work.
    package static let incarnationsPerNode = 64
    /// Entries that central keeps apart since a gateway gave them without a proof that it has them of central, and
    /// their bytes, for each gateway: what a day without central's proofs can bring.
    package static let hearsayEntries = 16 * 1024
    package static let hearsayBytes = 16 * 1024 * 1024
    /// By so many the next hello goes on where more wait: they fit beside the longest list of grids.
    package static let greetingStep = 8
    /// Pulls standing at once on a session: one an incarnation of the peer, and resyncs.
    package static let pullStreams = 64

    // MARK: Entries

    /// Bytes of one entry. The longest text field is a tenth of it.
    package static let entryBytes = 256 * 1024
    /// Origins named in one context: the nodes that ever wrote to one report.
    package static let contextOrigins = 256
    /// Writes of one field that cover each other in circles, which no honest author brings about, and are sorted out:
    /// 64³ steps for each field. Of more all stand.
    package static let mutualWrites = 64
    /// Causal depth. Each entry adds one, so no honest report comes near it; what a depth counts for is bounded by the
    /// entries that its author had seen.
    package static let depth: UInt64 = 1 << 40
    /// The highest seq of an origin: 40 bits, 34 years at 1,000 entries a second. (The journal packs it beside an
    /// index.)
    package static let seq: UInt64 = (1 << 40) - 1
    /// Fields set by one entry.
    package static let changeFields = 64
    /// Cuts that central writes into one entry: each may name 256 origins, and the entry must keep within its bytes.
    package static let cutsInEntry = 8
    /// Notes, traces and attachments added, or elements removed, by one entry.
    package static let changeElements = 64
    /// Bytes of one photo or clip that an attachment may name: 1 TiB, far beyond any, so that sums of them cannot
    /// overflow.
    package static let blobBytes: UInt64 = 1 << 40
    /// Bytes (UTF-8) of one text value.
    package static let textBytes = 24 * 1024
    /// Bytes (UTF-8) of a short text value: codes, names, devices.
    package static let shortTextBytes = 256

    // MARK: Sessions

    /// The highest position in a feed: the largest row number of SQLite.
    package static let feedPosition = UInt64(Int64.max)
    /// The most positions of the feed that central leaves out when it opens its journal.
    package static let feedGap: UInt64 = 1 << 32
    /// Heads, receipts or grids named in one message.
    package static let listedOrigins = 1024
    /// Chain values compared by one question where two chains part: halving by 64 each time, four questions reach one
    /// entry among 2^24.
    package static let locatePoints = 64
    /// Bytes (UTF-8) of a name, reason or link class in a message.
    package static let messageTextBytes = 1024
    /// Sessions a listener holds open.
    package static let sessions = 1024
    /// Connections besides whose peers have not shown yet that they may stay: about 60 KiB each.
    package static let unprovedConnections = 256
    /// Reports that residents may send from one address: at once, and a minute from then on; and all of them together.
    package static let residentReports = 5
    package static let residentReportsPerMinute = 5
    package static let publicReports = 60
    package static let publicReportsPerMinute = 120
    /// Connections of residents at once.
    package static let publicConnections = 128
    /// Wrong passwords from one address: at once, and a minute from then on.
    package static let failedLogins = 10
    package static let failedLoginsPerMinute = 6
    /// Addresses whose rate is remembered.
    package static let limitedAddresses = 4_096
    package static let leastPasswordCharacters = 10
    /// Messages of one peer that are read in a second; what more it sends waits on its side. A gateway that is hard at
    /// work sends a few hundred.
    package static let messagesPerSecond = 1_000
    /// Reasons for refusals that are remembered, so that each is logged once in so many seconds.
    package static let loggedRefusals = 256
    package static let refusalLogSeconds: UInt64 = 600
    /// Entries that all sessions together hold decoded while they wait for their commit: about 2 KiB each.
    package static let preparedEntries = 8 * 1024
    /// Messages that wait to go out on one session: batches are bounded by credit, the rest are small.
    package static let outboxMessages = 1024
    /// Pieces of work on the journal that wait for one session: a peer that keeps to credit, and asks one question at a
    /// time, stays far below, however slow the disk is.
    package static let waitingWork = 64 * 1024
    /// Seconds from connection to the end of the hellos.
    package static let greetingSeconds = 10
    /// Seconds for which an enrollment token may hold: 30 days.
    package static let tokenSeconds: UInt64 = 30 * 86_400
    /// Gateways that wait at central for a person to let them in, from all hosts and from one, and the seconds for
    /// which one is remembered that does not ask again.
    package static let waitingGateways = 64
    package static let waitingGatewaysPerHost = 8
    package static let waitingSeconds: UInt64 = 900
    /// Bytes of the file in which central keeps beside its journal whom it lets in: 10,000 gateways with many grids.
    package static let rosterBytes = 16 * 1024 * 1024
    /// Seconds for which a node's certificate for its own key holds: a year. It is renewed after two thirds of that.
    package static let certificateSeconds: Int64 = 365 * 86_400
    /// Seconds of silence after which a ping is sent; after three times as many the session is closed.
    package static let silenceSeconds = 15

    // MARK: Reconnecting (full jitter: uniform between 0 and the ceiling, which doubles from the first to the last)

    package static let backoffFirstMilliseconds: UInt64 = 500
    /// A thousand gateways that lost their central node dial it 200 times a second then.
    package static let backoffLastMilliseconds: UInt64 = 10_000

    // MARK: HTTP

    /// Bytes of a request's body.
    package static let requestBodyBytes = 128 * 1024
    /// Reports on one page of a listing.
    package static let pageReports = 500
    package static let pageReportsDefault = 50
    /// Characters of an `Idempotency-Key`.
    package static let idempotencyKeyCharacters = 200
    /// Metres that a location's accuracy may name: half the way around the earth.
    package static let locationAccuracyMetres = 20_000_000.0
    /// Connections an HTTP listener holds open; more wait in the kernel's queue.
    package static let httpConnections = 1024
    /// Seconds an HTTP connection may be idle before it is closed.
    package static let httpIdleSeconds = 75
    /// Bytes of a request's first line; RFC 9112 asks for 8,000 at least.
    package static let httpLineBytes = 8 * 1024
    /// Bytes of a request's head: the first line and all header fields.
    package static let httpHeadBytes = 32 * 1024
    /// Header fields of a request.
    package static let httpFields = 100
    /// Seconds in which a whole request must come: 128 KiB at half a KiB a second.
    package static let httpRequestSeconds = 300
    /// Seconds that a connection is read on after its last answer, so that the client gets that.
    package static let httpLingerSeconds = 2
    /// Objects and arrays inside each other in a body; the API itself has two.
    package static let jsonDepth = 32
    /// Bytes of the values of one report that were set aside, as JSON.
    package static let setAsideBytes = 4 * 1024
    /// How long a client may take to say goodbye on a TLS connection that this node closes: one that only keeps it open
    /// for later never does, and a daemon that ends must not wait for it.
    package static let httpGoodbyeMilliseconds: Int64 = 500
    /// Bytes of a PEM file of certificates or of a key: some dozen certificates take 100 KiB.
    package static let pemFileBytes = 1024 * 1024
    /// Seconds before the end of the certificate of HTTP at which an alarm says so, and says so with urgency.
    package static let certificateNoticeSeconds: Int64 = 30 * 86_400
    package static let certificateUrgentSeconds: Int64 = 7 * 86_400
    /// Seconds after which a client whose change did not fit on the disk may try again.
    package static let fullDiskRetrySeconds = 60

    // MARK: Reports

    /// Entries of a report from which on its digest is made when it is asked for, and an answer to an edit leaves the
    /// lists out: folding so many takes about a millisecond.
    package static let smallReportEntries = 64
    /// Elements of each list, and entries of the history, that an answer holds at once; older ones are paged.
    package static let pageElements = 200
    /// Entries, and bytes of them, that one node writes to one report: a year of a sensor's notes every half hour. Each
    /// node has its own share, so that nobody can fill a report for others, central least of all.
    package static let reportEntriesPerNode = 16 * 1024
    package static let reportBytesPerNode = 8 * 1024 * 1024
    /// Of a gateway's entries central merges so many times that, since a gateway put back from a copy may write some
    /// of them twice. What lies beyond came of no honest gateway, and is quarantined.
    package static let reportShareFactor = 2
    /// Of a report central itself writes up to so many times the share of a gateway.
    package static let centralShareFactor = 4
    /// Entries of a gateway's share that one with cuts counts for, since after it the report is folded anew. An honest
    /// gateway writes one for each lie about itself.
    package static let cutWeight = 64
    /// Bytes of all merge states that the writer keeps, as reckoned: 300 for each entry and 200 for each value that
    /// stands, beside its text.
    package static let hotReportBytes = 32 * 1024 * 1024
    /// Reports read again by one step of a scrub, and entries of them: intake waits meanwhile.
    package static let scrubbedEntries = 4_096
    /// Matters between nodes that incidents tell of until people resolve them.
    package static let toldMatters = 256

    // MARK: Journal

    /// Changes committed by one sync at the most: bounds how long the first of them waits.
    package static let commitGroup = 512
    /// Pages of the write-ahead log before a checkpoint (4 KiB each: 16 MiB).
    package static let checkpointPages = 4096
    /// KiB of pages kept in memory by each connection (four at the most): holds what one group of commits dirties,
    /// since a page that is spilled before the commit is written twice.
    package static let pageCacheKibibytes = 12 * 1024
    /// Seqs that one write of the lease covers: one sync of it for so many entries.
    package static let leaseStep: UInt64 = 4096
    /// Ranges of lost or corrupt entries asked back from one peer in one session; the next goes on behind them. And the
    /// entries that they are put together from.
    package static let fetchedRanges = 1024
    package static let missingPlaces = 64 * 1024
    /// Milliseconds by which a clock may seem to move though nobody set it.
    package static let clockJitterMilliseconds = 50

    // MARK: Full disks

    /// Below so many free bytes photos are refused,
    package static let photosFreeBytes = 256 * 1024 * 1024
    /// ordinary reports and edits,
    package static let ordinaryFreeBytes = 64 * 1024 * 1024
    /// what other nodes send waits on their side (the log, which grows to 16 MiB, fits between this and the next),
    package static let peersFreeBytes = 32 * 1024 * 1024
    /// and urgent reports are refused. What is left serves receipts, pruning and the log's checkpoints.
    package static let urgentFreeBytes = 16 * 1024 * 1024
    /// Held in a file of its own, and given back when receipts find the disk full all the same.
    package static let reserveBytes = 8 * 1024 * 1024

    // MARK: Scrub

    /// Bytes of entries checked in a second: a journal of 1 GiB in about an hour, at 1 % of an SD card's reading.
    package static let scrubBytesPerSecond = 256 * 1024
    /// At a start the first scrub takes steps of so many bytes with so many milliseconds between them: what became
    /// corrupt while the node was down is told soon, and writers still get their turn.
    package static let scrubBytesAtStart = 1024 * 1024
    package static let scrubPauseAtStart = 20
    /// Seconds from the end of one scrub to the next.
    package static let scrubPauseSeconds = 6 * 3600
    /// Bytes of a database up to which all pages are read at a start after an unclean end: two seconds on an SD card.
    package static let checkedFileBytes = 64 * 1024 * 1024

    // MARK: Retention

    /// How long a gateway keeps what central holds too, unless set otherwise: 14 days, the oldest copy of central that
    /// should have to be put back.
    package static let retentionSeconds: UInt64 = 14 * 86_400
    /// Seconds of running time noted at once: what a crash leaves uncounted.
    package static let restSeconds: UInt64 = 600
    /// Reports, and entries of them, pruned by one transaction, and milliseconds from one to the next: intake waits for
    /// a few milliseconds at the most, and a year's 100,000 reports take three minutes.
    package static let prunedReports = 32
    package static let prunedEntries = 512
    package static let prunePause = 50

    // MARK: Repair

    /// Frames of a damaged log whose place is remembered, 16 bytes each: 4 GiB of log.
    package static let salvagedLogFrames: Int64 = 1 << 20
    /// Origins that a damaged journal may name, about 100 bytes each: all nodes of a fleet in many incarnations.
    package static let salvagedOrigins = 1 << 17
    /// Guesses at large records in one page of a damaged journal that may turn out wrong: a page holds eight at the
    /// most, and each costs up to 65 reads.
    package static let salvagedOverflows = 16
}
