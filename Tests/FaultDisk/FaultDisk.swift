import Synchronization

/// A disk in memory under the real SQLite, for tests: it can be killed, lose its power, fill up, corruption, and fail
/// at any call. What it does follows from its seed and the calls made.
///
/// A database under `path(_:)` opens with `DatabasePool(path:)` as any other; files outside SQLite go through `files`.
/// Every file has what processes see and what is on the medium:
/// - a write is seen at once, and on the medium after the next sync of its file;
/// - a file itself is on the medium from its first sync on; a deletion after the next sync of any file;
/// - after a sync that failed, what it should have covered is seen until the power goes and then lost, even when a
///   later sync succeeds: the kernel has marked those pages clean.
///
/// Any number of disks live side by side, each under a prefix of its own. One that nobody holds frees its memory once
/// its last handle is closed. Temporary files without a name go to the real system. Shared memory takes no space.
///
/// May be used from any thread.
package final class FaultDisk: Sendable {
    /// The virtual directory that holds the disk's files, without a slash at its end.
    package let root: String
    private let number: Int
    private let state: Mutex<DiskState>

    /// `capacityBytes` is all that the files may take together.
    package init(seed: UInt64, capacityBytes: Int = .max) {
        precondition(VirtualFileSystem.isRegistered, "SQLite takes no virtual file system")
        number = DiskRegistry.number()
        root = DiskRegistry.prefix + String(number)
        state = Mutex(DiskState(seed: seed, capacityBytes: capacityBytes))
        DiskRegistry.add(self, number)
    }

    deinit { DiskRegistry.remove(number) }

    /// The path under which SQLite finds a file of this disk.
    package func path(_ name: String) -> String { root + "/" + name }

    /// Files outside SQLite, as the process sees them that runs now. Dies with it.
    package var files: DiskFiles { DiskFiles(disk: self, generation: withState(\.generation)) }

    // MARK: Deaths

    /// The process dies: every handle answers with I/O errors from now on and changes nothing, locks and shared memory
    /// are gone, files stay as they were seen. The same paths can be opened anew.
    package func kill() { withState { $0.kill() } }

    /// How often the power went, also in the middle of a call.
    package var powerCuts: Int { withState(\.powerCuts) }

    /// As `kill()`, and what no sync covered is lost.
    package func cutPower(_ cut: PowerCut = .random) { withState { $0.cutPower(cut) } }

    // MARK: Backups and damage

    /// The files as they are seen now; only those named, when names are given.
    package func snapshot(_ names: Set<String>? = nil) -> DiskSnapshot {
        withState { state in
            let chosen = state.files.filter { names?.contains($0.key) ?? true }
            return DiskSnapshot(files: chosen.mapValues(\.seen.bytes))
        }
    }

    /// Puts a snapshot back, also one of another disk, durably; the process that ran is dead. Without names the disk
    /// then holds what the snapshot holds; with names only those files change, and one that the snapshot lacks goes.
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

    /// Nil when there is no such file.
    package func size(of name: String) -> Int? { withState { $0.files[name]?.seen.count } }

    /// What processes see; nil when there is no such file.
    package func bytes(of name: String) -> [UInt8]? { withState { $0.files[name]?.seen.bytes } }

    /// What is on the medium; nil when the file is not.
    package func durableBytes(of name: String) -> [UInt8]? {
        withState { state in state.files[name].flatMap { $0.isDurable ? $0.durable.bytes : nil } }
    }

    /// Puts bytes under a name, durably, in place of what was there; nil takes the file away. Open handles keep the old
    /// file.
    package func place(_ bytes: [UInt8]?, as name: String) { withState { $0.place(name, bytes) } }

    /// Flips one bit on the medium and in what is seen; `bit` counts from the first byte's lowest. Handles stay open.
    package func flipBit(file name: String, bit: Int) { withState { $0.files[name]?.flip(bit: bit) } }

    /// Cuts off the end of a file, or adds zeros, on the medium and in what is seen. Handles stay open.
    package func truncate(file name: String, to size: Int) {
        withState { state in
            state.files[name]?.truncate(to: size)
            state.countUsed()
        }
    }

    // MARK: Space

    /// May go below what is used: then nothing may grow.
    package var capacityBytes: Int {
        get { withState(\.capacityBytes) }
        set { withState { $0.capacityBytes = newValue } }
    }

    package var usedBytes: Int { withState(\.usedBytes) }

    package var freeBytes: Int { withState { max($0.capacityBytes - $0.usedBytes, 0) } }

    // MARK: Faults

    /// Arms a fault: the `k`-th call from now of these kinds, 1 being the next, fails; when `lasting`, all after it
    /// too. Only calls on `file` count, when one is named. Several faults may be armed at once.
    package func fail(
        _ calls: Set<DiskCall>, atCall k: Int = 1, with fault: DiskFault = .ioError, file: String? = nil,
        lasting: Bool = false
    ) {
        precondition(k > 0, "calls count from 1")
        let plan = FaultPlan(calls: calls, file: file, remaining: k, fault: fault, isLasting: lasting)
        withState { $0.plans.append(plan) }
    }

    /// While true, armed faults neither strike nor count calls: for a test's own look at the disk.
    package var areFaultsHeld: Bool {
        get { withState(\.areFaultsHeld) }
        set { withState { $0.areFaultsHeld = newValue } }
    }

    /// Takes all armed faults away.
    package func heal() { withState { $0.plans = [] } }

    /// How many calls of these kinds there were since the disk was made.
    package func calls(_ kinds: Set<DiskCall> = Set(DiskCall.allCases)) -> Int {
        withState { state in kinds.reduce(0) { $0 + state.counts[$1.rawValue] } }
    }

    /// How many calls met an armed fault.
    package var faultsMet: Int { withState(\.faultsMet) }

    func withState<Value: Sendable, Failure: Error>(
        _ body: (inout DiskState) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.withLock { state throws(Failure) in try body(&state) }
    }
}
