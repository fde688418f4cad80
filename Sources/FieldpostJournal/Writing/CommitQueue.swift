import CoreMetrics
import FieldpostCore
import FieldpostStore
import GRDB
import Metrics
import Synchronization

/// Commits many waiting writes with one sync.
///
/// Writes wait in a queue while the writer is busy. The writer then puts all of them (at most `Limits.commitGroup`)
/// into one transaction, and answers them together when the commit has returned. A failed sync is final: every later
/// write is refused.
final class CommitQueue: Sendable {
    private struct Pending: Sendable {
        /// It may use the reserve of a full disk.
        let isVital: Bool
        let run: @Sendable (inout WriteContext) -> Void
        let finish: @Sendable (Result<Void, JournalError>) -> Void
    }

    private struct State {
        var pending: [Pending] = []
        var isDraining = false
        /// Groups of writes that were begun.
        var turn: UInt64 = 0
        var failure: JournalError?
        /// The values after the last commit.
        var identity: JournalIdentity
        var head: Head
        var freePages: Int
        var rehydrations = 0
        var hasBackfills: Bool
        /// The position of the next change.
        var changesEnd: Int64
    }

    private let pool: DatabasePool
    private let disk: any JournalDisk
    private let memory: Mutex<WriterMemory>
    private let state: Mutex<State>
    private let metrics: JournalMetrics
    private let growth: GrowthNotes
    private let onCommit: @Sendable (Set<Growth>) -> Void
    let reportIndex: ReportIndex
    let log = LogKeeper()

    init(
        pool: DatabasePool, memory: WriterMemory, disk: any JournalDisk, metrics: JournalMetrics,
        onCommit: @escaping @Sendable (_ grown: Set<Growth>) -> Void
    ) {
        self.pool = pool
        self.disk = disk
        self.memory = Mutex(memory)
        self.state = Mutex(
            State(
                identity: memory.identity, head: memory.head, freePages: memory.freePages,
                hasBackfills: memory.hasBackfills, changesEnd: memory.arrivals.next))
        growth = memory.growth
        self.metrics = metrics
        self.onCommit = onCommit
        reportIndex = memory.reportIndex
    }

    /// Why the journal accepts no more writes. Nil while it does.
    var failure: JournalError? { state.withLock(\.failure) }

    var pulse: WriterPulse { state.withLock { WriterPulse(turn: $0.turn, isIdle: !$0.isDraining) } }

    var identity: JournalIdentity { state.withLock(\.identity) }

    /// How far the present origin reaches.
    var head: Head { state.withLock(\.head) }

    var freePages: Int { state.withLock(\.freePages) }

    var rehydrations: Int { state.withLock(\.rehydrations) }

    /// The position after the last change that was committed.
    var changesEnd: Int64 { state.withLock(\.changesEnd) }

    var hasBackfills: Bool { state.withLock(\.hasBackfills) }

    /// Runs `body` in a transaction, perhaps with other writes, and returns after the commit. If `body` throws, only
    /// its own changes are undone. `isVital`: on a full disk, the write may use the reserve. Then `body` may run twice,
    /// and the first run is undone.
    func write<Value: Sendable>(
        isVital: Bool = false, _ body: @escaping @Sendable (inout WriteContext) throws -> Value
    ) async throws(JournalError) -> Value {
        let outcome: Result<Value, JournalError> = await withCheckedContinuation { continuation in
            write(isVital: isVital, body) { continuation.resume(returning: $0) }
        }
        return try outcome.get()
    }

    /// The same for a caller that does not wait: returns at once, and calls `then` once, after the commit, on the
    /// thread of the writer, or at once if the journal accepts no more writes. `then` must not block.
    ///
    /// `undoesItself`: `body` undoes its own changes before it throws a refusal.
    func write<Value: Sendable>(
        isVital: Bool = false, undoesItself: Bool = false,
        _ body: @escaping @Sendable (inout WriteContext) throws -> Value,
        then: @escaping @Sendable (Result<Value, JournalError>) -> Void
    ) {
        let slot = Slot<Value>()
        enqueue(
            Pending(
                isVital: isVital,
                run: { context in
                    slot.set(context.isolated { try undoesItself ? body(&$0) : $0.undoing(body) })
                },
                finish: { commit in then(commit.flatMap { slot.take() }) }))
    }

