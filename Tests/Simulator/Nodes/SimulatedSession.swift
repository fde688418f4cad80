import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostSync

/// The shell of one session, as `FieldpostNode.Session` is, over virtual time.
final class SimulatedSession: ConnectionEnd {
    enum LaneName { case writes, readings }

    /// What came of a piece of work on the journal.
    enum Answer {
        case outcome(WorkOutcome)
        case refused(JournalError)
    }

    unowned let world: World
    let node: SimulatedNode
    let connection: Connection
    let side: Connection.Side
    private let hello: Hello
    /// At central: what its administrators said of the gateway when it was let in.
    let enrollment: Enrollment?
    private var machine: SessionMachine
    private(set) var peer: Hello?
    var peerNode: NodeID? { peer?.node ?? enrollment?.gateway }
    private(set) var journal: SessionJournal?
    private(set) var isOver = false
    private var receipts: [Origin: (token: DurableHead, quarantined: [UInt64])] = [:]
    private var durableCursor: DurableCursor?
    var credit = CreditWatch()

    private var writes: [SessionWork] = []
    private var readings: [SessionReading] = []
    private var busy: Set<LaneName> = []

    init(
        world: World, node: SimulatedNode, connection: Connection, side: Connection.Side, hello: Hello,
        enrollment: Enrollment? = nil
    ) {
        self.world = world
        self.node = node
        self.connection = connection
        self.side = side
        self.hello = hello
        self.enrollment = enrollment
        machine = SessionMachine(hello: hello, openedAt: node.moment(at: world.now))
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
        if case .goodbye(let goodbye) = message {
            world.note("\(node.name) is told goodbye: \(goodbye.code.map { "\($0) " } ?? "")\(goodbye.detail)")
        }
        if case .hello(var hello) = message, let enrollment {
            (hello.name, hello.grids) = (enrollment.name, enrollment.grids)
            return handle(.received(.hello(hello)))
        }
        handle(.received(message))
    }

    func committed() async {
        guard let peer, !isOver else { return }
        switch node.role {
        case .central: handle(.feedGrew)
        case .gateway:
            guard peer.role == .central, let head = try? await node.journal?.head() else { return }
            handle(.headMoved(head))
        }
    }

    func fetch(_ ranges: [Fetch.Range]) {
        guard peer != nil else { return }
        handle(.corruptionFound(ranges))
    }

    func resync() { if !isOver { handle(.resync) } }

    // MARK: Stepping the machine

    private func handle(_ event: SessionEvent) {
        perform { machine, now, effects in machine.handle(event, at: now, into: &effects) }
    }

    func fail(_ violation: Violation) {
        world.note("\(node.name) fails its session: \(violation)")
        perform { machine, _, effects in machine.fail(violation, into: &effects) }
    }

    func leave(_ reason: String) { perform { machine, _, effects in machine.leave(reason, into: &effects) } }

    /// The connection is gone: nothing more can be said.
    func hangUp(_ reason: String) {
        leave(reason)
        close()
    }

    /// The process died: nothing is said.
    func vanish() { isOver = true }

    private func perform(_ step: (inout SessionMachine, Moment, inout [SessionEffect]) -> Void) {
        guard !machine.isClosed, !isOver else { return }
        var effects: [SessionEffect] = []
        step(&machine, node.moment(at: world.now), &effects)
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: SessionEffect) {
        switch effect {
        case .send(let message): send(message)
        case .greeted(let hello): greeted(hello)
        case .close(let violation):
            if let violation { world.note("\(node.name) closes: \(violation)") }
            close()
        case .resetBackoff: node.backoff.reset()
        case .sendFeedReceipt: if let durableCursor { send(.feedReceipt(durableCursor.cursor)) }
        case .sendReceipt(let origin): sendReceipt(of: origin)
        case .measuredOffset, .resyncProgress: break
        default:
            if let work = SessionWork(effect) {
                writes.append(work)
                advance(.writes)
            }
            if let reading = SessionReading(effect) {
                readings.append(reading)
                advance(.readings)
            }
        }
    }

