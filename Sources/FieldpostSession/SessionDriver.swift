package import FieldpostCore
package import FieldpostJournal
package import FieldpostSync

/// One side of a session as a value: its machine, and what the journal answered it. It knows no channel, task or clock,
/// so that the daemon and the simulator drive the same one. A shell gives it events and outcomes, and performs the
/// actions that come back, in order.
package struct SessionDriver: Sendable {
    package enum Action: Sendable {
        case send(Message)
        /// The hellos are through: frames may be large from here on.
        case greeted(Hello)
        /// Nothing more is said. With the violation that ended the session, if one did.
        case close(Violation?)
        /// See `SessionEffect.measuredOffset`.
        case measuredOffset(Int64, uncertainty: UInt64)
        case resetBackoff
        case resyncProgress(ResyncProgress)
        /// To be done one after the other; the outcome goes to `take`.
        case write(SessionEffect.Write)
        /// To be done beside the writes; the outcome goes to `take`.
        case read(SessionEffect.Read)
    }

    private let hello: Hello
    private let store: Journal
    private var machine: SessionMachine
    /// The other side's hello; nil before it came.
    package private(set) var peer: Hello?
    /// The journal as this session uses it; nil before the peer's hello.
    package private(set) var journal: SessionJournal?
    /// Proof for the next receipt of each origin, with the seqs that it names as unreadable.
    private var receipts: [Origin: (token: DurableHead, quarantined: [UInt64])] = [:]
    /// Proof for the next receipt of the feed.
    private var durableCursor: DurableCursor?

    /// `hello`: what this side says of itself.
    package init(hello: Hello, journal: Journal, openedAt now: Moment) {
        self.hello = hello
        store = journal
        machine = SessionMachine(hello: hello, openedAt: now)
    }

    /// Nothing more is said, and events come to nothing.
    package var isClosed: Bool { machine.isClosed }

    package mutating func handle(_ event: SessionEvent, at now: Moment) -> [Action] {
        step { machine, effects in machine.handle(event, at: now, into: &effects) }
    }

    /// The peer broke the protocol, or this side cannot go on.
    package mutating func fail(_ violation: Violation) -> [Action] {
        step { machine, effects in machine.fail(violation, into: &effects) }
    }

    /// Ends the session in good order.
    package mutating func leave(_ reason: String) -> [Action] {
        step { machine, effects in machine.leave(reason, into: &effects) }
    }

    /// What the journal answered: first what goes to the peer, then what the machine makes of it.
    package mutating func take(_ outcome: WorkOutcome, at now: Moment) -> [Action] {
        if let head = outcome.durable {
            let earlier = receipts[head.head.origin]?.quarantined ?? []
            receipts[head.head.origin] = (head, earlier + outcome.quarantined)
        }
        if let cursor = outcome.cursor { durableCursor = cursor }
        var actions: [Action] = outcome.message.map { [.send($0)] } ?? []
        if let event = outcome.event { actions += handle(event, at: now) }
        if !outcome.corrupt.isEmpty { actions += handle(.corruptionFound(outcome.corrupt), at: now) }
        if outcome.hasBegun {
            actions += leave("this node began a new incarnation of its journal; it calls again")
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
        case .write(let write): return [.write(write)]
        case .read(let read): return [.read(read)]
        }
    }
}
