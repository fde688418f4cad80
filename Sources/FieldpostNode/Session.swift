import FieldpostCore
import FieldpostJournal
import FieldpostSync
import FieldpostTransport
import FieldpostWire
import Logging
import NIOCore

/// The shell of one session: owns its machine, gives it events, performs its effects.
///
/// Between reading the machine's state and stepping it there is no `await`. Work on the journal runs in two lanes
/// beside the actor: writes in the order asked, prepared one ahead, and reads. Each answers with an event.
actor Session {
    private let channel: PeerChannel
    private let context: SessionContext
    private var machine: SessionMachine
    private(set) var peer: Hello?
    /// Told of every durable arrival at the peer: the next failure starts waiting from the beginning.
    private let onReceipt: @Sendable () async -> Void

    private let outbox = Lane<Message>()
    private let work = Lane<SessionWork>()
    private let prepared = Lane<PreparedWork>()
    private let readings = Lane<SessionReading>()
    private let notices = Lane<Notice>()
    /// Finished when the peer has nothing more to say.
    private let silence = Lane<Never>()

    private var durable: [Origin: DurableHead] = [:]
    private var durableCursor: DurableCursor?
    private var resyncs: [AsyncThrowingStream<ResyncState, any Error>.Continuation] = []
    private var ending: String?

    init(
        channel: PeerChannel, context: SessionContext, hello: Hello,
        onReceipt: @escaping @Sendable () async -> Void
    ) {
        self.channel = channel
        self.context = context
        self.onReceipt = onReceipt
        machine = SessionMachine(hello: hello, openedAt: context.clock.moment())
    }

    /// Runs the session to its end. Returns why it ended; nil when nothing was wrong.
    func run() async -> String? {
        do {
            try await channel.converse { inbound, outbound in await self.converse(inbound, outbound) }
        } catch {
            ending = ending ?? "the connection failed: \(error)"
        }
        if let peer { await context.registry.disconnected(self, from: peer.node, reason: ending) }
        for resync in resyncs { resync.finish(throwing: ResyncError.interrupted(ending ?? "the session was closed")) }
        return ending
    }

    /// Ends the session in good order.
    func leave(_ reason: String) {
        ending = ending ?? reason
        perform { machine, _, effects in machine.leave(reason, into: &effects) }
    }

    /// An admin wants this gateway's journal pulled again.
    func resync() -> AsyncThrowingStream<ResyncState, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ResyncState, any Error>.makeStream()
        if machine.isClosed {
            continuation.finish(throwing: ResyncError.interrupted("the session was closing"))
        } else {
            resyncs.append(continuation)
            handle(.resync)
        }
        return stream
    }

    // MARK: The conversation

    private func converse(_ inbound: PeerChannel.Inbound, _ outbound: PeerChannel.Outbound) async {
        handle(.opened)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen(inbound) }
            group.addTask { await self.tick() }
            group.addTask { for await _ in self.context.journal.commits() { await self.committed() } }
            group.addTask { await self.prepare() }
            group.addTask { await self.write() }
            group.addTask { while let reading = await self.readings.next() { await self.read(reading) } }
            group.addTask { while let notice = await self.notices.next() { await self.tell(notice) } }
            // What was said goes out, then the peer has a moment to hang up first, so that a goodbye is not lost in a
            // reset.
            do {
                while let message = await self.outbox.next() { try await outbound.send(message) }
            } catch {
                self.hangUp("\(error)")
            }
            outbound.finish()
            await self.awaitEnd()
            group.cancelAll()
        }
    }

    private nonisolated func awaitEnd() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await self.silence.next() }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }

    private func listen(_ inbound: PeerChannel.Inbound) async {
        defer { silence.finish() }
        do {
            for try await message in inbound { received(message) }
            hangUp("the peer closed the connection")
        } catch let violation as Violation {
            fail(violation)
        } catch {
            hangUp("the connection failed: \(error)")
        }
    }

    private func received(_ message: Message) {
        if let peer { notices.yield(.heard(peer.node)) }
        switch message {
        case .announce(let head): if let peer { notices.yield(.offered(head, peer.node)) }
        case .goodbye(let goodbye):
            ending = ending ?? (goodbye.detail.isEmpty ? nil : "the peer said: \(goodbye.detail)")
        default: break
        }
        handle(.received(message))
    }

    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            handle(.tick)
        }
    }

    private func committed() async {
        guard let peer else { return }
        switch context.role {
        case .central: handle(.feedGrew)
        case .gateway:
            guard peer.role == .central, let head = try? await context.journal.head() else { return }
            handle(.headMoved(head))
        }
    }

    // MARK: Stepping the machine

    private func handle(_ event: SessionEvent) {
        perform { machine, now, effects in machine.handle(event, at: now, into: &effects) }
    }

    private func fail(_ violation: Violation) {
        perform { machine, _, effects in machine.fail(violation, into: &effects) }
    }

    /// The connection is gone: nothing more can be said.
    private func hangUp(_ reason: String) {
        if !machine.isClosed { ending = ending ?? reason }
        perform { machine, _, effects in machine.leave(reason, into: &effects) }
        close()
    }

    private func perform(_ step: (inout SessionMachine, Moment, inout [SessionEffect]) -> Void) {
        guard !machine.isClosed else { return }
        var effects: [SessionEffect] = []
        step(&machine, context.clock.moment(), &effects)
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: SessionEffect) {
        switch effect {
        case .send(let message): send(message)
        case .greeted(let hello): greeted(hello)
        case .close(let violation):
            if let violation { ending = violation.description }
            close()
        case .measuredOffset(let offset, let uncertainty):
            if let peer { notices.yield(.measured(peer.node, offset, uncertainty)) }
        case .resetBackoff: notices.yield(.receipt)
        case .verifyHeads(let heads): work.yield(.verifyHeads(heads))
        case .verifyPull(let pull): readings.yield(.verifyPull(pull))
        case .readRun(let stream, let origin, let after): readings.yield(.run(stream: stream, origin, after: after))
        case .acknowledge(let receipt): work.yield(.acknowledge(receipt))
        case .absorb(let batch): work.yield(.absorb(batch))
        case .sendFeedReceipt: if let durableCursor { send(.feedReceipt(durableCursor.cursor)) }
        case .register(let hello): work.yield(.register(hello))
        case .store(let batch): work.yield(.store(batch))
        case .sendReceipt(let origin):
            if let token = durable[origin] { send(.receipt(Receipt(head: token.head))) }
        case .readFeed(let stream, let after): readings.yield(.feed(stream: stream, after: after))
        case .acknowledgeFeed(let position): work.yield(.acknowledgeFeed(position))
        case .resyncProgress(let progress): report(progress)
        }
    }

    private func send(_ message: Message) {
        guard outbox.yield(message, limit: Limits.outboxMessages) else {
            ending = ending ?? "the peer reads too slowly: \(Limits.outboxMessages) messages wait for it"
            close()
            return
        }
    }

    private func greeted(_ hello: Hello) {
        peer = hello
        channel.allowLargeFrames()
        notices.yield(.connected(hello))
    }

    private func close() {
        for lane in [outbox.finish, work.finish, prepared.finish, readings.finish, notices.finish] { lane() }
    }

    private func report(_ progress: ResyncProgress) {
        let state = ResyncState(
            done: progress.done, total: progress.total, added: progress.added, isFinished: progress.isFinished)
        for resync in resyncs {
            resync.yield(state)
            if progress.isFinished { resync.finish() }
        }
        if progress.isFinished { resyncs = [] }
    }

    private func tell(_ notice: Notice) async {
        switch notice {
        case .connected(let hello):
            let replaced = await context.registry.connected(self, to: hello)
            if let replaced, replaced !== self { await replaced.leave("a newer session with this node began") }
            await committed()  // what was written between the hello and now
            context.logger.info(
                "connected",
                metadata: ["peer": "\(hello.name)", "node": "\(hello.node.short)", "address": "\(channel.address)"])
        case .heard(let node): await context.registry.heard(from: node)
        case .offered(let head, let node): await context.registry.offered(head, by: node)
        case .measured(let node, let offset, let uncertainty):
            await context.registry.measured(node, offset: offset, uncertainty: uncertainty)
        case .moved(let node, let entriesBytes, let wireBytes):
            await context.registry.moved(node, entriesBytes: entriesBytes, wireBytes: wireBytes)
        case .receipt: await onReceipt()
        }
    }

    // MARK: Work on the journal

    private nonisolated func prepare() async {
        while let work = await self.work.next(), let share = await context.allowance.share(work.entryCount) {
            do throws(Violation) {
                prepared.yield(try PreparedWork(work, share: share))
            } catch {
                await fail(error)
            }
        }
    }

    private func write() async {
        while var work = await prepared.next() {
            if case .store(var run) = work {
                while let next = followUp(of: run) { run.join(next) }
                work = .store(run)
            }
            await write(work)
        }
    }

    /// The run that waits next, when it can go into the same commit.
    private func followUp(of run: StoreRun) -> StoreRun? {
        let next = prepared.nextIfReady { work in
            if case .store(let other) = work { run.isFollowed(by: other) } else { false }
        }
        if case .store(let other) = next { return other }
        return nil
    }

    private func write(_ work: PreparedWork) async {
        do throws(JournalError) {
            guard let event = try await event(of: work) else { return }
            handle(event)
        } catch {
            switch error {
            case .violation(let violation): fail(violation)
            default: leave(error.description)
            }
        }
    }

    private func event(of work: PreparedWork) async throws(JournalError) -> SessionEvent? {
        let journal = context.journal
        switch work {
        case .store(let run):
            let result = try await journal.ingest(run.entries, of: run.origin, after: run.chainBefore)
            durable[run.origin] = result.durable
            moved(rawBytes: run.rawBytes, dataBytes: run.dataBytes)
            return .stored(
                StoredBatch(
                    stream: run.stream, origin: run.origin, lastSeq: run.lastSeq, dataBytes: run.dataBytes,
                    added: result.added, repeated: result.repeated))
        case .absorb(let batch, let entries, _):
            guard let peer else { return nil }
            let result = try await journal.absorb(entries, from: peer.node, upTo: batch.upTo)
            durableCursor = result.durable
            moved(rawBytes: Int(batch.body.rawBytes), dataBytes: batch.body.data.count)
            return .absorbed(batch.upTo, dataBytes: batch.body.data.count)
        case .plain(.register(let hello)):
            try await journal.register(hello.node, name: hello.name, grids: Set(hello.grids))
            return .registered(try await journal.heads(of: hello.node))
        case .plain(.acknowledgeFeed(let position)):
            guard let peer else { return nil }
            try await journal.acknowledgeFeed(peer.node, position: position)
            return nil
        case .plain(.verifyHeads(let heads)):
            guard let peer else { return nil }
            for head in heads.heads { try await journal.acknowledge(Receipt(head: head)) }
            return .headsVerified(try await journal.feedCursor(of: peer.node))
        case .plain(.acknowledge(let receipt)):
            try await journal.acknowledge(receipt)
            return .receiptKept(receipt)
        case .plain(.store), .plain(.absorb):
            preconditionFailure("batches are prepared before they are written")
        }
    }

    private func read(_ reading: SessionReading) async {
        do throws(JournalError) {
            switch reading {
            case .verifyPull(let pull):
                guard try await context.journal.chain(of: pull.after.origin, at: pull.after.seq) == pull.after.chain
                else {
                    throw .violation(
                        Violation(
                            .fork, "entry \(pull.after.seq) of \(pull.after.origin) has another chain in this journal"))
                }
                handle(.pullVerified(pull))
            case .run(let stream, let origin, let after): try await sendRun(of: origin, after: after, on: stream)
            case .feed(let stream, let after): try await sendFeed(after: after, on: stream)
            }
        } catch {
            switch error {
            case .violation(let violation): fail(violation)
            default: leave(error.description)
            }
        }
    }

    private func sendRun(of origin: Origin, after: UInt64, on stream: UInt16) async throws(JournalError) {
        guard let run = try await context.journal.run(of: origin, after: after) else {
            return handle(.runSent(stream: stream, nil))
        }
        let body = await Self.compress(run.entries)
        send(
            .batch(
                Batch(
                    stream: stream, origin: origin, firstSeq: run.firstSeq, lastSeq: run.lastSeq,
                    chainBefore: run.chainBefore, body: body)))
        moved(rawBytes: Int(body.rawBytes), dataBytes: body.data.count)
        handle(.runSent(stream: stream, SentRun(lastSeq: run.lastSeq, dataBytes: body.data.count)))
    }

    private func sendFeed(after: UInt64, on stream: UInt16) async throws(JournalError) {
        guard let peer, let run = try await context.journal.feed(of: peer.node, after: after) else {
            return handle(.feedSent(nil))
        }
        let body = await Self.compress(run.entries)
        let cursor = FeedCursor(incarnation: context.journal.origin.incarnation, position: run.lastPosition)
        send(.feedBatch(FeedBatch(stream: stream, upTo: cursor, body: body)))
        moved(rawBytes: Int(body.rawBytes), dataBytes: body.data.count)
        handle(.feedSent(SentFeed(position: run.lastPosition, dataBytes: body.data.count)))
    }

    /// Off the actor: compressing takes long enough to hold up answers.
    private nonisolated static func compress(_ entries: [[UInt8]]) async -> CompressedEntries {
        BatchCodec.compress(entries)
    }

    private func moved(rawBytes: Int, dataBytes: Int) {
        if let peer { notices.yield(.moved(peer.node, entriesBytes: rawBytes, wireBytes: dataBytes)) }
    }
}
