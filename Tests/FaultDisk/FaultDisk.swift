import Synchronization

/// A disk in memory under the real SQLite, for tests. It can be killed, lose its power, fill up, corrupt data, and fail
/// at any call. Its behaviour is derived from its seed and the calls.
///
/// A database under `path(_:)` is opened with `DatabasePool(path:)` like any other. Files outside SQLite use `files`.
/// Every file has a content that processes see and a content on the medium:
/// - A write is visible at once, and on the medium after the next sync of its file.
/// - A file itself is on the medium after its first sync. A deletion is on the medium after the next sync of any file.
///   A file of `FaultBlobDisk`, and a rename, is on the medium only after the sync of its directory.
/// - After a failed sync, the writes that it should have covered are visible until the power is cut. Then they are
///   lost, even if a later sync succeeded: the kernel has marked those pages clean.
///
/// Any number of disks can exist at once, each with its own path prefix. An unreferenced disk frees its memory when its
/// last handle is closed. Temporary files without a name go to the real system. Shared memory takes no space.
///
/// May be used from any thread.
package final class FaultDisk: Sendable {
    /// The virtual directory of the disk's files, without a slash at its end.
    package let root: String
    private let number: Int
    private let state: Mutex<DiskState>

    /// `capacityBytes`: the total space for all files.
    package init(seed: UInt64, capacityBytes: Int = .max) {
        precondition(VirtualFileSystem.isRegistered, "SQLite did not accept the virtual file system")
        number = DiskRegistry.number()
        root = DiskRegistry.prefix + String(number)
        state = Mutex(DiskState(seed: seed, capacityBytes: capacityBytes))
        DiskRegistry.add(self, number)
    }

    deinit { DiskRegistry.remove(number) }

    /// The path under which SQLite finds a file of this disk.
    package func path(_ name: String) -> String { root + "/" + name }

    /// Files outside SQLite, as the present process sees them. They become stale when it dies.
    package var files: DiskFiles { DiskFiles(disk: self, generation: withState(\.generation)) }

    // MARK: Deaths

    /// The process dies. From then on, every handle returns I/O errors and changes nothing, locks and shared memory are
    /// gone, and files keep their visible content. The same paths can be opened again.
    package func kill() { withState { $0.kill() } }

    /// The number of power cuts, including those in the middle of a call.
    package var powerCuts: Int { withState(\.powerCuts) }

    /// Like `kill()`, but unsynced writes are also lost.
    package func cutPower(_ cut: PowerCut = .random) { withState { $0.cutPower(cut) } }

    // MARK: Backups and damage

    /// The files as processes see them now. With `names`, only these files.
    package func snapshot(_ names: Set<String>? = nil) -> DiskSnapshot {
        withState { state in
            let chosen = state.files.filter { names?.contains($0.key) ?? true }
            return DiskSnapshot(files: chosen.mapValues(\.seen.bytes))
        }
    }

    /// Restores a snapshot durably, also one of another disk. The present process dies. Without `names`, the disk then
    /// contains exactly the snapshot. With `names`, only those files change, and a file that the snapshot lacks is
    /// deleted.
    package func restore(_ snapshot: DiskSnapshot, only names: Set<String>? = nil) {
        withState { state in
            state.kill()
            for name in names ?? Set(state.files.keys).union(snapshot.files.keys) {
                state.place(name, snapshot.files[name])
            }
        }
    }

    /// The names of all files, in order.
    package var fileNames: [String] { withState { $0.files.keys.sorted() } }

    /// Nil when the file does not exist.
    package func size(of name: String) -> Int? { withState { $0.files[name]?.seen.count } }

    /// The content that processes see; nil when the file does not exist.
    package func bytes(of name: String) -> [UInt8]? { withState { $0.files[name]?.seen.bytes } }

    /// The content on the medium; nil when the file is not there.
    package func durableBytes(of name: String) -> [UInt8]? {
        withState { state in state.files[name].flatMap { $0.isDurable ? $0.durable.bytes : nil } }
    }

    /// Durably replaces the file with a name; nil deletes it. Open handles keep the old file.
    package func place(_ bytes: [UInt8]?, as name: String) { withState { $0.place(name, bytes) } }

    /// Flips one bit on the medium and in the visible content. `bit` is counted from the lowest bit of the first byte.
    /// Handles stay open.
    package func flipBit(file name: String, bit: Int) { withState { $0.files[name]?.flip(bit: bit) } }

    /// Cuts off the end of a file, or adds zeros, on the medium and in the visible content. Handles stay open.
    package func truncate(file name: String, to size: Int) {
        withState { state in
            state.files[name]?.truncate(to: size)
            state.countUsed()
        }
    }

    // MARK: Space

    /// It may be less than the used space: then no file can grow.
    package var capacityBytes: Int {
        get { withState(\.capacityBytes) }
        set { withState { $0.capacityBytes = newValue } }
    }

    package var usedBytes: Int { withState(\.usedBytes) }

    package var freeBytes: Int { withState { max($0.capacityBytes - $0.usedBytes, 0) } }

    // MARK: Faults

    /// Arms a fault: the `k`-th call of these kinds from now fails (1 is the next). If `lasting`, all later ones fail
    /// too. With `file`, only calls on this file count. Several faults may be armed at once.
    package func fail(
        _ calls: Set<DiskCall>, atCall k: Int = 1, with fault: DiskFault = .ioError, file: String? = nil,
        lasting: Bool = false
    ) {
        precondition(k > 0, "calls are counted from 1")
        let plan = FaultPlan(calls: calls, file: file, remaining: k, fault: fault, isLasting: lasting)
        withState { $0.plans.append(plan) }
    }

    /// While true, armed faults neither strike nor count calls, so that a test can look at the disk itself.
    package var areFaultsHeld: Bool {
        get { withState(\.areFaultsHeld) }
        set { withState { $0.areFaultsHeld = newValue } }
    }

    /// Removes all armed faults.
    package func heal() { withState { $0.plans = [] } }

    /// The number of calls of these kinds since the disk was created.
    package func calls(_ kinds: Set<DiskCall> = Set(DiskCall.allCases)) -> Int {
        withState { state in kinds.reduce(0) { $0 + state.counts[$1.rawValue] } }
    }

    /// The number of calls that met an armed fault.
    package var faultsMet: Int { withState(\.faultsMet) }

    func withState<Value: Sendable, Failure: Error>(
        _ body: (inout DiskState) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.withLock { state throws(Failure) in try body(&state) }
    }
}
