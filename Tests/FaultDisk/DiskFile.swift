/// One file: what processes see of it, and what is on the medium.
final class DiskFile {
    let name: String
    /// As the page cache has it.
    private(set) var seen: ByteStore
    /// As the last sync left it.
    private(set) var durable: ByteStore
    /// Of a failed sync nothing stays here: the kernel marks its pages clean, so no later sync writes them.
    private(set) var unsynced = UnsyncedChanges()
    /// Its directory entry is on the medium: from its first sync on.
    private(set) var isDurable: Bool
    /// False once it was deleted; open handles may go on with it.
    var isLinked = true

    var locks = FileLocks()
    var sharedMemory: SharedMemory?

    /// An empty file, not yet on the medium.
    init(_ name: String) {
        self.name = name
        seen = ByteStore()
        durable = ByteStore()
        isDurable = false
    }

    /// A file that is on the medium.
    init(_ name: String, durable bytes: ByteStore) {
        self.name = name
        seen = ByteStore(copying: bytes)
        durable = bytes
        isDurable = true
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard !bytes.isEmpty else { return }
        seen.write(bytes, at: offset)
        unsynced.noteWrite(bytes, at: offset)
    }

    func resize(to size: Int) {
        seen.resize(to: size)
        unsynced.noteResize(to: size)
    }

    func sync() {
        unsynced.apply(to: durable)
        unsynced.clear()
        isDurable = isDurable || isLinked
    }

    func failSync() { unsynced.clear() }

    /// Damage to the medium itself: what is seen changes with it.
    func flip(bit: Int) {
        seen.flip(bit: bit)
        if bit / 8 < durable.count { durable.flip(bit: bit) }
    }

    /// Damage to the medium itself: what is seen changes with it.
    func truncate(to size: Int) {
        durable.resize(to: min(size, durable.count))
        resize(to: size)
    }

    /// Leaves what the power cut leaves. Returns false when the file itself is gone.
    func loseUnsynced(_ cut: PowerCut, keeping: Int, random: inout Randomness) -> Bool {
        if case .random = cut {
            if !isDurable, Int.random(in: 0..<8, using: &random) >= keeping { return false }
            unsynced.applySome(to: durable, keeping: keeping, random: &random)
        } else if !isDurable {
            return false
        }
        unsynced.clear()
        seen = ByteStore(copying: durable)
        isDurable = true
        return true
    }
}
