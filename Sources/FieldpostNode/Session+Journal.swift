import FieldpostCore
import FieldpostJournal
import FieldpostSync
import FieldpostWire
import Logging

/// The session's work on the journal: writes in the order asked, prepared one ahead, and reads. Each answers with an
/// event.
extension Session {
    nonisolated func prepare() async {
        while let work = await self.work.next(), let share = await context.allowance.share(work.entryCount) {
            do throws(Violation) {
                prepared.yield(try PreparedWork(work, share: share))
            } catch {
                await fail(error)
            }
        }
    }

    func write() async {
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
            for head in heads.heads { try await note(Receipt(head: head)) }
            return .headsVerified(try await journal.feedCursor(of: peer.node))
        case .plain(.acknowledge(let receipt)):
            try await note(receipt)
            return .receiptKept(receipt)
        case .plain(.store), .plain(.absorb):
            preconditionFailure("batches are prepared before they are written")
        }
    }

    /// On a full disk a receipt is good though it cannot be noted: central says so again in the next session.
    private func note(_ receipt: Receipt) async throws(JournalError) {
        do throws(JournalError) {
            try await context.journal.acknowledge(receipt)
        } catch {
            guard error == .full else { throw error }
        }
    }

    func read(_ reading: SessionReading) async {
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
            case .run(let stream, let origin, let after):
                do throws(JournalError) {
                    try await sendRun(of: origin, after: after, on: stream)
                } catch {
                    guard case .failed(let reason) = error else { throw error }
                    // This lane stands still until the entry is repaired; the others and the feed go on.
                    context.logger.error("cannot send", metadata: ["reason": "\(reason)"])
                    handle(.runSent(stream: stream, nil))
                }
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
        // All of this run are damaged: nothing to send, but the position moves on.
        guard !run.entries.isEmpty else {
            return handle(.feedSent(SentFeed(position: run.lastPosition, dataBytes: 0)))
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
