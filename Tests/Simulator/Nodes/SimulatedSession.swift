import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostSession
import FieldpostStore
import FieldpostSync

/// The shell of one session over virtual time: it drives the same `SessionDriver` as the daemon.
final class SimulatedSession: ConnectionEnd {
    /// Pieces of photos are read beside all other work with photos.
    enum Queue: Hashable {
        case writes, reads
        case photos(SessionEffect.BlobWork.Queue)
    }

    /// The result of an operation on the journal.
    enum Answer {
        case outcome(WorkOutcome)
        case refused(JournalError)
        case blobs([Message], [BlobOutcome])
        case failed(BlobFailure)
    }

    unowned let world: World
    let node: SimulatedNode
    let connection: Connection
    let side: Connection.Side
    /// At central: the gateway's enrollment when the session began.
    let enrollment: Enrollment?
    private let spoken: Incarnation
    private var driver: SessionDriver
    var peer: Hello? { driver.peer }
    var peerNode: NodeID? { peer?.node ?? enrollment?.gateway }
    var journal: SessionJournal? { driver.journal }
    private(set) var isOver = false
    var credit = CreditWatch()
    /// Rung by commits that concern this session.
    let bell = Bell()
    /// There may be photos to offer, or photos that are missing here.
    private let blobsGrew = Bell()
    private let blobsMissing = Bell()
    private var subscriptions: [GrowthSubscription] = []
    private var blobs: SessionBlobs?
    private var crossing = PhotoCrossing()

    private var writes: [SessionEffect.Write] = []
    private var reads: [SessionEffect.Read] = []
    private var photoWork: [SessionEffect.BlobWork.Queue: [SessionEffect.BlobWork]] = [:]
    private var busy: Set<Queue> = []

    init(
        world: World, node: SimulatedNode, connection: Connection, side: Connection.Side, hello: Hello,
        journal: Journal, enrollment: Enrollment? = nil
    ) {
        self.world = world
        self.node = node
        self.connection = connection
        self.side = side
        spoken = hello.incarnation
        self.enrollment = enrollment
        driver = SessionDriver(
            hello: hello, journal: journal, openedAt: node.moment(at: world.now),
            earlyDistance: world.plan.earlyDistance)
    }

    // MARK: Events

    func open() {
        handle(.opened)
        world.schedule(.tick(self), after: 1000)
    }

    func tick() {
        guard !isOver else { return }
        handle(.tick)
        world.schedule(.tick(self), after: 1000)
    }

    func received(_ message: Message) {
        guard !isOver else { return }
        credit.granted(message, byGateway: side == .central)
        if case .blobPull(let pull) = message { crossing.pulled(pull) }
        if case .goodbye(let goodbye) = message {
            world.note("\(node.name) gets a goodbye: \(goodbye.code.map { "\($0) " } ?? "")\(goodbye.detail)")
        }
        if case .hello(var hello) = message, let enrollment {
            (hello.name, hello.grids) = (enrollment.name, enrollment.grids)
            return handle(.received(.hello(hello)))
        }
        handle(.received(message))
        // The link may take more now.
        if case .reached = message { flush() }
    }

    func grew() async {
        guard let peer, !isOver else { return }
        switch node.role {
        case .central: handle(.feedGrew)
        case .gateway:
            guard peer.role == .central, let head = try? await node.journal?.head() else { return }
            handle(.headMoved(head))
            if blobsGrew.take() { handle(.blobsGrew) }
        }
        if blobsMissing.take() { handle(.blobsMissing) }
    }

    func want(_ photo: Hash256) { if peer != nil { handle(.blobWanted(photo)) } }

    func fetch(_ ranges: [Fetch.Range]) {
        guard peer != nil else { return }
        handle(.corruptionFound(ranges))
    }

    /// At central: somebody got an account, or lost it.
    func peopleChanged() { if peer != nil { handle(.peopleChanged) } }

    func resync() { if !isOver { handle(.resync) } }

    /// An operator compares both sides, and has repaired what differs.
    func compare(isDeep: Bool) { if peer?.compares == true { handle(.compare(isDeep: isDeep)) } }

    // MARK: Driving

    private func handle(_ event: SessionEvent) {
        guard !isOver else { return }
        perform(driver.handle(event, at: node.moment(at: world.now)))
    }

    func fail(_ violation: Violation) {
        world.note("\(node.name) fails its session: \(violation)")
        guard !isOver else { return }
        perform(driver.fail(violation))
    }

    func leave(_ reason: String) { if !isOver { perform(driver.leave(reason)) } }

    /// The connection has ended: nothing more can be sent.
    func hangUp(_ reason: String) {
        leave(reason)
        close()
    }

    /// The process died: nothing is sent.
    func vanish() {
        isOver = true
        subscriptions = []
    }

