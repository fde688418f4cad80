package import FieldpostCore
package import FieldpostStore
package import FieldpostSync
import FieldpostWire

/// The journal as one session uses it: it performs the machine's effects and answers them. It knows no channel and no
/// task, so every shell of a machine uses the same code.
package struct SessionJournal: Sendable {
    private let journal: any Store
    /// The hello of the peer.
    private let peer: Hello
    /// The incarnation that this side's hello named. Everything in this session belongs to it.
    private let spoken: Incarnation

    package init(journal: any Store, peer: Hello, speaking incarnation: Incarnation) {
        self.journal = journal
        self.peer = peer
        spoken = incarnation
    }

    // MARK: Writes

    /// Performs one write. `stamp`: for an incident that it may have to record.
    package func write(_ work: PreparedWork, stamp: Stamp) async throws(JournalError) -> WorkOutcome {
        switch work {
        case .store(let run): try await store(run, stamp)
        case .storeEarly(let entry, _): try await storeEarly(entry, stamp)
        case .absorb(let batch, let entries, _): try await absorb(batch, entries, stamp)
        case .restore(let fetched, let range, let entries, _): try await restore(fetched, range, entries, stamp)
        case .plain(let work): try await write(work, stamp: stamp)
        }
    }

    /// The receipt that tells the peer how far an origin is durable, with the proof.
    package func receipt(_ token: DurableHead, quarantined: [UInt64]) -> Receipt {
        Receipt(
            head: token.head, quarantined: quarantined,
            proof: journal.proof(of: token.head, to: peer.node, in: spoken))
    }

    private func store(_ run: StoreRun, _ stamp: Stamp) async throws(JournalError) -> WorkOutcome {
        let result = try await journal.ingest(
            run.entries, of: run.origin, after: run.chainBefore, stamp: stamp)
        return WorkOutcome(
            event: .stored(
                StoredBatch(
                    stream: run.stream, origin: run.origin, lastSeq: run.lastSeq, dataBytes: run.dataBytes,
                    added: result.added, repeated: result.repeated)),
            durable: result.durable, quarantined: result.quarantinedSeqs, moved: (run.rawBytes, run.dataBytes))
    }

    private func storeEarly(_ entry: SealedEntry, _ stamp: Stamp) async throws(JournalError) -> WorkOutcome {
        let durable = try await journal.takeEarly(entry, from: peer.node, stamp: stamp)
        return WorkOutcome(
            event: .earlyStored, early: durable.map { [$0] } ?? [], moved: (entry.bytes.count, entry.bytes.count))
    }

    private func absorb(
        _ batch: FeedBatch, _ entries: GivenEntries, _ stamp: Stamp
    ) async throws(JournalError) -> WorkOutcome {
        let result = try await journal.absorb(
            entries.sealed, proofs: entries.proofs, withdrawn: batch.withdrawn, vacated: batch.vacated, from: peer.node,
            upTo: batch.upTo, proof: batch.proof, stamp: stamp)
        guard !result.hasBegun else { return .begun }
        return WorkOutcome(
            event: .absorbed(batch.upTo, dataBytes: batch.creditBytes), cursor: result.durable,
            moved: (Int(batch.body?.rawBytes ?? 0), batch.body?.data.count ?? 0))
    }

    private func restore(
        _ fetched: Fetched, _ range: Fetch.Range, _ entries: GivenEntries, _ stamp: Stamp
    ) async throws(JournalError) -> WorkOutcome {
        if !entries.sealed.isEmpty {
            let result = try await journal.restore(
                entries.sealed, proofs: entries.proofs, asked: range, from: peer.node, stamp: stamp)
            guard !result.hasBegun else { return .begun }
        }
        return .event(.restored(fetched))
    }

    private func write(_ work: SessionEffect.Write, stamp: Stamp) async throws(JournalError) -> WorkOutcome {
        switch work {
        case .register(let hello):
            let state = try await journal.register(hello, stamp: stamp)
            guard !state.hasBegun else { return .begun }
            return WorkOutcome(
                event: .registered(
                    GatewayState(
                        heads: Heads(heads: state.heads, proofs: state.proofs), missing: state.missing,
                        wantsFetch: state.wantsFetch,
                        people: hello.people == nil ? nil : try await journal.people(in: hello.grids))),
                early: state.early)
        case .checkFeed(var pull):
            guard let place = try await journal.checkFeed(of: peer.node, against: pull, stamp: stamp) else {
                return .begun
            }
            pull.after = place
            return .event(.feedChecked(pull))
        case .acknowledgeFeed(let position):
            try await journal.acknowledgeFeed(peer.node, position: position)
        case .passFeed(let position):
            try await journal.passFeed(peer.node, position: position)
        case .finishFetch: try await journal.finishFetch(of: peer.node)
        case .feedAgain(let reports): try await journal.feedAgain(reports, to: peer.node)
        case .noteClock(let measure): try await journal.note(measure, of: peer.node)
        case .compareHeads(let heads):
            let central = Origin(node: peer.node, incarnation: peer.incarnation)
            return .event(
                .headsCompared(try await journal.compare(heads.heads, proofs: heads.proofs, with: central)))
        case .acknowledge(let receipt):
            try await note(receipt, stamp)
            return .event(.receiptKept(receipt))
        case .keepPeople(let list): return try await keep(list)
        case .begin(let cause):
            try await journal.begin(IncarnationStart(cause, stamp: stamp))
            return .begun
        case .store, .storeEarly, .absorb, .restore: preconditionFailure("batches are prepared before they are written")
        }
        return WorkOutcome()
    }

    /// A receipt on a full disk is valid even if it cannot be recorded: central repeats it in the next session.
    private func note(_ receipt: Receipt, _ stamp: Stamp) async throws(JournalError) {
        do throws(JournalError) {
            try await journal.acknowledge(receipt, stamp: stamp)
        } catch {
            guard error == .full else { throw error }
        }
    }

    /// A list that finds no room is sent again in the next session, whose hello shows that it is not held.
    private func keep(_ list: PeopleList) async throws(JournalError) -> WorkOutcome {
        do throws(JournalError) {
            try await journal.keep(list, of: Origin(node: peer.node, incarnation: peer.incarnation))
            return WorkOutcome(hasOtherPeople: true)
        } catch {
            guard error == .full else { throw error }
            return WorkOutcome()
        }
    }

    // MARK: Reads

    /// Performs one read, and returns the messages for the peer. `limit`: how many entries a message may bring.
    package func read(
        _ reading: SessionEffect.Read, limit: RunLimit, stamp: Stamp
    ) async throws(JournalError) -> WorkOutcome {
        switch reading {
        case .verifyPull(let pull):
            let chain = try await journal.chain(of: pull.after.origin, at: pull.after.seq)
            return .event(.pullVerified(pull, isSound: chain == pull.after.chain))
        case .points(let origin, let after, let upTo):
            return .event(.pointsRead(try await journal.points(of: origin, after: after, upTo: upTo)))
        case .locate(let locate):
            return WorkOutcome(message: .located(try await journal.locate(locate.points)), event: .locateServed)
        case .fetch(let fetch): return try await fetched(fetch, limit)
        case .compare(let compare):
            let isCentral = journal.role == .central
            let answer = try await journal.compared(compare, scope: isCentral ? peer.node : nil)
            return WorkOutcome(message: isCentral ? nil : .compared(answer), event: .digested(answer))
        case .urgent(let number, let room):
            let run = try await journal.urgent(
                after: number, limit: RunLimit(bytes: Limits.earlyEntryBytes, entries: room))
            return .event(.urgentRead(run.entries, upTo: run.upTo, newest: run.newest, isLast: run.isLast))
        case .compareEarly(let known):
            return .event(.earlyCompared(known, try await journal.compare(early: known)))
        case .run(let stream, let origin, let after):
            do throws(JournalError) {
                return try await run(of: origin, after: after, on: stream, limit)
            } catch {
                guard case .broken(let origin, let seq) = error, origin.node == journal.origin.node else { throw error }
                // The entries after it move to a new incarnation, so nothing waits for entries that cannot be proved.
                try await journal.begin(IncarnationStart(.broken(origin, after: seq - 1), stamp: stamp))
                return .begun
            }
        case .people: return .event(.peopleRead(try await journal.people(in: peer.grids)))
        case .feed(let stream, let after): return try await feed(after: after, on: stream, limit)
        }
    }

    private func fetched(_ fetch: Fetch, _ limit: RunLimit) async throws(JournalError) -> WorkOutcome {
        // Central gives a gateway only entries of its scope.
        let run = try await journal.fetch(
            fetch.range, for: journal.role == .central ? peer.node : nil, limit: limit)
        let body = run.entries.isEmpty ? nil : await compress(run.entries)
        return WorkOutcome(
            message: .fetched(Fetched(upTo: run.upTo, isLast: run.isLast, body: body, proofs: run.proofs)),
            event: .fetchServed)
    }

    private func run(
        of origin: Origin, after: UInt64, on stream: UInt16, _ limit: RunLimit
    ) async throws(JournalError) -> WorkOutcome {
        guard let run = try await journal.run(of: origin, after: after, limit: limit) else {
            return .event(.runSent(stream: stream, nil))
        }
        if !run.corrupt.isEmpty { try await journal.noteCorruption(of: origin, seqs: run.corrupt) }
        let corrupt = run.corrupt.map { Fetch.Range.run(origin, first: $0, last: $0) }
        let body = await compress(run.entries)
        let batch = Batch(
            stream: stream, origin: origin, firstSeq: run.firstSeq, lastSeq: run.lastSeq,
            chainBefore: run.chainBefore, body: body)
        return WorkOutcome(
            message: .batch(batch),
            event: .runSent(stream: stream, SentRun(lastSeq: run.lastSeq, dataBytes: body.data.count)),
            moved: (Int(body.rawBytes), body.data.count), corrupt: corrupt)
    }

    private func feed(
        after: UInt64, on stream: UInt16, _ limit: RunLimit
    ) async throws(JournalError) -> WorkOutcome {
        guard let run = try await journal.feed(of: peer.node, after: after, limit: limit) else {
            return .event(.feedSent(nil))
        }
        // All entries of this run are damaged or not for this gateway. Nothing is sent, but the position moves on.
        guard !run.isEmpty else {
            return .event(.feedSent(SentFeed(position: run.lastPosition, dataBytes: 0)))
        }
        let body = run.entries.isEmpty ? nil : await compress(run.entries.map { .bytes($0) })
        let cursor = FeedCursor(incarnation: spoken, position: run.lastPosition)
        let batch = FeedBatch(
            stream: stream, upTo: cursor, withdrawn: run.withdrawn, vacated: run.vacated, body: body,
            proofs: journal.proofs(of: run.entries, to: peer.node), proof: journal.proof(of: cursor, to: peer.node))
        return WorkOutcome(
            message: .feedBatch(batch),
            event: .feedSent(SentFeed(position: run.lastPosition, dataBytes: batch.creditBytes)),
            moved: (Int(body?.rawBytes ?? 0), body?.data.count ?? 0))
    }

    /// Runs off the caller's actor: compression takes long enough to delay answers.
    private nonisolated func compress(_ entries: [PackedEntry]) async -> CompressedEntries {
        BatchCodec.compress(entries, for: peer.dictionaries)
    }
}

/// The outcome of a write or a read. First the messages are sent, then the event goes to the machine.
package struct WorkOutcome: Sendable {
    package var message: Message?
    package var event: SessionEvent?
    /// The proof for the next receipt, and the unreadable seqs that it names.
    package var durable: DurableHead?
    package var quarantined: [UInt64] = []
    /// The proofs for receipts of entries ahead of their chain. They are sent before the machine gets the event.
    package var early: [DurableEntry] = []
    /// The proof for the next receipt of the feed.
    package var cursor: DurableCursor?
    /// Bytes of entries, and bytes sent on the wire for them.
    package var moved: (entries: Int, wire: Int)?
    /// Entries that were found to be corrupt. The peer may have them, so the machine learns of them after the event.
    package var corrupt: [Fetch.Range] = []
    /// The journal began a new incarnation: every session of this node must end.
    package var hasBegun = false
    /// Other people may log in at this gateway now.
    package var hasOtherPeople = false

    static func event(_ event: SessionEvent) -> WorkOutcome { WorkOutcome(event: event) }
    static let begun = WorkOutcome(hasBegun: true)
}
