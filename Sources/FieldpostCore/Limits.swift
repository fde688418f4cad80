/// Every limit of the product, with its unit and the reason for its value. Limits are checked before memory is taken.
package enum Limits {
    // MARK: Frames

    /// Bytes in the body of a frame before the hellos are done: a hello takes about 2 KiB.
    package static let greetingFrameBytes = 16 * 1024
    /// Total bytes (UTF-8) of all grids that a gateway serves: half of the hello that names them.
    package static let gridsBytes = 8 * 1024
    /// Bytes in the body of a later frame: the largest batch, even if nothing in it compresses.
    package static let frameBytes = 1024 * 1024 + 64 * 1024

    // MARK: Batches

    /// Bytes of entries in one batch before compression. One entry alone may also be this large.
    package static let batchRawBytes = 1024 * 1024
    /// The size at which a sender closes a batch. It is large enough for the dictionary's window of 32 KiB to pay, and
    /// small enough that a slow link (64 kbit/s) carries one batch in under ten seconds.
    package static let batchTargetRawBytes = 256 * 1024
    /// Entries in one batch.
    package static let batchEntries = 4096
    /// Inflated bytes for each byte of data. Each entry holds at least 16 random bytes, so an honest sender never
    /// exceeds 1:100. Deflate itself reaches 1:1,030.
    package static let inflateRatio = 100
    /// Bytes of unanswered batches that a puller allows on one stream at most: enough for 4 Mbit/s at a round trip of
    /// two seconds.
    package static let pullCreditBytes = 1024 * 1024
    /// Bytes that central allows on a pull before it knows that more wait: one usual batch. So 1,000 gateways that come
    /// back together send 64 MiB at first.
    package static let pullFirstCreditBytes = 64 * 1024
    /// Bytes of unanswered batches that central allows to all sessions that pull, beside one batch for each.
    package static let pulledBytes = 128 * 1024 * 1024
    /// Own origins that a hello names, and how many of them it gives receipts for. They take about 90 and 125 bytes
    /// each, and fit into its frame.
    package static let greetingOrigins = 60
    package static let greetingReceipts = 16
    /// Incarnations of one gateway that central remembers. Each is a restore, a fork or a repair. A peer with more than
    /// that is not a working gateway.
    package static let incarnationsPerNode = 64
    /// For each gateway: entries that it relayed without a proof that they came from central, and their bytes. Central
    /// keeps them apart. The limit is what can collect in a day without central's proofs.
    package static let hearsayEntries = 16 * 1024
    package static let hearsayBytes = 16 * 1024 * 1024
    /// When more origins wait than a hello can name, each next hello starts this many further on. So many fit beside
    /// the longest list of grids.
    package static let greetingStep = 8
    /// Pulls that are active at once on a session: one for each incarnation of the peer, and resyncs.
    package static let pullStreams = 64

    /// Ahead of its chain: bytes of one entry, and how many a gateway sends without a receipt. A pull must be behind by
    /// so many entries: about a second at 64 kbit/s; and by that divided by the spacing more for each entry that is
    /// ahead already. Central holds so many of one origin, and so many bytes of them. Of the urgent entries that waited
    /// when the session began, fewer go without a receipt, and fewer are ahead: what becomes urgent later passes them.
    package static let earlyEntryBytes = 32 * 1024
    package static let earlyWindow = 16
    package static let earlyBacklogWindow = 4
    package static let earlyBacklogEntries = 128
    package static let earlyDistance: UInt64 = 32
    package static let earlySpacing: UInt64 = 4
    package static let earlyEntries = 256
    package static let earlyBytes = 1024 * 1024

    // MARK: Entries

    /// Bytes of one entry: ten times the longest text field.
    package static let entryBytes = 256 * 1024
    /// Origins named in one context: the nodes that ever wrote to one report.
    package static let contextOrigins = 256
    /// Writes of one field that cover each other in circles. Honest authors never produce them. Resolving so many takes
    /// 64³ steps for each field; when there are more, all of them stand.
    package static let mutualWrites = 64
    /// Causal depth. Each entry adds one, so no honest report comes near it. The number of entries that the author had
    /// seen bounds how much of a depth counts.
    package static let depth: UInt64 = 1 << 40
    /// The highest seq of an origin: 40 bits, 34 years at 1,000 entries a second. (The journal packs it beside an
    /// index.)
    package static let seq: UInt64 = (1 << 40) - 1
    /// Fields set by one entry.
    package static let changeFields = 64
    /// Cuts that central writes into one entry. Each may name 256 origins, and the entry must keep its size limit.
    package static let cutsInEntry = 8
    /// Claims about entries that a restored central node keeps until their authors say hello.
    package static let openClaims = 4096
    /// Notes, traces and attachments that one entry may add, or elements that it may remove.
    package static let changeElements = 64
    /// Bytes of one photo or clip that an attachment may name: 1 TiB, far more than any real one. The limit keeps sums
    /// from overflowing.
    package static let blobBytes: UInt64 = 1 << 40
    /// Bytes (UTF-8) of one text value.
    package static let textBytes = 24 * 1024
    /// Notes in which an entry carries the text of a setting, and bytes of that text. Cut at characters, it fits.
    package static let settingParts = 8
    package static let settingBytes = settingParts * (textBytes - 3)
    /// Names of settings that one central node may use.
    package static let settingNames = 64
    /// Bytes (UTF-8) of a short text value: codes, names, devices.
    package static let shortTextBytes = 256

    // MARK: Sessions

    /// The highest position in a feed: the largest row number of SQLite.
    package static let feedPosition = UInt64(Int64.max)
    /// The most feed positions that central skips when it opens its journal.
    package static let feedGap: UInt64 = 1 << 32
    /// Heads, receipts or grids named in one message.
    package static let listedOrigins = 1024
    /// Chain values compared by one question in the search for a divergence. Each question divides the range by 64, so
    /// four questions find one entry among 2^24.
    package static let locatePoints = 64
    /// Bytes (UTF-8) of a name, reason or link class in a message.
    package static let messageTextBytes = 1024
    /// Sessions that peers may have with a node at once: 20,000 gateways, and a fifth more. An idle session takes less
    /// than 64 KiB. A further peer gets a goodbye.
    package static let sessions = 24 * 1024
    /// Files that a node needs beside its sessions: HTTP connections, handshakes and the journal.
    package static let otherFiles = 2 * 1024
    /// Additional connections whose peers have not yet proved that they may stay: about 60 KiB each.
    package static let unprovedConnections = 512
    /// As long as so many of them are younger than so many milliseconds, further connections wait in the kernel's
    /// queue. After a power cut, thousands of gateways dial at once, and handshakes that are all begun together are all
    /// late. So a stranger that holds connections open delays 512 others in a second.
    package static let freshConnections = 256
    package static let freshConnectionMilliseconds: Int64 = 500
    /// Connections that wait in the kernel's queue of each address. They are accepted within seconds, before the peer
    /// gives up.
    package static let listenBacklog: Int32 = 1024
    /// Reports of residents from one address: at once, and per minute after that. Then the same for all residents
    /// together.
    package static let residentReports = 5
    package static let residentReportsPerMinute = 5
    package static let publicReports = 60
    package static let publicReportsPerMinute = 120
    /// Connections of residents at once.
    package static let publicConnections = 128
    /// Wrong passwords from one address: at once, and per minute after that.
    package static let failedLogins = 10
    package static let failedLoginsPerMinute = 6
    /// Addresses whose rate is remembered.
    package static let limitedAddresses = 4_096
    package static let leastPasswordCharacters = 10
    /// Tokens of terminals that are remembered after they were checked: more than the terminals of one station.
    package static let rememberedTokens = 1_024
    /// Messages of one peer that are read in a second, and at once after a pause. Further messages wait at the peer. A
    /// busy gateway sends a few hundred; one with 200 photos begins with their offers and thumbnails.
    package static let messagesPerSecond = 1_000
    package static let messagesAtOnce = 2_000
    /// Bytes of a chunk that is not counted among these, if it was pulled: credit pays for it.
    package static let uncountedChunkBytes = 16 * 1024
    /// Reasons for refusals that are remembered. Each is logged only once in the given number of seconds.
    package static let loggedRefusals = 256
    package static let refusalLogSeconds: UInt64 = 600
    /// Decoded entries that all sessions together may hold while they wait for their commit: about 2 KiB each.
    package static let preparedEntries = 8 * 1024
    /// Messages that wait to be sent on one session. Credit bounds the batches, and the other messages are small.
    package static let outboxMessages = 1024
    /// Journal operations that wait for one session. A peer that respects its credit and asks one question at a time
    /// stays far below, even when the disk is slow.
    package static let waitingWork = 64 * 1024
    /// Seconds from connection to the end of the hellos.
    package static let greetingSeconds = 10
    /// The longest validity of an enrollment token, in seconds: 30 days.
    package static let tokenSeconds: UInt64 = 30 * 86_400
    /// Gateways that wait at central for a person to admit them, in total and from one host. A gateway that does not
    /// ask again is forgotten after the given number of seconds.
    package static let waitingGateways = 64
    package static let waitingGatewaysPerHost = 8
    package static let waitingSeconds: UInt64 = 900
    /// Bytes of the file beside central's journal that lists the admitted gateways: 20,000 gateways with many grids.
    package static let rosterBytes = 32 * 1024 * 1024
    /// Validity of the certificate that a node makes for its own key, in seconds: a year. It is renewed after two
    /// thirds of that.
    package static let certificateSeconds: Int64 = 365 * 86_400
    /// Seconds of silence after which a ping is sent. After three times as many, the session is closed.
    package static let silenceSeconds = 15

    // MARK: Lanes

    /// Bytes of lower lanes that may be on their way before the link is measured: a second at 64 kbit/s.
    package static let firstLinkBytes = 8 * 1024
    /// Milliseconds that one message of a lower lane should take on the link, and its least bytes: below that, the
    /// frame around it costs too much.
    package static let frameMilliseconds = 100
    package static let leastFrameBytes = 1024
    /// Milliseconds that what is on its way may wait in queues of the link. So long an urgent report waits at most.
    package static let linkQueueMilliseconds: UInt64 = 200
    /// Bytes after which a mark is sent, so that small batches do not each bring one: so many, or on a fast link this
    /// part of what may be on its way.
    package static let markedBytes = 4 * 1024
    package static let marksUnderway = 16
    /// Milliseconds after which a rate is forgotten that was not seen again; it takes up to twice as long.
    package static let rateMilliseconds: UInt64 = 2_000
    /// Milliseconds after which the round trip without a queue is measured again.
    package static let roundTripMilliseconds: UInt64 = 10_000

    // MARK: Reconnecting (full jitter: uniform between 0 and the ceiling, which doubles from the first to the last)

    package static let backoffFirstMilliseconds: UInt64 = 500
    /// A thousand gateways that lost their central node then dial it 500 times a second in total. While it is dead,
    /// that costs its machine a hundredth of a core, and each gateway three megabytes a day. When it is back, it takes
    /// them in within a few seconds (`freshConnections`).
    package static let backoffLastMilliseconds: UInt64 = 4_000
    /// Early dials because a link came up: at once, and milliseconds until one more is allowed.
    package static let linkDials = 4
    package static let linkDialMilliseconds: UInt64 = 5_000
    /// An early dial waits up to so many milliseconds: see `Dialer`.
    package static let linkSpreadMilliseconds: Int64 = 150

    // MARK: HTTP

    /// Bytes of a request's body.
    package static let requestBodyBytes = 128 * 1024
    /// Bytes of bodies on the fast path, over all connections of a listener: 14,000 usual reports. Further requests
    /// take the ordinary way, where only the number of connections bounds the bodies.
    package static let heldBodyBytes = 8 * 1024 * 1024
    /// Lines of one stream of reports that have no answer yet: as many as one commit takes. Further lines wait at the
    /// client.
    package static let streamWindow = 512
    /// Reports of all streams of a listener that wait for their commit. While there are more, each stream has only one.
    package static let streamedReports = 4_096
    /// Reports on one page of a listing.
    package static let pageReports = 500
    package static let pageReportsDefault = 50
    /// Characters of an `Idempotency-Key`.
    package static let idempotencyKeyCharacters = 200
    /// The largest accuracy of a location, in metres: half the way around the earth.
    package static let locationAccuracyMetres = 20_000_000.0
    /// Bytes that are read from a connection at once. The HTTP library holds up to about ten such parts of a body for
    /// each connection, so 128 uploads take 20 MiB.
    package static let httpReadBytes = 16 * 1024
    /// Connections that an HTTP listener holds open. More wait in the kernel's queue.
    package static let httpConnections = 1024
    /// Seconds that an HTTP connection may be idle before it is closed.
    package static let httpIdleSeconds = 75
    /// Bytes of a request's first line. RFC 9112 requires at least 8,000.
    package static let httpLineBytes = 8 * 1024
    /// Bytes of a request's head: the first line and all header fields.
    package static let httpHeadBytes = 32 * 1024
    /// Header fields of a request.
    package static let httpFields = 100
    /// Seconds in which a whole request must arrive: 128 KiB at half a KiB a second.
    package static let httpRequestSeconds = 300
    /// Seconds for which a connection is still read after its last answer, so that the client receives that answer.
    package static let httpLingerSeconds = 2
    /// Nesting of objects and arrays in a body. The API itself uses two levels.
    package static let jsonDepth = 32
    /// Bytes of the values of one report that were set aside, as JSON.
    package static let setAsideBytes = 4 * 1024
    /// How long a client may take to close a TLS connection that this node closes. A client that only keeps the
    /// connection for later never answers, and a stopping daemon must not wait for it.
    package static let httpGoodbyeMilliseconds: Int64 = 500
    /// Bytes of a PEM file of certificates or of a key: a few dozen certificates take 100 KiB.
    package static let pemFileBytes = 1024 * 1024
    /// Seconds before the HTTP certificate expires: the first alarm, and the urgent one.
    package static let certificateNoticeSeconds: Int64 = 30 * 86_400
    package static let certificateUrgentSeconds: Int64 = 7 * 86_400
    /// Seconds after which a client may retry a change that did not fit on the disk.
    package static let fullDiskRetrySeconds = 60

    // MARK: Reports

    /// From so many entries on, a report's digest is made only when it is asked for, and the answer to an edit leaves
    /// out the lists. Folding so many entries takes about a millisecond.
    package static let smallReportEntries = 64
    /// Elements of each list, and entries of the history, in one answer. Older ones are on further pages.
    package static let pageElements = 200
    /// Entries, and bytes of them, that one node may write to one report: a year of a sensor's notes every half hour.
    /// Each node has its own share, so no node, central least of all, loses its share to another.
    package static let reportEntriesPerNode = 16 * 1024
    package static let reportBytesPerNode = 8 * 1024 * 1024
    /// Central merges so many times that share of a gateway's entries, because a restored gateway may write some of
    /// them twice. More cannot come from an honest gateway, and is quarantined.
    package static let reportShareFactor = 2
    /// Central itself may write so many times the share of a gateway to a report.
    package static let centralShareFactor = 4
    /// How many entries of a gateway's share an entry with cuts counts for: the whole report is folded again after it.
    /// An honest gateway writes one for each false claim about itself.
    package static let cutWeight = 64
    /// Estimated bytes of all merge states that the writer keeps: 300 for each entry, and 200 for each value that
    /// stands, plus its text.
    package static let hotReportBytes = 32 * 1024 * 1024
    /// Entries of reports after which a step of a scrub ends.
    package static let scrubbedEntries = 512
    /// Problems between nodes that incidents report until people resolve them.
    package static let toldMatters = 256

    // MARK: Journal

    /// The most changes committed by one sync. This bounds how long the first of them waits.
    package static let commitGroup = 512
    /// Pages of the write-ahead log before a checkpoint (4 KiB each: 16 MiB).
    package static let checkpointPages = 4096
    /// Bytes of the write-ahead log from which the writer makes it start again, if no reader uses it at that moment. It
    /// tries each time the log has grown so many bytes further, and waits so many milliseconds for readers.
    package static let logRestartBytes = 20 * 1024 * 1024
    package static let logStepBytes = 2 * 1024 * 1024
    package static let logBriefWaitMilliseconds = 2
    /// Bytes of the log from which the writer waits longer, and ends reads that may take long. Writes wait meanwhile: a
    /// second for some seconds of heavy load, in the worst case.
    package static let logBytes = 32 * 1024 * 1024
    package static let logWaitMilliseconds = 1_000
    /// Milliseconds after which a read that can go on later lets the log go.
    package static let readMilliseconds = 20
    /// KiB of pages that each connection keeps in memory (at most four connections). It holds the pages that one group
    /// of commits changes: a page that is spilled before the commit is written twice.
    package static let pageCacheKibibytes = 12 * 1024
    /// Ids of reports that are found in memory: about 40 bytes each, twice while they are written. And those in the
    /// first of the two tables of ids. For ten million reports, each level then costs about as much as the other.
    package static let recentReportIDs = 64 * 1024
    package static let firstLevelReportIDs = 768 * 1024
    /// Seqs that one write of the lease covers: one sync of the lease for so many entries.
    package static let leaseStep: UInt64 = 4096
    /// Ranges of lost or corrupt entries that are fetched from one peer in one session; the next session goes on after
    /// them. And the number of missing entries from which these ranges are built.
    package static let fetchedRanges = 1024
    package static let missingPlaces = 64 * 1024
    /// Milliseconds by which a clock may appear to move although nobody set it.
    package static let clockJitterMilliseconds = 50

    /// Rows of feeds that one step adds for a gateway that got other grids: a few milliseconds. Reports are searched in
    /// windows of so many numbers, and each window counts as so many rows.
    package static let backfillRows = 512
    package static let backfillWindow: Int64 = 4096
    package static let backfillWindowRows = 64
    /// Milliseconds between two steps.
    package static let backfillPause = 5
    /// So many rows of a feed that its gateway holds are kept until they are deleted together. A gateway that was put
    /// back from a copy goes on from them, if they are enough. Otherwise its whole feed is added again.
    package static let feedRowsKept = 256
    /// Feeds from which one step deletes rows, at most.
    package static let trimmedFeeds = 64
    /// Seconds between two rounds in which such rows are deleted.
    package static let feedTrimSeconds = 60

    // MARK: Full disks

    /// Below this many free bytes, photos are refused.
    package static let photosFreeBytes = 256 * 1024 * 1024
    /// Below this many, ordinary reports and edits are refused.
    package static let ordinaryFreeBytes = 64 * 1024 * 1024
    /// Below this many, entries from other nodes wait on their side. The log, which grows to 16 MiB, fits between this
    /// and the next threshold.
    package static let peersFreeBytes = 32 * 1024 * 1024
    /// Below this many, urgent reports are refused. The rest serves receipts, pruning and the log's checkpoints.
    package static let urgentFreeBytes = 16 * 1024 * 1024
    /// Held in a separate file. It is freed when even receipts find the disk full.
    package static let reserveBytes = 8 * 1024 * 1024

    // MARK: Scrub

    /// Bytes of entries that one step checks: a few milliseconds of work.
    package static let scrubStepBytes = 64 * 1024
    /// After each step, the scrub rests so many times as long as the step took. So it takes less than 2 % of a core and
    /// of the disk's time. A journal of 1 GiB takes two to three hours.
    package static let scrubRestFactor = 59
    /// The shortest rest in milliseconds.
    package static let scrubLeastRest = 20
    /// After a start, the scrub rests only so briefly until it has worked so many milliseconds. So a small journal soon
    /// reports what became corrupt while the node was down.
    package static let scrubBurst = 100
    /// Seconds between two commits that store how far the scrub has come.
    package static let scrubKeepSeconds = 600
    /// Seconds from the end of one scrub to the start of the next.
    package static let scrubPauseSeconds = 6 * 3600
    /// The largest database, in bytes, whose pages are all read at once: at a start after an unclean end, and by the
    /// scrub. It takes two seconds on an SD card.
    package static let checkedFileBytes = 64 * 1024 * 1024

    // MARK: Retention

    /// The default time for which a gateway keeps reports that central also holds: 14 days. A backup of central that is
    /// older than this should never have to be restored.
    package static let retentionSeconds: UInt64 = 14 * 86_400
    /// Seconds of running time recorded at once: the most that a crash leaves uncounted.
    package static let restSeconds: UInt64 = 600
    /// Reports, and their entries, pruned by one transaction, and milliseconds between two transactions. Intake waits a
    /// few milliseconds at most, and the 100,000 reports of a year take three minutes.
    package static let prunedReports = 32
    package static let prunedEntries = 512
    package static let prunePause = 50

    // MARK: Repair

    /// Frames of a damaged log whose position is remembered, 16 bytes each: 4 GiB of log.
    package static let salvagedLogFrames: Int64 = 1 << 20
    /// Origins that a damaged journal may name, about 100 bytes each: all nodes of a fleet in many incarnations.
    package static let salvagedOrigins = 1 << 17
    /// Wrong guesses at large records that are allowed in one page of a damaged journal. A page holds at most eight,
    /// and each guess costs up to 65 reads.
    package static let salvagedOverflows = 16
}