    private func perform(_ actions: [SessionDriver.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: SessionDriver.Action) {
        switch action {
        case .send(let message): send(message)
        case .greeted(let hello): greeted(hello)
        case .close(let violation):
            if let violation { world.note("\(node.name) closes: \(violation)") }
            close()
        case .resetBackoff: node.backoff.reset()
        case .measuredOffset, .resyncProgress: break
        case .comparisonProgress(let progress):
            guard progress.isFinished else { break }
            world.count("comparisons and repairs ended")
            if !progress.differences.isEmpty { handle(.repair(progress.differences)) }
        case .blob(let work) where blobs == nil: handle(.blobDone(Self.lacks(work)))
        case .blob(let work):
            photoWork[work.queue, default: []].append(work)
            advance(.photos(work.queue))
        case .write(let write):
            writes.append(write)
            advance(.writes)
        case .read(let read):
            reads.append(read)
            advance(.reads)
        }
    }

    private func send(_ message: Message) {
        guard !isOver else { return }
        driver.queue(message)
        flush()
    }

    /// Sends what the link takes now.
    private func flush() {
        while !isOver, let message = driver.next(at: node.moment(at: world.now)) {
            if !credit.sends(message) { world.fail(.withinCredit, "\(node.name) sends a batch without credit") }
            if case .blobChunk(let chunk) = message { cross(chunk) }
            guard world.send(message, from: self) else { return hangUp("the peer reads too slowly") }
        }
    }

    private func cross(_ chunk: BlobChunk) {
        guard let photo = crossing.sent(chunk), let size = world.oracle.photos[photo.hash]?.bytes.count else { return }
        world.count("pieces of photos sent")
        // What a gateway evicted comes again when somebody opens it.
        guard !world.oracle.photos.letGo.contains(photo.hash) else { return }
        // What found no room, or lay on a damaged disk, comes once more.
        let times = world.plan.kinds.isDisjoint(with: [.diskFull, .corruption]) ? 1 : 2
        if photo.bytes > times * size {
            world.fail(.photosCrossOnce, "\(node.name) sends \(photo.bytes) bytes of a photo of \(size)")
        }
    }

    /// The answer of a node that keeps no photos.
    private static func lacks(_ work: SessionEffect.BlobWork) -> BlobOutcome {
        switch work {
        case .open(let stream, _), .finish(let stream, _): .failed(stream: stream, .noRoom)
        case .keep(let chunk): .failed(stream: chunk.stream, .noRoom)
        case .close(let stream): .closed(stream: stream)
        case .findMissing: .foundMissing([], next: nil)
        case .find: .found([], next: nil)
        case .look(let blob): .looked(blob, bytes: nil)
        case .piece(let stream, _, _, _): .gone(stream: stream)
        case .record: .recorded
        case .checkThumbnail(let blob): .thumbnailChecked(blob, isLacking: false)
        case .keepThumbnail(let blob, _): .thumbnailKept(blob)
        case .sendThumbnail(let blob, let start): .thumbnailSent(blob, upTo: start, isLast: true)
        }
    }

    private func greeted(_ hello: Hello) {
        guard let journal = node.journal else { return }
        let growing: Growth = node.role == .central ? .feed(of: hello.node) : .ownEntries
        subscriptions = [journal.onGrowth(of: growing) { [bell] in bell.ring() }]
        subscribeToPhotos(of: journal, hello)
        world.connected(self, to: hello)
        if journal.origin.incarnation != spoken {
            leave("this node began a new incarnation of its journal")
        }
    }

    /// As `Session.subscribe`.
    private func subscribeToPhotos(of journal: Journal, _ hello: Hello) {
        guard let blobs = node.blobs else { return }
        self.blobs = SessionBlobs(blobs: blobs, journal: journal, peer: hello)
        func rings(_ flag: Bell) -> @Sendable () -> Void {
            flag.ring()
            return { [bell] in
                flag.ring()
                bell.ring()
            }
        }
        subscriptions.append(blobs.onLost(rings(blobsMissing)))
        guard node.role == .gateway else { return }
        let grew = rings(blobsGrew)
        subscriptions += [journal.onGrowth(of: .namedBlobs, grew), blobs.onStored(grew)]
    }

    /// What came of photos becomes durable when a session has ended, unless its process has.
    private func close() {
        guard !isOver else { return }
        isOver = true
        subscriptions = []
        if let blobs { world.schedule(.closePhotos(blobs, node), after: 0) }
        world.ended(self)
    }

    // MARK: Work on the journal

    private func advance(_ queue: Queue) {
        guard !busy.contains(queue), hasWork(in: queue) else { return }
        busy.insert(queue)
        let isWaiting = queue == .reads && reads.allSatisfy(\.isOfRun)
        world.schedule(.work(self, queue), after: world.draw(0...(isWaiting ? world.plan.runMilliseconds : 4)))
    }

    private func hasWork(in queue: Queue) -> Bool {
        switch queue {
        case .writes: !writes.isEmpty
        case .reads: !reads.isEmpty
        case .photos(let queue): photoWork[queue]?.isEmpty == false
        }
    }

    /// Runs wait for all other reads.
    private func nextRead() -> SessionEffect.Read {
        reads.remove(at: reads.firstIndex { !$0.isOfRun } ?? 0)
    }

    /// Performs the next operation of a queue. The answer takes some time.
    func work(_ queue: Queue) async {
        if case .photos(let work) = queue { return await workOnPhotos(work) }
        guard !isOver, let journal else { return }
        let answer: Answer
        var isForged = false
        do throws(JournalError) {
            let stamp = node.stamp(at: world.now)
            switch queue {
            case .writes:
                if let peerNode { await world.noteWhatLiarsCanHaveSeen(peerNode) }
                let work = try nextWork(&isForged)
                let outcome = try await journal.write(work, stamp: stamp)
                if case .plain(.checkFeed(let asked)) = work, case .feedChecked(let given) = outcome.event,
                    given.after.position > asked.after.position
                {
                    world.count("feeds begun again")
                }
                answer = .outcome(outcome)
                if isForged { world.fail(.receiptsCarryTheChain, "\(node.name) takes a receipt with another chain") }
            case .reads:
                let read = nextRead()
                answer = .outcome(try await journal.read(read, limit: driver.frame.run, stamp: stamp))
            case .photos: return
            }
        } catch {
            answer = .refused(error)
        }
        world.worked(on: node)
        world.schedule(.answer(self, queue, answer), after: world.draw(0...3))
    }

    private func workOnPhotos(_ queue: SessionEffect.BlobWork.Queue) async {
        guard !isOver, let blobs else { return }
        let answer: Answer
        do throws(BlobFailure) {
            answer = try await work(nextPhotoWork(of: queue), blobs)
        } catch {
            answer = .failed(error)
        }
        world.worked(on: node)
        world.schedule(.answer(self, .photos(queue), answer), after: world.draw(0...3))
    }

    /// Work with photos, with what waits behind it and is alike.
    private func nextPhotoWork(of queue: SessionEffect.BlobWork.Queue) -> [SessionEffect.BlobWork] {
        guard let waiting = photoWork[queue], let first = waiting.first else { return [] }
        let work = [first] + waiting.dropFirst().prefix(while: first.isJoined(by:)).prefix(Limits.blobBatch - 1)
        photoWork[queue] = Array(waiting.dropFirst(work.count))
        return work
    }

    private func work(_ work: [SessionEffect.BlobWork], _ blobs: SessionBlobs) async throws(BlobFailure) -> Answer {
        guard let first = work.first, !first.isJoined(by: first) else {
            return .blobs([], try await blobs.perform(all: work))
        }
        let (messages, outcome) = try await blobs.perform(first, limit: driver.frame.piece)
        return .blobs(messages, [outcome])
    }

    /// Joined with the runs that follow it, for one commit.
    private func nextWork(_ isForged: inout Bool) throws(JournalError) -> PreparedWork {
        do throws(Violation) {
            var next = try PreparedWork(writes.removeFirst(), permit: nil)
            if case .plain(.acknowledge(let receipt)) = next, node.forged.contains(receipt.head) {
                isForged = true
                world.count("falsified receipts met")
            }
            guard case .store(var run) = next else { return next }
            while let work = writes.first, case .store = work,
                case .store(let other) = try PreparedWork(work, permit: nil),
                run.isFollowed(by: other)
            {
                writes.removeFirst()
                run.join(other)
            }
            next = .store(run)
            return next
        } catch {
            throw .violation(error)
        }
    }

    func take(_ answer: Answer, of queue: Queue) {
        busy.remove(queue)
        guard !isOver else { return }
        switch answer {
        case .refused(.violation(let violation)): fail(violation)
        case .refused(let error):
            world.note("\(node.name) ends its session: \(error)")
            leave(error.description)
        case .failed(let failure):
            world.note("\(node.name) ends its session: \(failure)")
            leave(failure.description)
        case .blobs(let messages, let outcomes):
            for message in messages { send(message) }
            for outcome in outcomes { handle(.blobDone(outcome)) }
        case .outcome(let outcome): perform(driver.take(outcome, at: node.moment(at: world.now)))
        }
        advance(queue)
    }
}

extension SessionEffect.Read {
    fileprivate var isOfRun: Bool {
        if case .run = self { true } else { false }
    }
}
