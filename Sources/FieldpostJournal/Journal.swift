package import FieldpostCore
import Foundation
import GRDB
import Synchronization

/// The durable store of one node: every entry it wrote or was sent, and the reports that they fold to.
///
/// One process, one writer connection that alone checkpoints, readers that only read. What a write
/// returns is durable: the commit ran with `synchronous=FULL`, read back at opening.
///
/// May be used from any task. No call runs on an event loop's thread.
package final class Journal: Sendable {
    package let role: Role
    package let path: String

    /// Internal for tests: they limit its pages and read its settings.
    let pool: DatabasePool
    let codec: any EntryCoding
    let disk: any JournalDisk
    let queue: CommitQueue
    let proofKey: ProofKey?
    private let lock: any JournalLock
    private let changes: ChangeSignal
    let metrics: JournalMetrics
    private let complaints: Mutex<[String]>

    /// Opens the journal in a directory, or makes it there when there is none. See `init(disk:…)`.
    package convenience init(
        directory: String, node: NodeID, role: Role, codec: any EntryCoding, opened: Stamp = .unknown,
        proofKey: ProofKey? = nil
    ) throws(JournalError) {
        try self.init(
            disk: HostDisk(directory: directory), node: node, role: role, codec: codec,
            opening: Opening(stamp: opened, proofKey: proofKey))
    }

    /// Opens the journal on a disk, or makes it there when there is none. A database that is older than its lease
    /// begins a new incarnation.
    ///
    /// Throws `.locked` when another process has it, `.foreign` when it belongs to another node or role or to a newer
    /// version, `.damaged` when it is none that can be read, `.failed` when the disk fails.
    package init(
        disk: any JournalDisk, node: NodeID, role: Role, codec: any EntryCoding, opening: Opening = Opening()
    ) throws(JournalError) {
        self.disk = disk
        self.role = role
        self.codec = codec
        proofKey = role == .central ? opening.proofKey : nil
        path = disk.databasePath
        lock = try disk.lock()
        changes = ChangeSignal()
        metrics = JournalMetrics()
        complaints = Mutex([])
        do {
            let owner = Owner(node: node, role: role, codec: codec)
            let isLeftHeld = lock.wasLeftHeld
            let start = { try Start(on: disk, as: owner, wasLeftHeld: isLeftHeld, opening: opening) }
            let started: Start
            do {
                started = try start()
            } catch let error where disk.isOutOfRoom(JournalError(error)) && disk.releaseReserve() {
                // A node that cannot start prunes nothing, and gets no receipts that would let it.
                started = try start()
            }
            pool = started.pool
            queue = CommitQueue(
                pool: pool, memory: started.memory, disk: disk, metrics: metrics,
                onCommit: { [changes] in changes.notify() })
            doubt(started.doubts)
        } catch {
            lock.release(isClean: false)
            throw JournalError(error, path: disk.databasePath)
        }
    }

    /// Check-points and closes the files, and lets go of the lock. Writes still waiting are done first,
    /// later calls fail. Closing again does nothing.
    package func close() throws(JournalError) {
        guard lock.isHeld else { return }
        changes.finish()
        defer { lock.release(isClean: failure == nil) }
        do {
            // The library closes its readers last, and those cannot check-point.
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
            try queue.settleLease()
            try pool.close()
        } catch {
            throw JournalError(error)
        }
    }

    /// Who this node writes as: a new one after `begin(_:)`.
    package var origin: Origin { queue.identity.origin }

    /// The incarnation that the present one followed; nil for the first.
    package var predecessor: Incarnation? { queue.identity.predecessor }

    // MARK: Writing

    /// Why the journal takes no more writes; nil while it does.
    package var failure: JournalError? { queue.failure }

    /// What checks of the file complained of and a second look did not bear out: at the opening, then at the last
    /// scrub. They stop nothing, and somebody should hear of them.
    package var doubts: [String] { complaints.withLock { $0 } }

    func doubt(_ doubts: [String]) { complaints.withLock { $0 = doubts } }

    /// A signal after every commit. Several commits may be told by one.
    package func commits() -> AsyncStream<Void> { changes.subscribe() }

    /// Takes in a change made at this node. Returns once it is durable; see `JournalError` for each refusal.
    package func append(_ draft: Draft) async throws(JournalError) -> Committed {
        let stage = diskStage
        let committed = try await queue.write { context in try context.append(draft, at: stage) }
        if !committed.isRepeat { metrics.appended.increment() }
        return committed
    }

    /// Takes in a contiguous run of another node's entries, `chainBefore` being H before the first. Throws `.noRoom`
    /// where the disk has room for urgent reports made here alone.
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

    /// Takes in a run of central's feed, and the cursor after it, with central's proofs of both, in one commit.
    /// `withdrawn` and `vacated` count before the entries: see `FeedBatch`. Throws `.noRoom` as `ingest`.
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

    /// Notes central's receipt for entries of this node.
    package func acknowledge(_ receipt: Receipt) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.acknowledge(receipt) }
    }

    /// Begins a new incarnation. The sessions that stand spoke for the old one: they have to end.
    package func begin(_ start: IncarnationStart) async throws(JournalError) {
        try await queue.write { context in
            // What was found out may have been mended meanwhile, by another session.
            guard context.calls(for: start.cause) else { return }
            try context.begin(start)
        }
    }

    /// At central: a gateway holds its feed durably up to a position.
    package func acknowledgeFeed(_ node: NodeID, position: UInt64) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.acknowledgeFeed(node, position: position) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        // The library ends a read whose caller was cancelled; that is no failure of the journal.
        let reading = Task { [pool] in try await pool.read(body) }
        do { return try await reading.value } catch { throw JournalError(error, path: path) }
    }
}
