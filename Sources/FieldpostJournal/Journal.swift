import CoreMetrics
package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB
import Synchronization

/// The durable store of one node: every entry that it wrote or received, and the reports that the entries fold to.
///
/// One process uses it, with one writer connection, which alone makes checkpoints, and several read-only connections.
/// When a write returns, it is durable: the commit ran with `synchronous=FULL`, which is checked at opening.
///
/// Safe to use from any task. Do not call it on an event loop's thread.
package final class Journal: Sendable {
    package let role: Role
    package let path: String

    /// Not private, because tests limit its pages and read its settings.
    let pool: DatabasePool
    let codec: any EntryCoding
    let disk: any JournalDisk
    let queue: CommitQueue
    let proofKey: ProofKey?
    private let lock: any JournalLock
    /// The process before this one ended without closing the journal.
    let wasLeftHeld: Bool
    private let changes: ChangeSignal
    let metrics: JournalMetrics
    let searchIndex = SearchIndex()
    let slotSums = SlotSums()
    private let complaints: Mutex<[String]>

    /// Opens the journal in a directory, or creates it. See `init(disk:…)`.
    package convenience init(
        directory: String, node: NodeID, role: Role, codec: any EntryCoding, opened: Stamp = .unknown,
        proofKey: ProofKey? = nil
    ) throws(JournalError) {
        try self.init(
            disk: HostDisk(directory: directory), node: node, role: role, codec: codec,
            opening: Opening(stamp: opened, proofKey: proofKey))
    }

    /// Opens the journal on a disk, or creates it. If the database is older than its lease, a new incarnation begins.
    ///
    /// Throws `.locked` if another process has the journal. Throws `.foreign` if it belongs to another node, another
    /// role or a newer version. Throws `.damaged` if it cannot be read as a journal, and `.failed` if the disk fails.
    package init(
        disk: any JournalDisk, node: NodeID, role: Role, codec: any EntryCoding, opening: Opening = Opening()
    ) throws(JournalError) {
        self.disk = disk
        self.role = role
        self.codec = codec
        proofKey = role == .central ? opening.proofKey : nil
        path = disk.databasePath
        lock = try disk.lock()
        wasLeftHeld = lock.wasLeftHeld
        changes = ChangeSignal()
        metrics = JournalMetrics()
        complaints = Mutex([])
        do {
            let owner = Owner(node: node, role: role, codec: codec)
            let isLeftHeld = wasLeftHeld
            let start = { try Start(on: disk, as: owner, wasLeftHeld: isLeftHeld, opening: opening) }
            let started: Start
            do {
                started = try start()
            } catch let error where disk.isOutOfRoom(JournalError(error)) && disk.releaseReserve() {
                // Free the reserve and try again. A node that cannot start cannot prune, and gets no receipts that
                // would allow it.
                started = try start()
            }
            pool = started.pool
            queue = CommitQueue(
                pool: pool, memory: started.memory, disk: disk, metrics: metrics,
                onCommit: { [changes] grown in changes.notify(grown) })
            doubt(started.doubts)
        } catch {
            lock.release(isClean: false)
            throw JournalError(error, path: disk.databasePath)
        }
    }

    /// Makes a checkpoint, closes the files, and releases the lock. Waiting writes finish first, later calls fail.
    /// Closing again does nothing.
    package func close() throws(JournalError) {
        guard lock.isHeld else { return }
        changes.finish()
        defer { lock.release(isClean: failure == nil) }
        do {
            // GRDB closes its readers last, and those cannot make a checkpoint.
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
            try queue.settleLease()
            try pool.close()
        } catch {
            throw JournalError(error)
        }
    }

    /// The origin under which this node writes. It changes with `begin(_:)`.
    package var origin: Origin { queue.identity.origin }

    /// The incarnation before the present one. Nil for the first.
    package var predecessor: Incarnation? { queue.identity.predecessor }

    // MARK: Writing

    /// Why the journal accepts no more writes. Nil while it does.
    package var failure: JournalError? { queue.failure }

    package var writerPulse: WriterPulse { queue.pulse }

    /// Complaints of the file checks that a second check did not confirm: at opening, then at the last scrub. They stop
    /// nothing, but an operator should know about them.
    package var doubts: [String] { complaints.withLock { $0 } }

    func doubt(_ doubts: [String]) { complaints.withLock { $0 = doubts } }

    /// A signal after every commit. One signal may stand for several commits.
    package func commits() -> AsyncStream<Void> { changes.subscribe() }

    /// Calls `wake` after each commit that added to `growth`.
    package func onGrowth(of growth: Growth, _ wake: @escaping @Sendable () -> Void) -> GrowthSubscription {
        changes.subscribe(to: growth, wake)
    }

    /// Stores a change made at this node. Returns when the change is durable. See `JournalError` for each refusal.
    package func append(_ draft: Draft) async throws(JournalError) -> Committed {
        let outcome: Result<Committed, JournalError> = await withCheckedContinuation { continuation in
            append(draft) { continuation.resume(returning: $0) }
        }
        return try outcome.get()
    }

    package func append(_ draft: Draft, then: @escaping @Sendable (Result<Committed, JournalError>) -> Void) {
        // The caller may be an event loop, so the disk is asked on the writer's thread.
        queue.write(undoesItself: true) { [self] context in
            try context.append(draft, at: diskStage)
        } then: { [metrics] outcome in
            if case .success(let committed) = outcome, !committed.isRepeat { metrics.appended.increment() }
            then(outcome)
        }
    }

    /// Stores a contiguous run of another node's entries. `chainBefore` is H before the first. Throws `.noRoom` if the
    /// disk has room only for urgent reports that are made here.
    package func ingest(
        _ entries: [SealedEntry], of origin: Origin, after chainBefore: Hash256, stamp: Stamp = .unknown
    ) async throws(JournalError) -> Ingested {
        if !entries.isEmpty { try makeSureOfRoomForPeers() }
        let ingested = try await queue.write { context in
            context.moment = stamp
            return try context.ingest(entries, of: origin, after: chainBefore)
        }
        metrics.received.increment(by: ingested.added)
        metrics.repeated.increment(by: ingested.repeated)
        metrics.quarantined.increment(by: ingested.quarantinedSeqs.count)
        return ingested
    }

    /// Stores a run of central's feed, the cursor after it, and central's proofs of both, in one commit. `withdrawn`
    /// and `vacated` are applied before the entries: see `FeedBatch`. Throws `.noRoom` like `ingest`.
    package func absorb(
        _ entries: [SealedEntry], proofs: [Dot: Proof] = [:], withdrawn: [ReportID] = [], vacated: [KnownEntry] = [],
        from central: NodeID, upTo cursor: FeedCursor, proof: Proof? = nil, stamp: Stamp = .unknown
    ) async throws(JournalError) -> Absorbed {
        if !entries.isEmpty { try makeSureOfRoomForPeers() }
        let absorbed = try await queue.write { context in
            try context.letGo(of: withdrawn)
            try context.vacate(vacated)
            let absorbed = try context.absorb(entries, from: central, upTo: cursor, proof: proof, stamp: stamp)
            try context.keep(proofs, of: entries)
            return absorbed
        }
        metrics.received.increment(by: absorbed.added)
        return absorbed
    }

    /// Stores central's receipt for entries of this node. `stamp`: now, to measure how long the oldest of them waited.
    package func acknowledge(_ receipt: Receipt, stamp: Stamp = .unknown) async throws(JournalError) {
        let made = try await queue.write(isVital: true) { [codec] context in
            let made = try context.oldestStamp(confirmedBy: receipt, codec)
            try context.acknowledge(receipt)
            return made
        }
        guard stamp != .unknown, let seconds = made?.seconds(to: stamp) else { return }
        metrics.syncSeconds.recordSeconds(seconds)
    }

    /// Begins a new incarnation. Open sessions belong to the old one and must end.
    package func begin(_ start: IncarnationStart) async throws(JournalError) {
        try await queue.write { context in
            // Another session may have repaired this in the meantime.
            guard context.calls(for: start.cause) else { return }
            try context.begin(start)
        }
    }

    /// At central: a gateway says that it holds its feed durably up to a position.
    package func acknowledgeFeed(_ node: NodeID, position: UInt64) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.acknowledgeFeed(node, position: position) }
    }

    /// At central: a gateway holds all that it was sent, and nothing between that and this position was for it.
    package func passFeed(_ node: NodeID, position: UInt64) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.passFeed(node, position: position) }
    }

    /// Runs a read that may take long. Returns nil if it had to end early, because the write-ahead log became too large
    /// while it lasted.
    func readInterruptibly<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value? {
        try await read { [log = queue.log] db in try log.interruptibly(db) { try body(db) } }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        // GRDB ends a read whose caller was cancelled. That is not a failure of the journal.
        let reading = Task { [pool] in try await pool.read(body) }
        do { return try await reading.value } catch { throw JournalError(error, path: path) }
    }
}
