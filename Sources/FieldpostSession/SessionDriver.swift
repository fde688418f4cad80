package import FieldpostCore
package import FieldpostStore
package import FieldpostSync

/// One side of a session as a value: its machine, and the journal's outcomes. It knows no channel, task or clock, so
/// the daemon and the simulator drive the same code. A shell gives it events and outcomes, and performs the returned
/// actions in order.
package struct SessionDriver: Sendable {
    package enum Action: Sendable {
        case send(Message)
        /// The hellos are done: from here on, frames may be large.
        case greeted(Hello)
        /// Send nothing more. Carries the violation that ended the session, if there was one.
        case close(Violation?)
        /// See `SessionEffect.measuredOffset`.
        case measuredOffset(Int64, uncertainty: UInt64)
        case resetBackoff
        case resyncProgress(ResyncProgress)
        case comparisonProgress(ComparisonProgress)
        /// Perform these one after the other. The outcome goes to `take`.
        case write(SessionEffect.Write)
        /// May run in parallel with writes. The outcome goes to `take`.
        case read(SessionEffect.Read)
        /// May run in parallel with writes and reads. The outcome goes to `handle` as `blobDone`.
        case blob(SessionEffect.BlobWork)
    }

    private let hello: Hello
    private let store: any Store
    private var machine: SessionMachine
    /// The peer's hello; nil before it arrived.
    package private(set) var peer: Hello?
    /// The journal as this session uses it; nil before the peer's hello.
    package private(set) var journal: SessionJournal?
    /// The proof for the next receipt of each origin, with the unreadable seqs that it names.
    private var receipts: [Origin: (token: DurableHead, quarantined: [UInt64])] = [:]
    /// The proof for the next receipt of the feed.
    private var durableCursor: DurableCursor?

    /// See `SessionMachine.init`.
    package init(
        hello: Hello, journal: any Store, openedAt now: Moment, earlyDistance: UInt64 = Limits.earlyDistance
    ) {
        self.hello = hello
        store = journal
        machine = SessionMachine(hello: hello, openedAt: now, earlyDistance: earlyDistance)
    }

    /// The session has ended: it sends nothing more, and events have no effect.
    package var isClosed: Bool { machine.isClosed }

    /// See `SessionMachine.isPulling`.
    package var isPulling: Bool { machine.isPulling }

    /// See `SessionMachine.mayPull`.
    package mutating func mayPull(_ bytes: Int) { machine.mayPull(bytes) }

    /// See `SessionMachine.isStatusDue`.
    package func isStatusDue(_ key: GatewayStatus.Key, at now: Moment) -> Bool { machine.isStatusDue(key, at: now) }

    /// See `SessionMachine.isOffered`.
    package func isOffered(_ blob: Hash256) -> Bool { machine.isOffered(blob) }

    /// See `SessionMachine.sent`.
    package func sent(of blob: Hash256) -> UInt64? { machine.sent(of: blob) }

    /// See `SessionMachine.traffic`.
    package func traffic(at now: Moment) -> BlobTraffic { machine.traffic(at: now) }

    /// A message waits to be sent: call this for each action `send`.
    package mutating func queue(_ message: Message) { machine.queue(message) }

    /// Messages that wait to be sent.
    package var queued: Int { machine.queued }

    /// The lanes in which messages wait.
    package var waitingLanes: Set<Lane> { machine.waitingLanes }

    /// The next message to send; nil if there is none now. Ask again when something was queued or received. Lanes in
    /// `closed` wait.
    package mutating func next(at now: Moment, closed: Set<Lane> = []) -> Message? {
        machine.next(at: now, closed: closed)
    }

    /// What the next read for the peer may bring: what the link takes in `Limits.frameMilliseconds`, of a blob several
    /// messages of that size.
    package var frame: (run: RunLimit, piece: PieceLimit) {
        let bytes = machine.frameBytes
        // Entries compress to about a quarter, and better in a large batch.
        let run = bytes < Limits.blobPieceBytes ? RunLimit(bytes: 4 * bytes) : RunLimit()
        return (run, PieceLimit(bytes: bytes, readBytes: machine.readBytes))
    }

    /// See `SessionMachine.isPulled`.
    package func isPulled(_ stream: UInt16) -> Bool { machine.isPulled(stream) }

    /// Bytes a second that the link takes. Nil until something was measured.
    package var bytesPerSecond: Int? { machine.bytesPerSecond }

    /// See `SessionMachine.nextTick`.
    package var nextTick: UInt64 { machine.nextTick }

    package mutating func handle(_ event: SessionEvent, at now: Moment) -> [Action] {
        step { machine, effects in machine.handle(event, at: now, into: &effects) }
    }

    /// The peer broke the protocol, or this side cannot continue.
    package mutating func fail(_ violation: Violation) -> [Action] {
        step { machine, effects in machine.fail(violation, into: &effects) }
    }

    /// Ends the session with a goodbye.
    package mutating func leave(_ reason: String) -> [Action] {
        step { machine, effects in machine.leave(reason, into: &effects) }
    }

    /// Takes the journal's outcome: first the messages to the peer, then the effects of the machine.
    package mutating func take(_ outcome: WorkOutcome, at now: Moment) -> [Action] {
        if let head = outcome.durable {
            let earlier = receipts[head.head.origin]?.quarantined ?? []
            receipts[head.head.origin] = (head, earlier + outcome.quarantined)
        }
        if let cursor = outcome.cursor { durableCursor = cursor }
        var actions: [Action] = outcome.message.map { [.send($0)] } ?? []
        actions += outcome.early.map { .send(.earlyReceipt($0.entry)) }
        if let event = outcome.event { actions += handle(event, at: now) }
        if !outcome.corrupt.isEmpty { actions += handle(.corruptionFound(outcome.corrupt), at: now) }
        if outcome.hasBegun {
            actions += leave("this node began a new incarnation of its journal and will reconnect")
        }
        return actions
    }

    private mutating func step(_ body: (inout SessionMachine, inout [SessionEffect]) -> Void) -> [Action] {
        guard !machine.isClosed else { return [] }
        var effects: [SessionEffect] = []
        body(&machine, &effects)
        return effects.flatMap { perform($0) }
    }

    private mutating func perform(_ effect: SessionEffect) -> [Action] {
        switch effect {
        case .send(let message): return [.send(message)]
        case .greeted(let hello):
            peer = hello
            journal = SessionJournal(journal: store, peer: hello, speaking: self.hello.incarnation)
            return [.greeted(hello)]
        case .close(let violation): return [.close(violation)]
        case .measuredOffset(let offset, let uncertainty):
            return [.measuredOffset(offset, uncertainty: uncertainty)]
        case .resetBackoff: return [.resetBackoff]
        case .sendFeedReceipt: return durableCursor.map { [.send(.feedReceipt($0.cursor))] } ?? []
        case .sendReceipt(let origin):
            guard let journal, let receipt = receipts[origin] else { return [] }
            receipts[origin]?.quarantined = []
            return journal.receipt(receipt.token, quarantined: receipt.quarantined).parts.map { .send(.receipt($0)) }
        case .resyncProgress(let progress): return [.resyncProgress(progress)]
        case .comparisonProgress(let progress): return [.comparisonProgress(progress)]
        case .write(let write): return [.write(write)]
        case .read(let read): return [.read(read)]
        case .blob(let work): return [.blob(work)]
        }
    }
}