    private func sendReceipt(of origin: Origin) {
        guard let journal, let receipt = receipts[origin] else { return }
        receipts[origin]?.quarantined = []
        let whole = journal.receipt(receipt.token, quarantined: receipt.quarantined)
        for part in whole.parts { send(.receipt(part)) }
    }

    private func send(_ message: Message) {
        guard !isOver else { return }
        if !credit.sends(message) { world.fail(.withinCredit, "\(node.name) sends a batch without credit") }
        guard world.send(message, from: self) else { return hangUp("the peer reads too slowly") }
    }

    private func greeted(_ hello: Hello) {
        peer = hello
        guard let journal = node.journal else { return }
        self.journal = SessionJournal(journal: journal, peer: hello, speaking: self.hello.incarnation)
        world.connected(self, to: hello)
        if journal.origin.incarnation != self.hello.incarnation {
            leave("this node began a new incarnation of its journal")
        }
    }

    private func close() {
        guard !isOver else { return }
        isOver = true
        world.ended(self)
    }

    // MARK: Work on the journal

    private func advance(_ lane: LaneName) {
        guard !busy.contains(lane), !(lane == .writes ? writes.isEmpty : readings.isEmpty) else { return }
        busy.insert(lane)
        world.schedule(.work(self, lane), after: world.draw(0...4))
    }

    /// Does what comes next of a lane; the answer takes a moment.
    func work(_ lane: LaneName) async {
        guard !isOver, let journal else { return }
        let answer: Answer
        var isForged = false
        do throws(JournalError) {
            let stamp = node.stamp(at: world.now)
            switch lane {
            case .writes:
                if let peerNode { await world.noteWhatLiarsCanHaveSeen(peerNode) }
                answer = .outcome(try await journal.write(try nextWork(&isForged), stamp: stamp))
                if isForged { world.fail(.receiptsCarryTheChain, "\(node.name) takes a receipt with another chain") }
            case .readings: answer = .outcome(try await journal.read(readings.removeFirst(), stamp: stamp))
            }
        } catch {
            answer = .refused(error)
        }
        world.worked(on: node, hasWritten: lane == .writes)
        world.schedule(.answer(self, lane, answer), after: world.draw(0...3))
    }

    /// Together with the runs that follow it into the same commit.
    private func nextWork(_ isForged: inout Bool) throws(JournalError) -> PreparedWork {
        do throws(Violation) {
            var next = try PreparedWork(writes.removeFirst(), share: nil)
            if case .plain(.acknowledge(let receipt)) = next, node.forged.contains(receipt.head) {
                isForged = true
                world.count("falsified receipts met")
            }
            guard case .store(var run) = next else { return next }
            while let work = writes.first, case .store = work,
                case .store(let other) = try PreparedWork(work, share: nil),
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

    func take(_ answer: Answer, of lane: LaneName) {
        busy.remove(lane)
        guard !isOver else { return }
        switch answer {
        case .refused(.violation(let violation)): fail(violation)
        case .refused(let error):
            world.note("\(node.name) gives its session up: \(error)")
            leave(error.description)
        case .outcome(let outcome): take(outcome)
        }
        advance(lane)
    }

    private func take(_ outcome: WorkOutcome) {
        if let head = outcome.durable {
            let earlier = receipts[head.head.origin]?.quarantined ?? []
            receipts[head.head.origin] = (head, earlier + outcome.quarantined)
        }
        if let cursor = outcome.cursor { durableCursor = cursor }
        if let message = outcome.message { send(message) }
        if let event = outcome.event { handle(event) }
        if !outcome.corrupt.isEmpty { handle(.corruptionFound(outcome.corrupt)) }
        if outcome.hasBegun { leave("this node began a new incarnation of its journal; it calls again") }
    }
}
