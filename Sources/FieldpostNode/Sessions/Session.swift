package import FieldpostCore
import FieldpostSession
import FieldpostStore
import FieldpostSync
import FieldpostTransport
import FieldpostWire
import Logging
import NIOCore

/// The shell of one session: owns the session's driver, gives it events, and performs its actions.
///
/// There is no `await` between reading the driver's state and stepping it. Work with the journal runs in queues beside
/// the actor: reads, and writes in the order asked, with one prepared in advance. Each one gives an outcome as its
/// answer. A queue has a task only while it has work: the frames of such a task take 40 KiB, and most sessions idle.
package actor Session {
    let channel: PeerChannel
    let context: SessionContext
    private(set) var driver: SessionDriver
    /// Called for every durable arrival at the peer. The next failure then starts with the shortest wait.
    let onReceipt: @Sendable () async -> Void

    /// Holds one element when there may be a message to send.
    let sending = AsyncQueue<Void>()
    let writes = AsyncQueue<SessionEffect.Write>()
    let prepared = AsyncQueue<PreparedWork>()
    let reads = AsyncQueue<SessionEffect.Read>()
    let runs = AsyncQueue<SessionEffect.Read>()
    let comparisons = AsyncQueue<SessionEffect.Read>()
    let blobWork = Dictionary(
        uniqueKeysWithValues: SessionEffect.BlobWork.Queue.allCases.map { ($0, AsyncQueue<SessionEffect.BlobWork>()) })
    /// One element for each piece of a blob that was sent.
    let sentPieces = AsyncQueue<Void>()
    /// Pieces that were queued and not sent yet.
    var waitingPieces = 0
    /// One element for each piece of a thumbnail that was sent.
    let sentThumbnails = AsyncQueue<Void>()
    /// The blob store as this session uses it. Nil before the peer's hello, and in a node without blobs.
    private(set) var blobs: SessionBlobs?
    let notices = AsyncQueue<Notice>()
    /// Holds one element when there is more to send.
    private let growth = AsyncQueue<Void>()
    /// One element for each message with entries that was sent.
    let sentBatches = AsyncQueue<Void>()
    private var subscriptions: [GrowthSubscription] = []
    /// There may be more blobs to offer.
    private let blobsGrew = WakeFlag()
    /// Blobs may be missing here.
    private let blobsMissing = WakeFlag()
    /// Finished when the peer sends nothing more.
    let silence = AsyncQueue<Never>()
    /// Queues that need a task. Finished when this side sends nothing more.
    private let starts = AsyncQueue<JournalQueue>()
    private var running: Set<JournalQueue> = []

    let hello: Hello
    let known: SessionPeer
    /// The code of the peer's goodbye.
    private(set) var farewell: Violation.Code?
    /// Work that waits for room on the disk.
    var waiting = WaitingWork()
    /// This session counts among those that pull.
    private var isPulling = false
    var resyncWatchers = Watchers<ResyncProgress>()
    var comparisonWatchers: [ComparisonProgress.Kind: Watchers<ComparisonProgress>] = [:]
    var ending: String?
    /// True once nothing more is said. Actions that are still left of one step then say nothing.
    private var isOver = false
    /// The peer's violation of the protocol, if that ended the session.
    private(set) var violation: Violation?

    init(
        channel: PeerChannel, context: SessionContext, hello: Hello, known: SessionPeer,
        onReceipt: @escaping @Sendable () async -> Void
    ) {
        self.channel = channel
        self.context = context
        self.onReceipt = onReceipt
        self.hello = hello
        self.known = known
        driver = SessionDriver(hello: hello, journal: context.journal, openedAt: context.clock.moment())
    }

    /// The peer's hello. Nil before it arrives.
    package var peer: Hello? { driver.peer }
    /// The journal as this session uses it. Nil before the peer's hello.
    var journal: SessionJournal? { driver.journal }
    /// See `SessionDriver.frame`.
    var frame: (run: RunLimit, piece: PieceLimit) { driver.frame }

    /// Runs the session to its end. Returns why it ended. Returns nil if nothing was wrong.
    func run() async -> String? {
        do {
            try await channel.converse { inbound, outbound in await self.converse(inbound, outbound) }
        } catch {
            ending = ending ?? "the connection failed: \(error)"
        }
        isOver = true
        await blobs?.close()
        countPull()
        if let peer { await context.registry.disconnected(self, from: peer, reason: ending) }
        endWatches()
        return ending
    }

    /// Ends the session with a goodbye.
    package func leave(_ reason: String) {
        ending = ending ?? reason
        perform(driver.leave(reason))
    }

    // MARK: The conversation

    private func converse(_ inbound: PeerChannel.Inbound, _ outbound: PeerChannel.Outbound) async {
        handle(.opened)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen(inbound) }
            group.addTask { await self.tick() }
            group.addTask { while await self.growth.next() != nil { await self.grew() } }
            group.addTask { while let notice = await self.notices.next() { await self.tell(notice) } }
            group.addTask { await self.speak(outbound) }
            if context.link != nil { group.addTask { await self.watchLink() } }
            while let queue = await self.starts.next() { group.addTask { await self.empty(queue) } }
            // At the end, pending messages have one second to be sent, and the peer has one second to close first, so
            // that a goodbye is not lost in a reset. A link that accepts nothing must not delay the end: the kernel
            // gives up only after a quarter of an hour.
            await self.awaitEnd()
            group.cancelAll()
        }
    }

    /// Gives a queue a task, if it has none. Call this after its work was queued.
    func start(_ queue: JournalQueue) {
        if running.insert(queue).inserted { starts.yield(queue) }
    }

    /// Works until the queue is empty.
    private func empty(_ queue: JournalQueue) async {
        switch queue {
        case .prepare: while let work = writes.nextIfReady() { await prepare(work) }
        case .write: while let work = prepared.nextIfReady() { await write(work) }
        case .writeWaiting: await writeWaiting()
        case .read: while let read = reads.nextIfReady() { await self.read(read) }
        case .run: while let run = runs.nextIfReady() { await self.read(run) }
        case .compare: while let read = comparisons.nextIfReady() { await self.read(read) }
        case .blobs(let queue): await performBlobs(of: queue)
        }
        running.remove(queue)
    }

    private func speak(_ outbound: PeerChannel.Outbound) async {
        do {
            while let message = await nextMessage() {
                let bytes = try await outbound.sendCounting(message)
                context.link?.sent(bytes)
                context.laneBytes.count(bytes, in: message.lane, of: linkName, isSent: true)
                context.transfers.note(sent: message)
                switch message.lane {
                case .control, .urgent: break
                case .entries: if message.bringsEntries { sentBatches.yield(()) }
                case .thumbnails: sentThumbnails.yield(())
                case .photos: sentPieces.yield(())
                }
            }
        } catch {
            hangUp("the connection failed: \(error)")
        }
        outbound.finish()
    }

    /// Waits for a message, and for the link. Nil when nothing more is sent.
    private func nextMessage() async -> Message? {
        while true {
            if let message = driver.next(at: context.clock.moment(), closed: closedLanes) { return message }
            guard await sending.next() != nil else { return driver.next(at: context.clock.moment()) }
        }
    }

    private func listen(_ inbound: PeerChannel.Inbound) async {
        defer { silence.finish() }
        do {
            var throttle = Throttle(perSecond: Limits.messagesPerSecond, atOnce: Limits.messagesAtOnce)
            for try await arrival in inbound {
                if !arrival.isPulled(by: driver) { await throttle.keep() }
                switch arrival {
                case .message(let message):
                    context.link?.received(message.estimatedBytes)
                    context.laneBytes.count(message.estimatedBytes, in: message.lane, of: linkName, isSent: false)
                    received(message)
                case .progress: handle(.heard)
                }
            }
            hangUp("the peer closed the connection")
        } catch let violation as Violation {
            fail(violation)
        } catch {
            hangUp("the connection failed: \(error)")
        }
    }

    private func received(_ message: Message) {
        if let peer { notices.yield(.heard(peer.node)) }
        if message.isOfOpenBlob(driver) { context.transfers.note(received: message) }
        switch message {
        case .goodbye(let goodbye):
            if goodbye.code == Violation.Code.clone.rawValue, let peer { notices.yield(.refusedAsClone(peer.node)) }
            farewell = goodbye.code.flatMap(Violation.Code.init)
            ending = ending ?? (goodbye.detail.isEmpty ? nil : "the peer ended the session: \(goodbye.detail)")
        case .hello(let hello):
            return greet(hello)
        default: break
        }
        handle(.received(message))
        // The link may take more now.
        if case .reached = message { sending.yield((), limit: 1) }
        guard let peer, !driver.isClosed else { return }
        switch message {
        case .announce(let head): notices.yield(.offered(head, peer.node))
        case .status(let status): notices.yield(.status(status, peer.node))
        default: break
        }
    }

    /// Checks that the hello names the node of the certificate. The name and grids of the enrollment replace those in
    /// the hello.
    private func greet(_ hello: Hello) {
        guard known.node == nil || known.node == hello.node else {
            return fail(Violation(.wrongIdentity, "the hello and the TLS certificate name different nodes"))
        }
        var hello = hello
        hello.name = NameRule.shown(hello.name, else: hello.node.short)
        if let enrollment = known.enrollment {
            (hello.name, hello.grids) = (enrollment.name, enrollment.grids)
        } else {
            // Only an enrolled gateway is told who may log in.
            hello.people = nil
        }
        handle(.received(.hello(hello)))
    }

    private func tick() async {
        while !Task.isCancelled, !driver.isClosed {
            let now = context.clock.moment().monotonicMilliseconds
            // An idle session sleeps until the next ping is due. Timers of many sessions may be handled together.
            let wait = max(driver.nextTick, now + 1) - now
            try? await Task.sleep(for: .milliseconds(wait), tolerance: .milliseconds(500))
            handle(.tick)
            if context.link != nil { sending.yield((), limit: 1) }
        }
    }

    /// From now on, commits that concern this peer wake the session. What was committed before is read by
    /// `tell(.connected)`.
    private func subscribe(for peer: NodeID) {
        let wake: @Sendable () -> Void = { [growth] in growth.yield((), limit: 1) }
        let growing: Growth = context.role == .central ? .feed(of: peer) : .ownEntries
        subscriptions = [context.journal.onGrowth(of: growing, wake)]
        guard let blobs = context.blobs else { return }
        func wakes(for flag: WakeFlag) -> @Sendable () -> Void {
            flag.set()
            return {
                flag.set()
                wake()
            }
        }
        subscriptions.append(blobs.onLost(wakes(for: blobsMissing)))
        guard context.role == .gateway else { return }
        let wakeForBlobs = wakes(for: blobsGrew)
        subscriptions += [context.journal.onGrowth(of: .namedBlobs, wakeForBlobs), blobs.onStored(wakeForBlobs)]
    }

    func grew() async {
        guard let peer else { return }
        switch context.role {
        case .central: handle(.feedGrew)
        case .gateway:
            guard peer.role == .central, let head = try? await context.journal.head() else { return }
            handle(.headMoved(head))
            if blobsGrew.take() { handle(.blobsGrew) }
        }
        if blobsMissing.take() { handle(.blobsMissing) }
    }

    // MARK: Driving

    func handle(_ event: SessionEvent) {
        perform(driver.handle(event, at: context.clock.moment()))
        countPull()
    }

    /// Tells the other sessions when this one begins or ends to pull.
    private func countPull() {
        let isPulling = !isOver && driver.isPulling
        guard isPulling != self.isPulling else { return }
        self.isPulling = isPulling
        context.pullShares.change(by: isPulling ? 1 : -1)
    }

    package func fail(_ violation: Violation) {
        perform(driver.fail(violation))
    }

    /// The connection is lost: nothing more can be sent.
    private func hangUp(_ reason: String) {
        if !driver.isClosed { ending = ending ?? reason }
        perform(driver.leave(reason))
        close()
    }

    /// Handles the journal's answer.
    func take(_ outcome: WorkOutcome) {
        if let moved = outcome.moved, let peer {
            notices.yield(.moved(peer.node, entriesBytes: moved.entries, wireBytes: moved.wire))
        }
        if outcome.hasOtherPeople { context.onOtherPeople() }
        if outcome.hasBegun { ending = ending ?? "this node began a new incarnation of its journal and connects again" }
        driver.mayPull(context.pullShares.share)
        perform(driver.take(outcome, at: context.clock.moment()))
        countPull()
    }

    private func perform(_ actions: [SessionDriver.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: SessionDriver.Action) {
        switch action {
        case .send(let message): send(message)
        case .greeted(let hello):
            subscribe(for: hello.node)
            blobs = context.blobs.map {
                SessionBlobs(
                    blobs: $0, thumbnails: context.thumbnails, journal: context.journal, peer: hello,
                    limit: context.blobLimit)
            }
            notices.yield(.connected(hello))
        case .close(let violation):
            if let violation, !isOver { (self.violation, ending) = (violation, violation.description) }
            close()
        case .measuredOffset(let offset, let uncertainty):
            if let peer { notices.yield(.measured(peer.node, offset, uncertainty)) }
        case .resetBackoff: notices.yield(.receipt)
        case .resyncProgress(let progress): if !isOver { report(progress) }
        case .comparisonProgress(let progress): if !isOver { report(progress) }
        case .write(let write):
            queue(writes.yield(write, limit: Limits.waitingWork))
            start(.prepare)
        case .read(let read):
            let (queue, name): (AsyncQueue<SessionEffect.Read>, JournalQueue) =
                read.isLong ? (comparisons, .compare) : read.sendsEntries ? (runs, .run) : (reads, .read)
            self.queue(queue.yield(read, limit: Limits.waitingWork))
            start(name)
        case .blob(let work):
            queue(blobWork[work.queue]?.yield(work, limit: Limits.waitingWork) ?? false)
            start(.blobs(work.queue))
        }
    }

    /// If its queue has no room for the work, the session ends.
    private func queue(_ hasRoom: Bool) {
        guard !hasRoom, !driver.isClosed else { return }
        fail(Violation(.limitExceeded, "\(Limits.waitingWork) messages are waiting for this node's disk"))
    }

    func send(_ message: Message) {
        guard driver.queued < Limits.outboxMessages else {
            hangUp("the peer reads too slowly: \(Limits.outboxMessages) messages are waiting for it")
            return
        }
        driver.queue(message)
        sending.yield((), limit: 1)
    }

    private func close() {
        isOver = true
        subscriptions = []
        let queues = [
            sending.finish, writes.finish, prepared.finish, reads.finish, runs.finish, comparisons.finish,
            growth.finish, sentBatches.finish, notices.finish, starts.finish, sentPieces.finish, sentThumbnails.finish,
        ]
        for finish in queues { finish() }
        for queue in blobWork.values { queue.finish() }
    }
}