    private func enqueue(_ write: Pending) {
        let action: Action = state.withLock { state in
            if let failure = state.failure { return .refuse(failure) }
            state.pending.append(write)
            guard !state.isDraining else { return .wait }
            state.isDraining = true
            return .drain
        }
        switch action {
        case .refuse(let failure): write.finish(.failure(failure))
        case .wait: break
        case .drain: pool.asyncWriteWithoutTransaction { [self] db in drain(db) }
        }
    }

    private enum Action {
        case refuse(JournalError), wait, drain
    }

    /// Listeners hear of a commit before its writers are answered, so whoever was answered finds them woken.
    private func drain(_ db: Database) {
        while let group = nextGroup() {
            let result = commit(group, db)
            var others = group
            if case .failure(.full) = result {
                let vital = group.filter(\.isVital)
                others = group.filter { !$0.isVital }
                let served = vital.isEmpty || !disk.releaseReserve() ? result : commit(vital, db)
                if case .failure(let error) = served, error != .full { fail(error) }
                onCommit(growth.take())
                for write in vital { write.finish(served) }
            } else if case .failure(let error) = result {
                fail(error)
            }
            onCommit(growth.take())
            for write in others { write.finish(result) }
            do {
                try log.keep(db)
            } catch {
                fail(JournalError(error, path: pool.path))
                onCommit(growth.take())
            }
        }
    }

    private func nextGroup() -> [Pending]? {
        state.withLock { state in
            let group = Array(state.pending.prefix(Limits.commitGroup))
            state.pending.removeFirst(group.count)
            state.isDraining = !group.isEmpty
            state.turn += 1
            return group.isEmpty ? nil : group
        }
    }

    private func commit(_ group: [Pending], _ db: Database) -> Result<Void, JournalError> {
        memory.withLock { memory in
            do {
                try memory.coverLease(appends: group.count)
                let start = ContinuousClock.now
                var context = WriteContext(db: db, memory: memory)
                try db.inTransaction(.immediate) {
                    for write in group { write.run(&context) }
                    if let failure = context.failure { throw failure }
                    try memory.reportIndex.write(to: db)
                    try context.saveHeads()
                    try context.countFreePages()
                    return .commit
                }
                metrics.commitSeconds.record(duration: ContinuousClock.now - start)
                memory = context.memory
                memory.settle()
                try memory.followLease()
                state.withLock { state in
                    state.identity = memory.identity
                    if state.head != memory.head { growth.note(.ownEntries) }
                    state.head = memory.head
                    state.freePages = memory.freePages
                    state.rehydrations = memory.retention.rehydrations
                    state.hasBackfills = memory.hasBackfills
                    state.changesEnd = memory.arrivals.next
                }
                metrics.commitWrites.record(group.count)
                return .success(())
            } catch {
                metrics.commitsFailed.increment()
                memory.rollBack()
                return .failure(JournalError(error, path: pool.path))
            }
        }
    }

    /// Syncs the lease with the journal's present state, when the journal closes.
    func settleLease() throws {
        try memory.withLock { try $0.followLease(durably: true) }
    }

    private func fail(_ error: JournalError) {
        let refused = state.withLock { state in
            state.failure = error
            defer { state.pending = [] }
            return state.pending
        }
        for write in refused { write.finish(.failure(error)) }
    }
}

/// Holds the result of a write until its commit.
private final class Slot<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, JournalError>?>(nil)

    func set(_ value: Result<Value, JournalError>) { result.withLock { $0 = value } }

    func take() -> Result<Value, JournalError> {
        result.withLock { $0 } ?? .failure(.failed("the write did not run"))
    }
}
